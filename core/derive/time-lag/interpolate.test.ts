import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition, type Reading } from '../../../fixtures/build-record.ts';
import { groupTimeLag } from './group-time-lag.ts';
import { interpolateTimeLag, latestTimeLag } from './interpolate.ts';
import { isTimeLag, type NoTimeLag, type TimeLag } from './time-lag.ts';

const lagsOf = (readings: readonly Reading[]) => [...interpolateTimeLag(partition(readings))];
const lastOf = (readings: readonly Reading[]): TimeLag | NoTimeLag => {
  const last = lagsOf(readings).at(-1);
  assert.ok(last);
  return last;
};

describe('interpolateTimeLag', () => {
  it('is the age of the oldest message that was not committed', () => {
    // 10 a second are produced, nothing is committed beyond 20: produced just after 2 s
    const lag = lastOf(
      Array.from({ length: 8 }, (_, second): Reading => [second * 1000, 20, 10 * second + 1]),
    );
    assert.ok(isTimeLag(lag));
    assert.equal(lag.method, 'interpolation');
    assert.ok(Math.abs(lag.ms - 5050) < 60, `${lag.ms}`);
    assert.ok(lag.lowMs <= lag.ms && lag.ms <= lag.highMs && lag.highMs - lag.lowMs < 1010);
  });

  it('is 0 where all is committed, also where nothing more comes', () => {
    const lag = lastOf([
      [0, 5, 5],
      [60_000, 5, 5],
    ]);
    assert.deepEqual([isTimeLag(lag) && lag.method, isTimeLag(lag) && lag.ms], ['caught-up', 0]);
  });

  it('falls while a backlog is worked off and the end of the log is flat', () => {
    const lags = lagsOf(
      Array.from({ length: 21 }, (_, second): Reading => [
        second * 1000,
        5 * second,
        Math.min(100, 20 * second),
      ]),
    ).slice(6);
    const values = lags.map((lag) => (isTimeLag(lag) ? lag.ms : Number.NaN));
    // Messages are worked off at a quarter of the speed at which they came: each is older than the one before it.
    assert.ok(values.slice(0, -1).every((ms, index) => index === 0 || ms > (values[index - 1] ?? 0)));
    assert.equal(values.at(-1), 0);
  });

  it('names why there is none', () => {
    const reasonOf = (readings: readonly Reading[]) => {
      const lag = lastOf(readings);
      return isTimeLag(lag) ? undefined : [lag.reason, lag.lowMs > 0];
    };
    assert.deepEqual(reasonOf([[0, null, 5]]), ['no-lag-reading', false]);
    assert.deepEqual(reasonOf([[0, 2, 5]]), ['too-few-samples', false]);
    assert.deepEqual(
      reasonOf([
        [0, 2, 5],
        [1000, 2, 5],
      ]),
      ['before-history', true],
    );
    assert.deepEqual(
      reasonOf([
        [0, 5, 5],
        [1000, 9, 5],
      ]),
      ['ahead-of-history', false],
    );
  });

  it('of the newest reading is the last of those of all readings', () => {
    const step = fc.record({ produced: fc.integer({ min: -20, max: 100 }), done: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        let [committed, end] = [0, 0];
        const readings = steps.map(({ produced, done }, index): Reading => {
          end = Math.max(0, end + produced);
          committed += done;
          return [index * 1000, committed, end];
        });
        assert.deepEqual(latestTimeLag(partition(readings).samples), lagsOf(readings).at(-1));
      }),
    );
    assert.equal(latestTimeLag([]), undefined);
  });

  it('does not look beyond where the log was made anew', () => {
    const lag = lastOf([
      [0, 100, 100],
      [1000, 100, 200],
      [2000, 0, 4],
      [3000, 0, 8],
    ]);
    assert.equal(isTimeLag(lag) ? undefined : lag.reason, 'before-history');
  });

  it('has the truth inside its bounds, is never negative and never NaN, whatever came when', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 0, max: 2000 }),
        fc.integer({ min: 1, max: 3 }),
        (list, delayMs, every) => {
          let nowMs = 10;
          const producedMs = list.map((gap) => (nowMs += gap));
          const consumedMs = producedMs.map((ms) => ms + delayMs);
          const count = (times: readonly number[], ms: number) => times.filter((time) => time <= ms).length;
          const readings = Array.from({ length: 20 }, (_, index): Reading => {
            const atMs = index * 500 * every;
            return [
              atMs,
              count(consumedMs, atMs),
              count(producedMs, atMs + 1.5),
              count(consumedMs, atMs + 4),
            ];
          });
          lagsOf(readings).forEach((lag, index) => {
            const atMs = index * 500 * every + 1.5;
            const oldest = producedMs[count(consumedMs, atMs)] ?? Number.POSITIVE_INFINITY;
            const truth = Math.max(0, atMs - oldest);
            assert.ok(isTimeLag(lag), JSON.stringify(lag));
            assert.ok(0 <= lag.lowMs && lag.lowMs <= lag.ms && lag.ms <= lag.highMs, JSON.stringify(lag));
            assert.ok(lag.lowMs <= truth && truth <= lag.highMs, `${truth} ${JSON.stringify(lag)}`);
          });
        },
      ),
    );
  });
});

describe('groupTimeLag', () => {
  const quick = Array.from({ length: 5 }, (_, second): Reading => [second * 1000, 10 * second, 10 * second]);
  const slow = quick.map(([atMs, , end]): Reading => [atMs, 0, end]);

  it('is that of the partition furthest behind', () => {
    const readings = [...groupTimeLag({ partitions: [partition(quick), partition(slow, { partition: 1 })] })];
    assert.equal(readings.length, 5);
    const last = readings.at(-1);
    assert.ok(last !== undefined && isTimeLag(last));
    assert.equal(last.partition, 1);
    assert.ok(last.ms > 3500);
  });

  it('is not known in a reading in which one partition has none', () => {
    const never = quick.map(([atMs, , end]): Reading => [atMs, null, end]);
    const readings = [
      ...groupTimeLag({ partitions: [partition(quick), partition(never, { partition: 1 })] }),
    ];
    assert.deepEqual(
      readings.map((lag) => (isTimeLag(lag) ? 'known' : lag.reason)),
      // at first its log was empty
      ['known', ...Array.from({ length: 4 }, () => 'no-lag-reading')],
    );
  });
});
