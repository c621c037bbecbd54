import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition, type Reading } from '../../../fixtures/build-record.ts';
import type { OffsetHistory, OffsetTime } from '../../record/run-record.ts';
import { bestTimeLag } from './best-time-lag.ts';
import { recordTimeLag } from './record-times.ts';
import { isTimeLag, type NoTimeLag, type TimeLag } from './time-lag.ts';

const stamped = (offset: number, ms: number, highMs: number = ms): OffsetTime => ({
  offset: BigInt(offset),
  lowMs: ms,
  highMs,
  by: 'record-timestamp',
  clock: 'producer',
});

/** Times by the index of the reading in which they were had. */
const historyOf = (
  readings: readonly Reading[],
  times: Readonly<Record<number, readonly OffsetTime[]>>,
): OffsetHistory => {
  const history = partition(readings);
  return {
    ...history,
    samples: history.samples.map((sample, index) =>
      times[index] === undefined ? sample : { ...sample, recordTimes: times[index] },
    ),
  };
};

const byRecords = recordTimeLag('record-timestamp');
const last = (lags: Iterable<TimeLag | NoTimeLag>): TimeLag | NoTimeLag => {
  const lag = [...lags].at(-1);
  assert.ok(lag);
  return lag;
};

describe('recordTimeLag', () => {
  it('is the age of the record at the committed offset, also of one that was there before the first reading', () => {
    const lag = last(byRecords(historyOf([[0, 10, 50]], { 0: [stamped(10, -60_000)] })));
    assert.ok(isTimeLag(lag));
    assert.deepEqual([lag.method, lag.clock], ['record-timestamp', 'producer']);
    assert.ok(Math.abs(lag.ms - 60_001.5) < 2);
    assert.ok(lag.highMs - lag.lowMs <= 3);
  });

  it('has the times of its batch as bounds where only its head was read', () => {
    const lag = last(byRecords(historyOf([[0, 10, 50]], { 0: [stamped(10, -60_000, -59_000)] })));
    assert.ok(isTimeLag(lag));
    assert.ok(lag.lowMs >= 58_999 && lag.lowMs <= 59_001);
    assert.ok(lag.highMs >= 60_000 && lag.highMs <= 60_003);
  });

  it('goes on by the last record that was read while the group moves', () => {
    const readings: Reading[] = [
      [0, 10, 50],
      [1000, 20, 50],
    ];
    const lag = last(byRecords(historyOf(readings, { 0: [stamped(10, -60_000)] })));
    assert.ok(isTimeLag(lag));
    // Made after the record at 10, and before all of them were seen.
    assert.ok(lag.lowMs <= 1001 && lag.highMs >= 61_000);
  });

  it('takes the closer bounds of a later look at the same offset', () => {
    const readings: Reading[] = [
      [0, 10, 50],
      [1000, 10, 50],
      [2000, 10, 50],
    ];
    const at = (offset: number, lowMs: number | null, highMs: number | null): OffsetTime => ({
      ...stamped(offset, 0),
      lowMs,
      highMs,
    });
    const lag = last(
      byRecords(
        historyOf(readings, {
          0: [stamped(5, -90_000), at(10, null, -10_000)],
          1: [stamped(8, -61_000), at(10, null, -59_000)],
          2: [at(10, null, -59_500)],
        }),
      ),
    );
    assert.ok(isTimeLag(lag));
    assert.ok(lag.lowMs >= 61_498 && lag.highMs <= 63_004, `${lag.lowMs} to ${lag.highMs}`);
  });

  it('names why there is none', () => {
    const reasonOf = (
      readings: readonly Reading[],
      times: Readonly<Record<number, readonly OffsetTime[]>>,
    ) => {
      const lag = last(byRecords(historyOf(readings, times)));
      return isTimeLag(lag) ? undefined : lag.reason;
    };
    assert.equal(reasonOf([[0, 10, 50]], {}), 'no-record-time');
    assert.equal(reasonOf([[0, 10, 50]], { 0: [stamped(11, -5)] }), 'no-record-time');
    assert.equal(reasonOf([[0, 10, 50]], { 0: [stamped(10, 60_000)] }), 'timestamp-ahead');
    assert.equal(reasonOf([[0, null, 50]], { 0: [stamped(10, -5)] }), 'no-lag-reading');
    const madeAnew: Reading[] = [
      [0, 10, 50],
      [1000, 20, 30],
    ];
    assert.equal(reasonOf(madeAnew, { 0: [stamped(10, -5)] }), 'no-record-time');
  });

  it('has the truth inside its bounds, is never negative and never NaN, whatever was asked when', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 0, max: 9000 }),
        fc.array(fc.tuple(fc.nat({ max: 19 }), fc.nat({ max: 59 }), fc.nat({ max: 5 }), fc.nat({ max: 2 })), {
          maxLength: 30,
        }),
        fc.constantFrom<OffsetTime['by']>('record-timestamp', 'list-offsets'),
        (list, delayMs, asked, by) => {
          let nowMs = -4000;
          const madeMs = list.map((gap) => (nowMs += gap));
          const consumedMs = madeMs.map((ms) => ms + delayMs);
          const count = (times: readonly number[], ms: number) => times.filter((time) => time <= ms).length;
          const readings = Array.from({ length: 20 }, (_, index): Reading => {
            const atMs = index * 500;
            const committed = count(consumedMs, atMs);
            return [atMs, committed, count(madeMs, atMs + 1.5), count(consumedMs, atMs + 4)];
          });
          const times: Record<number, OffsetTime[]> = {};
          for (const [reading, offset, spread, side] of asked) {
            const end = readings[reading]?.[2] ?? 0;
            const batch = madeMs.slice(Math.max(0, offset - spread), Math.min(end, offset + spread + 1));
            if (offset >= end) continue;
            (times[reading] ??= []).push({
              offset: BigInt(offset),
              lowMs: side === 1 ? null : Math.min(...batch),
              highMs: side === 2 ? null : Math.max(...batch),
              by,
              clock: null,
            });
          }
          const history = historyOf(readings, times);
          for (const estimate of [recordTimeLag(by), bestTimeLag])
            [...estimate(history)].forEach((lag, index) => {
              const atMs = index * 500 + 1.5;
              const oldest = madeMs[count(consumedMs, atMs)] ?? Number.POSITIVE_INFINITY;
              const truth = Math.max(0, atMs - oldest);
              assert.ok(lag.lowMs <= truth, `${truth} ${JSON.stringify(lag)}`);
              if (!isTimeLag(lag)) return assert.notEqual(lag.reason, 'timestamp-ahead');
              assert.ok(0 <= lag.lowMs && lag.lowMs <= lag.ms && lag.ms <= lag.highMs, JSON.stringify(lag));
              assert.ok(truth <= lag.highMs, `${truth} ${JSON.stringify(lag)}`);
            });
        },
      ),
    );
  });
});

describe('bestTimeLag', () => {
  const readings = Array.from({ length: 6 }, (_, second): Reading => [second * 1000, 20, 10 * second + 1]);
  const methodOf = (times: Readonly<Record<number, readonly OffsetTime[]>>, of = readings) => {
    const lag = last(bestTimeLag(historyOf(of, times)));
    return isTimeLag(lag) ? lag.method : lag.reason;
  };

  it('takes the closest answer', () => {
    // The message at 20 became readable between 1 s and 2 s, or just after.
    assert.equal(methodOf({}), 'interpolation');
    assert.equal(methodOf({ 5: [stamped(20, 1990)] }), 'record-timestamp');
    assert.equal(methodOf({ 5: [stamped(20, -90_000, 2000)] }), 'interpolation');
  });

  it('does not go by a clock that disagrees with ours', () => {
    assert.equal(methodOf({ 5: [stamped(20, -30_000)] }), 'interpolation');
    assert.equal(methodOf({ 5: [stamped(20, 30_000)] }), 'interpolation');
  });

  it('goes by timestamps where the history does not reach back', () => {
    const old: Reading[] = [
      [0, 2, 50],
      [1000, 2, 50],
    ];
    assert.equal(methodOf({}, old), 'before-history');
    assert.equal(methodOf({ 0: [stamped(2, -30_000)] }, old), 'record-timestamp');
    // Said to be made after it was seen.
    assert.equal(methodOf({ 0: [stamped(2, 900)] }, old), 'before-history');
  });
});
