import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition, type Reading } from '../../fixtures/build-record.ts';
import { drainEstimateMs, timeLag } from './partition-figures.ts';
import { partitionStatus, worstStatus, type PartitionStatus } from './partition-status.ts';

/** Readings a second apart of [committed, end]. */
const statusOf = (
  readings: readonly (readonly [committed: number | null, end: number])[],
  { isHeld = true, logStart = 0 }: { isHeld?: boolean; logStart?: number } = {},
): PartitionStatus => partitionStatus({ samples: samplesOf(readings, logStart), isHeld });

const samplesOf = (readings: readonly (readonly [committed: number | null, end: number])[], logStart = 0) =>
  partition(
    readings.map(([committed, end], index): Reading => [index * 1000, committed, end]),
    { logStart },
  ).samples;

/** `seconds` readings of a group that lags as told, with so many messages done in each second. */
const lagging = (lags: readonly number[], perSecond: number) =>
  lags.map((lag, index) => [index * perSecond, index * perSecond + lag] as const);

describe('the status of a partition', () => {
  it('is ok where nothing waits, or where what waits shrinks', () => {
    assert.equal(statusOf(lagging([0, 0, 0, 0, 0], 10)), 'ok');
    assert.equal(statusOf(lagging([900, 800, 700, 600, 500, 400], 10)), 'ok');
  });

  it('warns of a lag that grows, also with a smaller one in between', () => {
    assert.equal(statusOf(lagging([100, 200, 300, 400, 500, 600], 10)), 'warn');
    // Burrow clears its WARN for one such pair (its issues 453 and 738).
    assert.equal(statusOf(lagging([100, 200, 150, 400, 350, 600], 10)), 'warn');
  });

  it('warns of a lag that stays where it is, though the group works', () => {
    assert.equal(statusOf(lagging([500, 500, 500, 500, 500, 500], 10)), 'warn');
  });

  it('takes no lag for one that is there only because commits are far apart', () => {
    // 10 a second, committed every 5 s: Burrow warns of the like (its issue 223).
    const sawtooth = Array.from({ length: 40 }, (_, at) => [Math.floor(at / 5) * 50, at * 10] as const);
    for (let length = 12; length <= sawtooth.length; length += 1)
      assert.equal(statusOf(sawtooth.slice(0, length)), 'ok', `${length} readings`);
  });

  it('is stall where its member commits nothing, and stop where it has no member', () => {
    const still = Array.from({ length: 15 }, (_, at) => [100, 200 + at * 10] as const);
    assert.equal(statusOf(still), 'stall');
    assert.equal(statusOf(still, { isHeld: false }), 'stop');
    // So short a pause is that of any consumer between two commits.
    assert.equal(statusOf(still.slice(0, 8)), 'unknown');
  });

  it('is not stall for a group that had nothing to do until now', () => {
    const idle = Array.from({ length: 30 }, () => [100, 100] as const);
    assert.equal(statusOf([...idle, [100, 101]]), 'ok');
  });

  it('is rewind until the group is where it was', () => {
    assert.equal(
      statusOf([
        [100, 200],
        [50, 200],
        [80, 200],
      ]),
      'rewind',
    );
    assert.notEqual(
      statusOf([
        [100, 200],
        [50, 200],
        [120, 200],
        [190, 200],
      ]),
      'rewind',
    );
  });

  it('is loss where the log no longer has what is to be read next, and unknown where lag is no number', () => {
    assert.equal(
      statusOf(
        [
          [100, 200],
          [100, 200],
        ],
        { logStart: 150 },
      ),
      'loss',
    );
    assert.equal(
      statusOf([
        [null, 200],
        [null, 200],
      ]),
      'unknown',
    );
    assert.equal(partitionStatus({ samples: [], isHeld: true }), 'unknown');
  });

  it('never depends on where the log begins: the same offsets further on have the same status', () => {
    const step = fc.record({ produced: fc.nat(100), done: fc.nat(100) });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.nat(1e9),
        fc.boolean(),
        (steps, by, isHeld) => {
          let [committed, end] = [0, 0];
          const readings = steps.map(({ produced, done }) => {
            end += produced;
            committed = Math.min(end, committed + done);
            return [committed, end] as const;
          });
          const moved = readings.map(([at, to]) => [at + by, to + by] as const);
          assert.equal(statusOf(moved, { isHeld }), statusOf(readings, { isHeld }));
          if (committed === end) assert.equal(statusOf(readings, { isHeld }) === 'warn', false);
        },
      ),
    );
  });

  it('of a group is the worst of its partitions', () => {
    assert.equal(worstStatus(['ok', 'stall', 'warn']), 'stall');
    assert.equal(worstStatus(['rewind', 'loss', 'stop']), 'loss');
    assert.equal(worstStatus([]), 'unknown');
  });
});

describe('the time lag of a partition', () => {
  it('holds the true waiting time of the next message, for any produce curve', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5000), { minLength: 1, maxLength: 60 }),
        fc.nat(59),
        (produceTimes, wanted) => {
          const times = produceTimes.toSorted((left, right) => left - right);
          const committed = Math.min(wanted, times.length - 1);
          const readings = Array.from({ length: 6 }, (_, at): Reading => {
            const endAtMs = at * 1000 + 1.5;
            return [at * 1000, committed, times.filter((time) => time <= endAtMs).length];
          });
          const { samples } = partition(readings);
          const lag = timeLag(samples);
          const last = samples.at(-1);
          if (lag === null || last === undefined || last.end <= BigInt(committed)) return;
          // The end was read at some moment between the sending of the request and its answer.
          const truthMs = 5001.5 - (times[committed] ?? 0);
          assert.ok(lag.lowMs <= truthMs, `${truthMs} is below ${lag.lowMs}`);
          assert.ok(lag.highMs === null || truthMs <= lag.highMs, `${truthMs} is beyond ${lag.highMs}`);
        },
      ),
    );
  });

  it('is 0 without lag, and only bounded from below for what waited before the first reading', () => {
    assert.deepEqual(timeLag(samplesOf([[5, 5]])), { lowMs: 0, highMs: 0 });
    assert.deepEqual(
      timeLag(
        samplesOf([
          [5, 9],
          [5, 9],
          [5, 9],
        ]),
      ),
      { lowMs: 1999, highMs: null },
    );
    assert.equal(timeLag(samplesOf([[null, 9]])), null);
  });
});

it('a drain is estimated only of a lag that shrinks', () => {
  assert.equal(
    drainEstimateMs(
      samplesOf([
        [0, 1000],
        [100, 1000],
      ]),
    ),
    9000,
  );
  assert.equal(
    drainEstimateMs(
      samplesOf([
        [0, 1000],
        [100, 1200],
      ]),
    ),
    null,
  );
  assert.equal(
    drainEstimateMs(
      samplesOf([
        [5, 5],
        [5, 5],
      ]),
    ),
    0,
  );
});
