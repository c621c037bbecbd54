import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { quantile, SampleAggregate, type Reading, type SampleMethod } from './reading.ts';
import { SortedNumbers } from './sorted-numbers.ts';

const aggregateSamples = (
  samples: readonly (readonly [low: number, high: number])[],
  method: SampleMethod,
): Reading => {
  const aggregate = new SampleAggregate(method, 95);
  for (const [low, high] of samples) aggregate.take(low, high);
  return aggregate.read('test');
};

describe('quantile', () => {
  for (const [values, q, expected] of [
    [[1, 2, 3, 4], 0.5, 2.5],
    [[4, 1, 3, 2], 1, 4],
    [[10, 20], 0.95, 19.5],
    [[7], 0.99, 7],
  ] as const) {
    it(`${q} of ${values.join(', ')} is ${expected}, as k6 interpolates`, () => {
      assert.equal(
        quantile(
          values.toSorted((left, right) => left - right),
          q,
        ),
        expected,
      );
    });
  }
});

describe('an aggregate of samples', () => {
  it('holds the aggregate of the true values, wherever they lie in their intervals', () => {
    const sample = fc.tuple(fc.nat(1000), fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 20 }),
        fc.constantFrom<SampleMethod[]>('avg', 'min', 'max', 'med', 'p', 'value'),
        (samples, method) => {
          const intervals = samples.map(([low, width]) => [low, low + width] as const);
          const truths = samples.map(
            ([low, width, share]) => [low + width * share, low + width * share] as const,
          );
          const reading = aggregateSamples(intervals, method);
          const truth = aggregateSamples(truths, method);
          assert.ok(reading.state === 'known' && truth.state === 'known');
          assert.ok(reading.low <= truth.low + 1e-9 && truth.high <= reading.high + 1e-9);
        },
      ),
    );
  });

  it('of ranks is the same however often it was asked for meanwhile', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double({ noNaN: true }), fc.boolean())), (given) => {
        const values = new SortedNumbers();
        for (const [value, isAsked] of given) {
          values.add(value);
          if (isAsked) values.read();
        }
        assert.deepEqual(values.read(), new Float64Array(given.map(([value]) => value)).sort());
      }),
    );
  });

  it('is unknown without samples', () => {
    assert.deepEqual(aggregateSamples([], 'max'), { state: 'unknown', reason: 'no-samples' });
  });
});
