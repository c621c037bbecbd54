import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ByteWriter } from '../kafka/bytes.ts';
import { readGroupRecord } from './group-record.ts';

const int16 = (value: number): Buffer => new ByteWriter().int16(value).finish();
const int32 = (value: number): Buffer => new ByteWriter().int32(value).finish();
const int64 = (value: bigint): Buffer => new ByteWriter().int64(value).finish();
const string = (text: string): Buffer => new ByteWriter().string(text).finish();

const commitKey = (version: number): Buffer =>
  Buffer.concat([int16(version), string('billing'), string('orders'), int32(3)]);

/** A commit's value in each version, field by field as its schema has them. */
const commitValues: readonly (readonly Buffer[])[] = [
  [int16(0), int64(42n), string('note'), int64(1_700_000_000_000n)],
  [int16(1), int64(42n), string('note'), int64(1_700_000_000_000n), int64(1_700_600_000_000n)],
  [int16(2), int64(42n), string('note'), int64(1_700_000_000_000n)],
  [int16(3), int64(42n), int32(7), string('note'), int64(1_700_000_000_000n)],
  [int16(4), int64(42n), int32(7), Buffer.from('\u0005note'), int64(1_700_000_000_000n), Buffer.from([0])],
];
const commit = { kind: 'offset-commit', group: 'billing', topic: 'orders', partition: 3 };

describe('readGroupRecord', () => {
  for (const keyVersion of [0, 1])
    for (const [valueVersion, parts] of commitValues.entries())
      it(`reads a commit with key version ${keyVersion} and value version ${valueVersion}`, () => {
        const record = readGroupRecord(commitKey(keyVersion), Buffer.concat([...parts]));
        assert.deepEqual(record, { ...commit, offset: 42n });
      });

  it('reads a tombstone as a commit that is gone', () => {
    assert.deepEqual(readGroupRecord(commitKey(1), null), { ...commit, offset: null });
  });

  it('knows the records of groups and their members by the name of the group', () => {
    for (let version = 2; version <= 23; version += 1) {
      const key = Buffer.concat([int16(version), string('billing'), string('member-1')]);
      assert.deepEqual(readGroupRecord(key, null), { kind: 'group-state', group: 'billing' });
    }
  });

  it('passes over versions of keys and values that it does not know', () => {
    assert.deepEqual(readGroupRecord(commitKey(24), Buffer.alloc(20)), {
      kind: 'unreadable',
      keyVersion: 24,
      valueVersion: null,
    });
    const value = Buffer.concat([int16(5), int64(42n)]);
    assert.deepEqual(readGroupRecord(commitKey(1), value), {
      kind: 'unreadable',
      keyVersion: 1,
      valueVersion: 5,
    });
    assert.equal(readGroupRecord(null, null).kind, 'unreadable');
  });

  it('never throws, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.constant(null),
      fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each)),
    );
    fc.assert(fc.property(bytes, bytes, (key, value) => void readGroupRecord(key, value)));
  });

  it('takes a commit that is cut at any byte before the end of its offset for unreadable', () => {
    const [key, value] = [commitKey(1), Buffer.concat([...(commitValues[3] ?? [])])];
    for (let length = 0; length < key.length; length += 1)
      assert.equal(readGroupRecord(key.subarray(0, length), value).kind, 'unreadable');
    for (let length = 0; length < 10; length += 1)
      assert.equal(readGroupRecord(key, value.subarray(0, length)).kind, 'unreadable');
  });
});
