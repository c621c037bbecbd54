import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { histogramOf } from '../../../fixtures/build-record.ts';
import { SecondBuckets, TrendValues } from './trend-values.ts';

const valuesOf = (values: readonly number[], kept?: number): TrendValues => {
  const trend = new TrendValues(kept);
  for (let from = 0; from < values.length; from += 70) {
    const some = Float64Array.from(values.slice(from, from + 70));
    trend.add(some, some.length);
  }
  return trend;
};

describe('the values of a trend', () => {
  it('give percentiles between the two values that the rank lies between, as k6 does', () => {
    assert.deepEqual(valuesOf([4, 1, 3, 2]).values([25, 90]), {
      avg: 2.5,
      min: 1,
      med: 2.5,
      max: 4,
      'p(25)': 1.75,
      'p(90)': 3.7,
    });
    assert.deepEqual(valuesOf([]).values([90]), {});
  });

  it('are within 0.14 % where there are too many to keep, whatever their sign and size', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.double({ min: -1e9, max: 1e9, noNaN: true }),
            // Beyond these the floating point itself is coarser than a bucket.
            fc.double({ min: -1e-6, max: 1e-6, noNaN: true }).filter((value) => Math.abs(value) > 1e-300),
            fc.integer({ min: -3, max: 3 }),
          ),
          { minLength: 200, maxLength: 220 },
        ),
        fc.integer({ min: 0, max: 100 }),
        (given, percentile) => {
          const trend = valuesOf(given, 100);
          assert.equal(trend.isExact, false);
          const { avg, min, max, ...rest } = trend.values([percentile]);
          const exact = valuesOf(given).values([]);
          assert.deepEqual([avg, min, max], [exact['avg'], exact['min'], exact['max']]);
          const sorted = given.toSorted((left, right) => left - right);
          const truth = sorted[Math.max(1, Math.ceil((percentile / 100) * sorted.length)) - 1] ?? 0;
          const found = rest[`p(${percentile})`] ?? Number.NaN;
          assert.ok(Math.abs(found - truth) <= Math.abs(truth) * 0.00136, `${found} for ${truth}`);
        },
      ),
    ));

  it('are exact up to the last value that is kept', () => {
    const values = Array.from({ length: 5000 }, (_, index) => (index * 7919) % 10_007);
    assert.equal(valuesOf(values).isExact, true);
    const sorted = values.toSorted((left, right) => left - right);
    assert.equal(valuesOf(values).values([100])['p(100)'], sorted.at(-1));
    assert.equal(valuesOf(values).values([])['med'], ((sorted[2499] ?? 0) + (sorted[2500] ?? 0)) / 2);
  });
});

describe('what fell into one second of a trend', () => {
  const size = fc.oneof(
    fc.double({ min: 0.01, max: 1e4, noNaN: true }),
    fc.double({ min: Number.MIN_VALUE, max: 1e300, noNaN: true }),
    fc.constant(0),
  );
  it('is the histogram of its values, however far apart they are', () =>
    fc.assert(
      fc.property(fc.array(size, { maxLength: 60 }), (values) => {
        const second = new SecondBuckets();
        second.add(Float64Array.from(values), 0, Math.floor(values.length / 2));
        second.add(Float64Array.from(values), Math.floor(values.length / 2), values.length);
        assert.deepEqual(second.histogram(), histogramOf(values, 5));
      }),
    ));

  it('is none where a value is negative', () => {
    const second = new SecondBuckets();
    second.add(Float64Array.of(-1, 1), 0, 2);
    assert.equal(second.histogram(), undefined);
  });
});
