import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aggregateSamples, quantile } from './reading.ts';

describe('quantile', () => {
  for (const [values, q, expected] of [
    [[1, 2, 3, 4], 0.5, 2.5],
    [[4, 1, 3, 2], 1, 4],
    [[10, 20], 0.95, 19.5],
    [[7], 0.99, 7],
  ] as const) {
    it(`${q} of ${values.join(', ')} is ${expected}, as k6 interpolates`, () => {
      assert.equal(quantile(values, q), expected);
    });
  }
});

describe('aggregateSamples', () => {
  it('holds the aggregate of the true values, wherever they lie in their intervals', () => {
    const sample = fc.tuple(fc.nat(1000), fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('avg', 'min', 'max', 'med', 'p', 'value'),
        (samples, method) => {
          const intervals = samples.map(([low, width]) => [low, low + width] as const);
          const truths = samples.map(
            ([low, width, share]) => [low + width * share, low + width * share] as const,
          );
          const reading = aggregateSamples(intervals, method, 95, 'test');
          const truth = aggregateSamples(truths, method, 95, 'test');
          assert.ok(reading.state === 'known' && truth.state === 'known');
          assert.ok(reading.low <= truth.low + 1e-9 && truth.high <= reading.high + 1e-9);
        },
      ),
    );
  });

  it('is unknown without samples', () => {
    assert.deepEqual(aggregateSamples([], 'max', 0, 'test'), { state: 'unknown', reason: 'no-samples' });
  });
});
