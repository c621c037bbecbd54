import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { histogramQuantile } from '../record/histogram.ts';
import { secondsToMs } from './k6-series.ts';

test('a quantile in ms is a thousand times the one in seconds, to 0.14 %', () => {
  const bucket = fc.tuple(fc.integer({ min: -120, max: 40 }), fc.integer({ min: 1, max: 1000 }));
  const buckets = fc
    .uniqueArray(bucket, { selector: ([index]) => index, minLength: 1 })
    .map((each) => each.sort(([left], [right]) => left - right));
  fc.assert(
    fc.property(buckets, fc.double({ min: 0, max: 1, noNaN: true }), (buckets, q) => {
      const count = buckets.reduce((sum, [, each]) => sum + each, 0);
      const seconds = { schema: 3, count, sum: 1.5, zeroCount: 0, buckets };
      const ms = secondsToMs(seconds);
      const ratio = (histogramQuantile(ms, q) ?? NaN) / (histogramQuantile(seconds, q) ?? NaN);
      assert.ok(Math.abs(ratio / 1000 - 1) < 0.0014, `${ratio}`);
      assert.equal(ms.sum, 1500);
      assert.equal(ms.count, count);
    }),
  );
});
