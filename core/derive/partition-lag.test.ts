import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition } from '../../fixtures/build-record.ts';
import type { OffsetSample } from '../record/run-record.ts';
import { partitionLag } from './partition-lag.ts';

const sample = (committed: number | null, end: number, more: Partial<OffsetSample> = {}): OffsetSample => ({
  ...(partition([[0, committed, end]]).samples[0] as OffsetSample),
  ...more,
});

const read = (...given: Parameters<typeof sample>): unknown[] => {
  const { state, low, high } = partitionLag(sample(...given));
  return [state, low, high];
};

describe('the state of a partition', () => {
  it('holds the lag of both kinds of readers while a transaction is open', () => {
    assert.deepEqual(read(40, 100, { highWatermark: 130n }), ['open-transaction', 60, 90]);
  });

  it('knows a reader of uncommitted messages by a commit beyond the last stable offset', () => {
    assert.deepEqual(read(110, 100, { highWatermark: 130n }), ['open-transaction', 20, 20]);
  });

  it('is not drained while a transaction holds back what follows', () => {
    assert.deepEqual(read(100, 100, { highWatermark: 130n }), ['open-transaction', 0, 30]);
  });

  it('has nothing left behind which only markers stand', () => {
    assert.deepEqual(read(99, 100, { isMarkersOnly: true }), ['markers-only', 0, 0]);
  });

  it('is an upper bound on a compacted topic', () => {
    assert.deepEqual(read(40, 100, { isCompacted: true }), ['compacted', 0, 60]);
  });

  it('is no number without a commit, but on a log that never held anything', () => {
    assert.deepEqual(read(null, 100), ['no-commit', null, null]);
    assert.deepEqual(read(null, 0), ['ok', 0, 0]);
    // What an open transaction has written may still be to be read.
    assert.deepEqual(read(null, 0, { highWatermark: 3n }), ['no-commit', null, null]);
  });

  it('is no number while the group is set back', () => {
    assert.deepEqual(read(90, 100, { committedAfter: 10n }), ['offsets-reset', null, null]);
  });

  it('keeps the lag of a group without members', () => {
    assert.deepEqual(read(40, 100, { groupState: 'empty' }), ['group-empty', 60, 60]);
    assert.deepEqual(read(40, 100, { groupState: 'rebalancing' }), ['rebalancing', 60, 60]);
  });

  it('says how much retention took before the group came to it', () => {
    const { state, low, lost } = partitionLag(sample(40, 100, { logStart: 55n }));
    assert.deepEqual([state, low, lost], ['below-log-start', null, 15]);
  });

  it('does not take a log that went back for a drained one', () => {
    assert.deepEqual(read(90, 5), ['beyond-log-end', null, null]);
  });

  it('is never negative and never turned round, whatever the broker answers', () => {
    const offset = fc.bigInt(0n, 2n ** 62n);
    const small = fc.bigInt(0n, 20n);
    const either = fc.oneof(offset, small);
    fc.assert(
      fc.property(
        fc.option(either),
        fc.option(either),
        either,
        fc.option(either),
        fc.option(either),
        fc.boolean(),
        (committedBefore, committedAfter, end, logStart, highWatermark, isCompacted) => {
          const { low, high } = partitionLag({
            ...sample(0, 0),
            committedBefore,
            committedAfter,
            end,
            logStart,
            ...(highWatermark !== null && highWatermark > end ? { highWatermark } : {}),
            ...(isCompacted ? { isCompacted } : {}),
          });
          assert.equal(low === null, high === null);
          if (low !== null && high !== null) assert.ok(low >= 0 && low <= high);
        },
      ),
    );
  });
});
