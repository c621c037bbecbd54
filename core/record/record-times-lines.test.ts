import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { journalEntrySchema } from './journal-entry.ts';
import { recordTimesIn, recordTimesLines } from './record-times-lines.ts';
import type { OffsetTime } from './run-record.ts';

const ms = fc.integer({ min: -1e9, max: 1e9 }).map((hundredths) => hundredths / 100);
const time: fc.Arbitrary<OffsetTime> = fc
  .record({
    offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    lowMs: fc.option(ms),
    highMs: fc.option(ms),
    isExact: fc.boolean(),
    by: fc.constantFrom('record-timestamp' as const, 'list-offsets' as const),
    clock: fc.constantFrom('producer' as const, 'broker' as const, null),
  })
  .map(({ isExact, ...each }) => (isExact ? { ...each, highMs: each.lowMs } : each));
const told = fc
  .array(fc.tuple(fc.nat(5), fc.array(time, { minLength: 1, maxLength: 3 })), { minLength: 1, maxLength: 8 })
  .map((all) => new Map(all));

const times = { fromMs: 1000, endSentMs: 1001, endReceivedMs: 1002, toMs: 1003 };
const block = { group: 'billing', topic: 'orders', partitions: [], contents: [] };

const linesOf = (recordTimes: ReadonlyMap<number, readonly OffsetTime[]>): string[] =>
  recordTimesLines([{ kind: 'offsets', times, block, recordTimes }]).map((line) => JSON.stringify(line));

describe('times of records in the journal', () => {
  it('come back as they were told, whatever is left out of the line', () => {
    fc.assert(
      fc.property(told, (given) => {
        const [line = ''] = linesOf(given);
        const entry = journalEntrySchema.parse(JSON.parse(line));
        assert.ok(entry.kind === 'record-times');
        const expected = [...given].flatMap(([partition, all]) =>
          all.map((each) => ({ partition, time: each })),
        );
        assert.deepEqual(recordTimesIn(entry), expected);
      }),
    );
  });

  it('take 20 bytes each where they are exact and had in one way', () => {
    const given = new Map(
      Array.from({ length: 64 }, (_, partition): [number, OffsetTime[]] => [
        partition,
        [{ offset: 7n, lowMs: -162150, highMs: -162150, by: 'record-timestamp', clock: 'producer' }],
      ]),
    );
    const [line = ''] = linesOf(given);
    assert.ok(line.length < 64 * 20 + 150, String(line.length));
  });

  it('are not read from a line whose first does not say how it was had', () => {
    const line = { kind: 'record-times', group: 'billing', topic: 'orders', fromMs: 0, times: [[0, '7', 5]] };
    assert.equal(journalEntrySchema.safeParse(line).success, false);
  });
});
