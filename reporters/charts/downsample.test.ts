import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { downsample } from './downsample.ts';
import type { LinePoint } from './series-points.ts';

test('short lines stay as they are', () => {
  const points: LinePoint[] = [
    [0, 1],
    [10, null],
    [20, 3],
  ];
  assert.deepEqual(downsample(points, 20, 100), points);
});

test('the highest and the lowest point and every break survive, in the order of time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: 0, max: 1000 }), { freq: 20 }), { minLength: 50 }),
      (values) => {
        const points = values.map((value, index): LinePoint => [index * 100, value]);
        const kept = downsample(points, values.length * 100, 10);
        const numbers = (of: readonly LinePoint[]) =>
          of.flatMap(([, value]) => (value === null ? [] : [value]));
        assert.equal(Math.max(...numbers(kept), -1), Math.max(...numbers(points), -1));
        assert.equal(Math.min(...numbers(kept), 1001), Math.min(...numbers(points), 1001));
        assert.equal(
          kept.filter(([, value]) => value === null).length,
          values.filter((value) => value === null).length,
        );
        assert.deepEqual(
          kept,
          kept.toSorted(([left], [right]) => left - right),
        );
      },
    ),
  );
});

test('a hundred thousand points become at most two per bucket', () => {
  const points = Array.from({ length: 100_000 }, (_, index): LinePoint => [index, index % 7]);
  assert.ok(downsample(points, 100_000, 1000).length <= 2002);
});
