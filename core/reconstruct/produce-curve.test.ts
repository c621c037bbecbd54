import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { produceCurves, type AskOffsets } from './produce-curve.ts';

type Log = { readonly partition: number; readonly start: number; readonly timestamps: readonly number[] };

/** ListOffsets as a broker answers it, over logs given by the timestamps of their records, offsets from 0 on. */
const brokerOf =
  (logs: readonly Log[], asked: number[] = []): AskOffsets =>
  async (questions) => {
    assert.equal(new Set(questions.map(({ partition }) => partition)).size, questions.length);
    return questions.map(({ partition, atMs }) => {
      asked.push(atMs);
      const log = logs.find((each) => each.partition === partition);
      const offset = (log?.timestamps ?? []).findIndex(
        (timestampMs, index) => index >= (log?.start ?? 0) && timestampMs >= atMs,
      );
      return offset === -1 ? null : { offset: BigInt(offset), timestampMs: log?.timestamps[offset] ?? 0 };
    });
  };

const endsOf = (logs: readonly Log[]) =>
  logs.map(({ partition, timestamps }) => ({ partition, end: BigInt(timestamps.length) }));

const curveOf = async (log: Omit<Log, 'partition'>, grid: readonly number[], nowMs = 1e12) => {
  const logs = [{ partition: 0, ...log }];
  const { curves } = await produceCurves(brokerOf(logs), { logs: endsOf(logs), grid, nowMs });
  return curves[0]?.ends;
};

describe('produceCurves', () => {
  it('counts the records before each time', async () => {
    const timestamps = [1000, 1000, 1500, 3000, 3200];
    assert.deepEqual(await curveOf({ start: 0, timestamps }, [500, 1000, 1500, 2000, 2500, 3000, 4000]), [
      0n,
      0n,
      2n,
      3n,
      3n,
      3n,
      5n,
    ]);
  });

  it('counts a record that is older than one before it only with that one', async () => {
    assert.deepEqual(await curveOf({ start: 0, timestamps: [1000, 3000, 2000, 2500] }, [1500, 2600, 3001]), [
      1n,
      1n,
      4n,
    ]);
  });

  it('knows nothing of the time before the first record that retention has left', async () => {
    const grid = [900, 1900, 2000, 2001, 2500];
    assert.deepEqual(await curveOf({ start: 2, timestamps: [1000, 1500, 2000, 2400] }, grid), [
      'topic-retention',
      'topic-retention',
      'topic-retention',
      3n,
      4n,
    ]);
    assert.deepEqual(await curveOf({ start: 2, timestamps: [1000, 1500] }, [900, 1900]), [
      'topic-retention',
      'topic-retention',
    ]);
  });

  it('knows that nothing was produced before the first record of a whole log, and of an empty one', async () => {
    assert.deepEqual(await curveOf({ start: 0, timestamps: [5000] }, [0, 4000]), [0n, 0n]);
    assert.deepEqual(await curveOf({ start: 0, timestamps: [] }, [0, 4000]), [0n, 0n]);
  });

  it('places nothing behind a record whose time is yet to come', async () => {
    const timestamps = [1000, 2000, 9_000_000, 3000, 4000];
    assert.deepEqual(await curveOf({ start: 0, timestamps }, [1500, 2500, 4500], 5000), [
      1n,
      'timestamps-ahead',
      'timestamps-ahead',
    ]);
  });

  it('asks next to nothing of idle hours', async () => {
    const grid = Array.from({ length: 7201 }, (_, index) => index * 1000);
    const timestamps = Array.from({ length: 5000 }, (_, index) => 3_600_000 + index * 2);
    const logs = [{ partition: 0, start: 0, timestamps }];
    const { requests } = await produceCurves(brokerOf(logs), { logs: endsOf(logs), grid, nowMs: 1e12 });
    assert.ok(requests < 60, `${requests} requests for 10 s of producing in two hours`);
  });

  it('agrees with a count of the records, for any log and grid, and asks no time twice', async () => {
    const log = fc.record({
      start: fc.nat(5),
      timestamps: fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 60 }),
    });
    const logsOf = fc.array(log, { minLength: 1, maxLength: 3 }).map((all) =>
      all.map((each, partition): Log => ({
        partition,
        ...each,
        start: Math.min(each.start, each.timestamps.length),
      })),
    );
    const gridOf = fc
      .uniqueArray(fc.integer({ min: 1, max: 420 }), { minLength: 1, maxLength: 50 })
      .map((times) => times.toSorted((left, right) => left - right));
    await fc.assert(
      fc.asyncProperty(logsOf, gridOf, async (logs, grid) => {
        const asked: number[] = [];
        const { curves, requests } = await produceCurves(brokerOf(logs, asked), {
          logs: endsOf(logs),
          grid,
          nowMs: 1e6,
        });
        assert.ok(requests <= grid.length + 1);
        for (const { partition, start, timestamps } of logs) {
          const firstMs = timestamps[start] ?? Number.POSITIVE_INFINITY;
          const expected = grid.map((atMs) => {
            if (start > 0 && atMs <= firstMs) return 'topic-retention';
            const before = timestamps.findIndex(
              (timestampMs, index) => index >= start && timestampMs >= atMs,
            );
            return BigInt(before === -1 ? timestamps.length : before);
          });
          assert.deepEqual(curves[partition]?.ends, expected);
        }
      }),
    );
  });
});
