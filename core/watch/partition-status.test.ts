import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition, type Reading } from '../../fixtures/build-record.ts';
import { readRecord } from '../record/journal-reader.ts';
import { drainEstimateMs } from './partition-figures.ts';
import { partitionStatus, worstStatus, type PartitionStatus } from './partition-status.ts';

/** As long as `lagline watch` looks back unless told otherwise. */
const windowMs = 60_000;

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

  it('is not kept from stall by a long pause that is over, unless such pauses are usual', () => {
    // Seconds of the commits of a group that gets 10 messages a second.
    const lastOf = (commits: readonly number[], untilSecond: number) =>
      statusOf(
        Array.from({ length: untilSecond }, (_, at) => [
          10 * (commits.findLast((second) => second <= at) ?? 0),
          10 + at * 10,
        ]),
      );
    const everySecond = Array.from({ length: 12 }, (_, at) => at);
    const once = [...everySecond, ...everySecond.map((at) => at + 25)];
    assert.equal(lastOf(once, 36 + 12), 'stall');
    const often = [0, 14, 28, 42];
    assert.notEqual(lastOf(often, 42 + 13), 'stall');
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

  it('takes what is left of a compacted topic for work, though nobody can say how much of it', () => {
    const compacted = (readings: Parameters<typeof samplesOf>[0]): PartitionStatus =>
      partitionStatus({
        samples: samplesOf(readings).map((sample) => ({ ...sample, isCompacted: true as const })),
        isHeld: true,
      });
    assert.equal(compacted(Array.from({ length: 15 }, (_, at) => [100, 200 + at] as const)), 'stall');
    assert.equal(compacted(lagging([100, 200, 300, 400, 500, 600], 10)), 'warn');
    assert.equal(compacted(lagging([600, 500, 400, 300, 200, 100], 10)), 'ok');
  });

  it('is ok where only markers are left, and where the rest is in an open transaction', () => {
    const still = Array.from({ length: 15 }, () => [100, 101] as const);
    const samples = samplesOf(still).map((sample) => ({ ...sample, isMarkersOnly: true as const }));
    assert.equal(partitionStatus({ samples, isHeld: true }), 'ok');
    const open = samplesOf(Array.from({ length: 15 }, () => [100, 100] as const)).map((sample) => ({
      ...sample,
      highWatermark: 150n,
    }));
    assert.equal(partitionStatus({ samples: open, isHeld: true }), 'ok');
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

describe('the status of partitions of real runs, from reading to reading', () => {
  /** What `lagline watch` would have told, and when it changed: seconds and status, of each partition. */
  const toldOf = async (run: string): Promise<[number, PartitionStatus][][]> => {
    const { offsets } = await readRecord(join(import.meta.dirname, '../../fixtures/runs', run));
    return offsets.map(({ samples: all }) => {
      const samples = [...all];
      return samples
        .map(({ toMs }, index): [number, PartitionStatus] => {
          const window = samples.slice(0, index + 1).filter((sample) => sample.toMs >= toMs - windowMs);
          return [Math.floor(toMs / 1000), partitionStatus({ samples: window, isHeld: true })];
        })
        .filter(([, status], index, told) => status !== told[index - 1]?.[1]);
    });
  };
  const statuses = (told: readonly [number, PartitionStatus][]): PartitionStatus[] =>
    told.map(([, status]) => status);

  it('is ok all the time where the group keeps up', async () => {
    for (const run of ['healthy', 'interrupted'])
      for (const told of await toldOf(run)) assert.deepEqual(statuses(told), ['unknown', 'ok'], run);
  });

  it('warns while the backlog grows, and is ok for good once it has shrunk for about as long', async () => {
    for (const told of await toldOf('backlog-drained')) {
      assert.deepEqual(statuses(told), ['unknown', 'ok', 'warn', 'ok']);
      const [warned = 0, cleared = 0] = told.slice(2).map(([second]) => second);
      // The load goes from 0 to 12 s.
      assert.ok(warned <= 5 && cleared > 12 && cleared <= 24, `${warned} ${cleared}`);
    }
    for (const told of await toldOf('backlog-not-drained')) {
      assert.deepEqual(statuses(told).slice(0, 3), ['unknown', 'ok', 'warn']);
      // Here to 24 s of 44, and ten times as fast.
      for (const [second, status] of told.slice(3)) assert.ok(status === 'ok' && second > 36, `${second}`);
    }
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
