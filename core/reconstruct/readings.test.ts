import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Commit, TimeSpan } from './commit-history.ts';
import type { CurveGap } from './produce-curve.ts';
import { samplesIn } from '../record/offset-samples.ts';
import { isActiveWithin, topicReadings } from './readings.ts';

const grid = [10_000, 11_000, 12_000, 13_000];

const commits = (...list: readonly (readonly [atMs: number, offset: number | null])[]): Commit[] =>
  list.map(([atMs, offset]) => ({ atMs, offset: offset === null ? null : BigInt(offset) }));

const readingsOf = (
  curves: readonly (readonly (number | CurveGap)[])[],
  histories: readonly (readonly Commit[])[],
  hole: TimeSpan | null = null,
) =>
  topicReadings({
    group: 'billing',
    topic: 'orders',
    curves: curves.map((ends, partition) => ({
      partition,
      ends: ends.map((end) => (typeof end === 'number' ? BigInt(end) : end)),
    })),
    history: {
      hole,
      partitions: histories.map((list, partition) => ({ topic: 'orders', partition, commits: list, hole })),
    },
    grid,
  });

/** Elapsed time, then committed before, end and committed after of each partition. */
const plain = ({ readings }: ReturnType<typeof readingsOf>) =>
  readings.map((reading) =>
    samplesIn(reading).map(({ sample: { fromMs, committedBefore, end, committedAfter } }) => [
      fromMs,
      committedBefore,
      end,
      committedAfter,
    ]),
  );

describe('topicReadings', () => {
  it('reads both curves at every time, and takes a commit of that very millisecond for either', () => {
    const found = readingsOf([[0, 10, 20, 20]], [commits([10_500, 4], [12_000, 20])]);
    assert.deepEqual(plain(found), [
      [[0, null, 0n, null]],
      [[1000, 4n, 10n, 4n]],
      [[2000, 4n, 20n, 20n]],
      [[3000, 20n, 20n, 20n]],
    ]);
    assert.deepEqual(found.missing, []);
  });

  it('follows a group that is set back, and one whose commits are deleted', () => {
    const found = readingsOf([[20, 20, 20, 20]], [commits([9000, 20], [10_900, 5], [12_900, null])]);
    assert.deepEqual(
      plain(found).map(([partition]) => partition?.[3]),
      [20n, 5n, 5n, null],
    );
  });

  it('has no reading where one partition is not known, and says which, why and for how long', () => {
    const found = readingsOf(
      [
        ['topic-retention', 10, 20, 20],
        [5, 5, 5, 5],
      ],
      [commits([9000, 0]), commits([11_500, 5])],
      { fromMs: 0, toMs: 11_500 },
    );
    assert.deepEqual(
      plain(found).map(([partition]) => partition?.[0]),
      [2000, 3000],
    );
    assert.deepEqual(
      found.missing.map(({ partitions, reason, fromMs, toMs }) => [partitions, reason, fromMs, toMs]),
      [
        [[0], 'topic-retention', 0, 1000],
        [[1], 'commits-compacted', 0, 2000],
      ],
    );
  });

  it('takes a partition that nothing was ever committed on for one without commits', () => {
    assert.deepEqual(plain(readingsOf([[1, 1, 1, 1]], [])).length, 4);
  });
});

describe('isActiveWithin', () => {
  const history = { topic: 'orders', partition: 0, hole: null, commits: commits([5000, 1], [8000, null]) };

  it('holds where an offset stood or was committed, and not after it was deleted', () => {
    assert.equal(isActiveWithin(history, 6000, 7000), true);
    assert.equal(isActiveWithin(history, 1000, 5000), true);
    assert.equal(isActiveWithin(history, 1000, 4000), false);
    assert.equal(isActiveWithin(history, 8000, 9000), false);
  });
});
