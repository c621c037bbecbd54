import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { interpolatedQuantile, quantileBounds } from '../record/histogram.ts';
import { secondsToMs } from './k6-series.ts';

test('what is told of ms is a thousand times what was told of seconds, and as much in doubt', () => {
  const bucket = fc.tuple(fc.integer({ min: -120, max: 40 }), fc.integer({ min: 1, max: 1000 }));
  const buckets = fc
    .uniqueArray(bucket, { selector: ([index]) => index, minLength: 1 })
    .map((each) => each.sort(([left], [right]) => left - right));
  fc.assert(
    fc.property(buckets, fc.double({ min: 0, max: 1, noNaN: true }), (buckets, q) => {
      const count = buckets.reduce((sum, [, each]) => sum + each, 0);
      const seconds = { schema: 3, count, sum: 1.5, zeroCount: 0, buckets };
      const ms = secondsToMs(seconds);
      const pairs = [
        [interpolatedQuantile(ms, q), interpolatedQuantile(seconds, q)],
        [quantileBounds(ms, q)?.low, quantileBounds(seconds, q)?.low],
        [quantileBounds(ms, q)?.high, quantileBounds(seconds, q)?.high],
      ] as const;
      for (const [inMs = NaN, inSeconds = NaN] of pairs)
        assert.ok(Math.abs(inMs / inSeconds / 1000 - 1) < 1e-12, `${inMs} ms, ${inSeconds} s`);
      assert.equal(quantileBounds(ms, q)?.isInGap, quantileBounds(seconds, q)?.isInGap);
      assert.equal(ms.sum, 1500);
      assert.equal(ms.count, count);
    }),
  );
});
