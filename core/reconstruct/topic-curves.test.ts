import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CommitHistory } from './commit-history.ts';
import { lastAdvances } from './decisive-times.ts';
import type { AskOffsets } from './produce-curve.ts';
import { topicCurves } from './topic-curves.ts';

/** ListOffsets as a broker answers it, over whole logs given by the ascending timestamps of their records. */
const brokerOf =
  (logs: readonly (readonly number[])[]): AskOffsets =>
  async (questions) =>
    questions.map(({ partition, atMs }) => {
      const timestamps = logs[partition] ?? [];
      const offset = timestamps.findIndex((timestampMs) => timestampMs >= atMs);
      return offset === -1 ? null : { offset: BigInt(offset), timestampMs: timestamps[offset] ?? 0 };
    });

const history = (partition: number, ...commits: readonly (readonly [number, number | null])[]) =>
  ({
    topic: 'orders',
    partition,
    hole: null,
    commits: commits.map(([atMs, offset]) => ({ atMs, offset: offset === null ? null : BigInt(offset) })),
  }) satisfies CommitHistory;

const grid = [10_000, 11_000, 12_000, 13_000, 14_000, 15_000];

const curvesOf = (logs: readonly (readonly number[])[], commits: readonly CommitHistory[] = []) =>
  topicCurves(brokerOf(logs), {
    logs: logs.map((timestamps, partition) => ({ partition, end: BigInt(timestamps.length) })),
    grid,
    nowMs: 1e12,
    commits,
  });

const between = (times: readonly number[]): number[] => times.filter((atMs) => !grid.includes(atMs));

describe('topicCurves', () => {
  it('reads at the millisecond of the first and of the last message, and at the one after it', async () => {
    const { grid: times, curves } = await curvesOf([
      [10_400, 10_900],
      [10_250, 13_777],
    ]);
    assert.deepEqual(between(times), [10_250, 10_251, 13_777, 13_778]);
    const at = (atMs: number) => curves.map(({ ends }) => ends[times.indexOf(atMs)]);
    assert.deepEqual(at(10_250), [0n, 0n]);
    assert.deepEqual(at(10_251), [0n, 1n]);
    assert.deepEqual(at(13_777), [2n, 1n]);
    assert.deepEqual(at(13_778), [2n, 2n]);
  });

  it('reads at the last commit that took a partition forward, and not where the same was committed again', async () => {
    const { grid: times } = await curvesOf(
      [[10_000], [10_000]],
      [history(0, [10_500, 0], [12_345, 1], [13_345, 1], [14_345, 1]), history(1, [14_500, 1])],
    );
    assert.deepEqual(between(times), [10_001, 12_345, 12_346, 14_500, 14_501]);
  });

  it('adds no time beyond the period, nor one twice', async () => {
    const { grid: times } = await curvesOf(
      [[9000, 11_000]],
      [history(0, [9500, 1], [15_000, 2], [16_000, 3])],
    );
    assert.deepEqual(times, [10_000, 11_000, 11_001, 12_000, 13_000, 14_000, 15_000]);
  });

  it('leaves out a commit that stands beyond what was produced by then: the clocks do not agree', async () => {
    const { grid: times } = await curvesOf([[10_000, 12_400]], [history(0, [10_500, 1], [12_390, 2])]);
    assert.deepEqual(between(times), [10_001, 12_401]);
  });

  it('adds nothing where nothing is known', async () => {
    const cut = await topicCurves(async (questions) => questions.map(() => null), {
      logs: [{ partition: 0, end: 5n }],
      grid,
      nowMs: 1e12,
      commits: [],
    });
    assert.deepEqual(cut.grid, grid);
    assert.ok(cut.curves[0]?.ends.every((end) => end === 'topic-retention'));
  });

  it('answers at each time of the grid what it would without the others, and has readings around each edge', async () => {
    const moment = fc.integer({ min: 10_001, max: 14_999 });
    const logOf = fc
      .array(moment, { maxLength: 12 })
      .map((times) => times.toSorted((left, right) => left - right));
    await fc.assert(
      fc.asyncProperty(fc.array(logOf, { minLength: 1, maxLength: 3 }), async (logs) => {
        const { grid: times, curves } = await curvesOf(logs);
        assert.deepEqual(
          times,
          [...new Set(times)].sort((left, right) => left - right),
        );
        curves.forEach(({ partition, ends }) =>
          assert.deepEqual(
            ends,
            times.map((atMs) => BigInt(logs[partition]?.filter((at) => at < atMs).length ?? 0)),
          ),
        );
        const all = logs.flat();
        if (all.length === 0) return;
        for (const edge of [Math.min(...all), Math.max(...all)])
          assert.ok(times.includes(edge) && times.includes(edge + 1), `${edge} in ${times.join(' ')}`);
      }),
    );
  });
});

describe('lastAdvances', () => {
  it('passes over a deleted commit and one that was set back', () => {
    assert.deepEqual(
      lastAdvances([history(0, [10_100, 5], [11_200, 9], [12_300, 2], [13_400, null])], grid),
      [11_200, 11_201],
    );
  });

  it('keeps the latest of very many', () => {
    const many = Array.from({ length: 300 }, (_, index) => history(index, [10_000 + 10 * index, 1]));
    const times = lastAdvances(many, grid);
    assert.equal(times.length, 200);
    assert.equal(Math.max(...times), 12_991);
  });
});
