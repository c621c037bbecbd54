import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ThinnedLine } from './downsample.ts';
import type { LinePoint } from './series-points.ts';

const thinned = (points: readonly LinePoint[], durationMs: number, buckets: number): LinePoint[] => {
  const line = new ThinnedLine(durationMs, buckets);
  for (const [elapsedMs, value] of points) line.add(elapsedMs, value ?? Number.NaN);
  return line.points();
};

/** The same as one would write it down. */
const plainlyThinned = (points: readonly LinePoint[], durationMs: number, buckets: number): LinePoint[] => {
  if (points.length <= buckets * 2) return [...points];
  const kept: LinePoint[] = [];
  let bucket: LinePoint[] = [];
  const bucketOf = ([elapsedMs]: LinePoint) => Math.floor(elapsedMs / Math.max(1, durationMs / buckets));
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (point[1] === null || (before !== undefined && bucketOf(before) !== bucketOf(point))) {
      kept.push(...extremes(bucket));
      bucket = [];
    }
    if (point[1] === null) kept.push(point);
    else bucket.push(point);
  }
  return [...kept, ...extremes(bucket)];
};

const extremes = (bucket: readonly LinePoint[]): LinePoint[] => {
  const height = ([, value]: LinePoint) => value ?? 0;
  const lowest = bucket.toSorted((left, right) => height(left) - height(right))[0];
  const highest = bucket.toSorted((left, right) => height(right) - height(left))[0];
  if (lowest === undefined || highest === undefined) return [];
  if (lowest === highest) return [lowest];
  return lowest[0] < highest[0] ? [lowest, highest] : [highest, lowest];
};

const values = fc.array(fc.option(fc.integer({ min: 0, max: 1000 }), { freq: 20 }), {
  minLength: 5,
  maxLength: 60,
});

test('short lines stay as they are', () => {
  const points: LinePoint[] = [
    [0, 1],
    [10, null],
    [20, 3],
  ];
  assert.deepEqual(thinned(points, 20, 100), points);
});

test('the highest and the lowest point and every break survive, in the order of time', () => {
  fc.assert(
    fc.property(values, (given) => {
      const points = given.map((value, index): LinePoint => [index * 100, value]);
      const kept = thinned(points, given.length * 100, 10);
      const numbers = (of: readonly LinePoint[]) =>
        of.flatMap(([, value]) => (value === null ? [] : [value]));
      assert.equal(Math.max(...numbers(kept), -1), Math.max(...numbers(points), -1));
      assert.equal(Math.min(...numbers(kept), 1001), Math.min(...numbers(points), 1001));
      assert.equal(
        kept.filter(([, value]) => value === null).length,
        given.filter((value) => value === null).length,
      );
      assert.deepEqual(
        kept,
        kept.toSorted(([left], [right]) => left - right),
      );
    }),
  );
});

test('told point by point, a line is thinned as if it lay there whole, also where a clock goes back', () => {
  const steps = fc.array(fc.integer({ min: -50, max: 200 }), { minLength: 60, maxLength: 60 });
  const buckets = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(values, steps, buckets, (given, stepsMs, count) => {
      let elapsedMs = 0;
      const points = given.map((value, index): LinePoint => [(elapsedMs += stepsMs[index] ?? 0), value]);
      assert.deepEqual(thinned(points, 2000, count), plainlyThinned(points, 2000, count));
    }),
  );
});

test('a hundred thousand points become at most two per bucket', () => {
  const points = Array.from({ length: 100_000 }, (_, index): LinePoint => [index, index % 7]);
  assert.ok(thinned(points, 100_000, 1000).length <= 2002);
});
