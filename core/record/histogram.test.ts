import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { histogramOf } from '../../fixtures/build-record.ts';
import {
  emptyHistogram,
  histogramErrorFactor,
  histogramQuantile,
  interpolatedQuantile,
  mergeHistograms,
  subtractHistogram,
  type Histogram,
} from './histogram.ts';

const milliseconds = fc.double({ min: 0.001, max: 60_000, noNaN: true });
const samples = fc.array(fc.oneof(milliseconds, fc.constant(0)), { maxLength: 60 });
const schemas = fc.integer({ min: 0, max: 5 });

const withoutSum = (histogram: Histogram): Histogram => ({ ...histogram, sum: 0 });

describe('mergeHistograms', () => {
  it('does not depend on the order', () => {
    fc.assert(
      fc.property(samples, samples, samples, schemas, schemas, (a, b, c, schema, other) => {
        const [x, y, z] = [histogramOf(a, schema), histogramOf(b, other), histogramOf(c, schema)];
        assert.deepEqual(
          withoutSum(mergeHistograms(mergeHistograms(x, y), z)),
          withoutSum(mergeHistograms(y, mergeHistograms(z, x))),
        );
      }),
    );
  });

  it('is the histogram of all samples together, at the coarser resolution', () => {
    fc.assert(
      fc.property(samples, samples, schemas, schemas, (a, b, schema, other) => {
        const merged = mergeHistograms(histogramOf(a, schema), histogramOf(b, other));
        assert.deepEqual(withoutSum(merged), withoutSum(histogramOf([...a, ...b], Math.min(schema, other))));
      }),
    );
  });
});

describe('subtractHistogram', () => {
  it('takes back what was merged', () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const [x, y] = [histogramOf(a), histogramOf(b)];
        const back = subtractHistogram(mergeHistograms(x, y), y);
        assert.deepEqual(withoutSum(back), withoutSum(x));
        assert.ok(Math.abs(back.sum - x.sum) <= 1e-6 * (1 + x.sum + y.sum));
      }),
    );
  });
});

describe('histogramQuantile', () => {
  it('is within half a bucket of the exact quantile', () => {
    fc.assert(
      fc.property(
        fc.array(milliseconds, { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0, 0.5, 0.9, 0.95, 0.99, 1),
        (values, q) => {
          const histogram = histogramOf(values);
          const sorted = values.toSorted((left, right) => left - right);
          const exact = sorted[Math.max(1, Math.ceil(q * values.length)) - 1] ?? Number.NaN;
          const found = histogramQuantile(histogram, q) ?? Number.NaN;
          const factor = histogramErrorFactor(histogram) * (1 + 1e-9);
          assert.ok(found / exact <= factor && exact / found <= factor, `${found} for ${exact}`);
          assert.ok(factor < 1.0443);
        },
      ),
    );
  });

  it('is zero while the rank is among the zeros, and undefined for nothing', () => {
    assert.equal(histogramQuantile(histogramOf([0, 0, 0, 5]), 0.5), 0);
    assert.equal(histogramQuantile(emptyHistogram(), 0.5), undefined);
  });
});

describe('interpolatedQuantile', () => {
  it('is in the bucket of the exact quantile', () => {
    fc.assert(
      fc.property(
        fc.array(milliseconds, { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0, 0.5, 0.9, 0.95, 0.99, 1),
        (values, q) => {
          const histogram = histogramOf(values);
          const middle = histogramQuantile(histogram, q) ?? Number.NaN;
          const found = interpolatedQuantile(histogram, q) ?? Number.NaN;
          const factor = histogramErrorFactor(histogram) * (1 + 1e-9);
          assert.ok(found / middle <= factor && middle / found <= factor, `${found} around ${middle}`);
        },
      ),
    );
  });

  it('is within 1 % where values are spread smoothly, on which the middle of a bucket is not', () => {
    const values = Array.from({ length: 20_000 }, (_, index) => 5 * 20 ** (index / 20_000));
    const histogram = histogramOf(values);
    const errorsOf = (quantile: typeof interpolatedQuantile): number[] =>
      Array.from({ length: 99 }, (_, index) => (index + 1) / 100).map((q) => {
        const exact = values[Math.ceil(q * values.length) - 1] ?? Number.NaN;
        return Math.abs((quantile(histogram, q) ?? Number.NaN) / exact - 1);
      });
    assert.ok(Math.max(...errorsOf(interpolatedQuantile)) < 0.01);
    assert.ok(Math.max(...errorsOf(histogramQuantile)) > 0.03);
  });

  it('is the middle of the bucket for one value, zero among zeros, and undefined for nothing', () => {
    assert.equal(interpolatedQuantile(histogramOf([7]), 0.5), histogramQuantile(histogramOf([7]), 0.5));
    assert.equal(interpolatedQuantile(histogramOf([0, 0, 0, 5]), 0.5), 0);
    assert.equal(interpolatedQuantile(emptyHistogram(), 0.5), undefined);
  });
});
