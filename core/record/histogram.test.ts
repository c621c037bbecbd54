import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { histogramOf } from '../../fixtures/build-record.ts';
import {
  emptyHistogram,
  histogramQuantile,
  interpolatedQuantile,
  mergeHistograms,
  mergeWindows,
  quantileBounds,
  subtractHistogram,
  type Histogram,
} from './histogram.ts';

const milliseconds = fc.double({ min: 0.001, max: 60_000, noNaN: true });
const samples = fc.array(fc.oneof(milliseconds, fc.constant(0)), { maxLength: 60 });
const schemas = fc.integer({ min: 0, max: 5 });

/** Of schema 3. */
const halfABucket = 2 ** (1 / 16) * (1 + 1e-9);

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

describe('mergeWindows', () => {
  it('is one merged after the other, alike or not', () => {
    const counted = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 9 }));
    const histograms = fc.record(
      {
        schema: fc.constantFrom(3, 3, 3, 5, 9),
        scale: fc.constantFrom(1, 1000),
        count: fc.nat(50),
        sum: fc.nat(10_000),
        zeroCount: fc.nat(5),
        buckets: fc.uniqueArray(counted, { maxLength: 6, selector: ([index]) => index }),
      },
      { requiredKeys: ['schema', 'count', 'sum', 'zeroCount', 'buckets'] },
    );
    const sorted = (each: Histogram): Histogram => ({
      ...each,
      buckets: each.buckets.toSorted(([left], [right]) => left - right),
    });
    const alike = fc
      .tuple(histograms, fc.array(histograms))
      .map(([{ schema, scale }, all]) =>
        all.map((each) => ({ ...each, schema, ...(scale === undefined ? { scale: 1 } : { scale }) })),
      );
    fc.assert(
      fc.property(fc.oneof(alike, fc.array(histograms)), (all) => {
        const windows = all.map((each) => ({ histogram: sorted(each as Histogram) }));
        const oneByOne = windows.reduce(
          (sum, { histogram }) => mergeHistograms(sum, histogram),
          emptyHistogram(8),
        );
        assert.deepEqual(mergeWindows(windows), oneByOne);
      }),
    );
  });
});

describe('histograms of another scale', () => {
  const inSeconds = (ms: readonly number[]): Histogram => ({
    ...histogramOf(ms.map((value) => value / 1000)),
    scale: 1000,
    sum: ms.reduce((sum, value) => sum + value, 0),
  });

  it('keep it when put together, also with one that has nothing yet', () => {
    const both = mergeHistograms(emptyHistogram(8), mergeHistograms(inSeconds([5]), inSeconds([70])));
    assert.deepEqual(withoutSum(both), withoutSum(inSeconds([5, 70])));
    assert.deepEqual(withoutSum(subtractHistogram(both, emptyHistogram())), withoutSum(inSeconds([5, 70])));
  });

  it('bound what was measured, in its unit', () =>
    fc.assert(
      fc.property(fc.array(milliseconds, { minLength: 1, maxLength: 50 }), (values) => {
        const histogram = inSeconds(values);
        const sorted = values.toSorted((left, right) => left - right);
        for (const [q, exact = Number.NaN] of [
          [0, sorted[0]],
          [1, sorted.at(-1)],
        ] as const) {
          const { low, high } = quantileBounds(histogram, q) ?? { low: Number.NaN, high: Number.NaN };
          const rounding = 1e-9 * exact;
          assert.ok(low <= exact + rounding && exact <= high + rounding, `${exact} in ${low} … ${high}`);
          assert.ok(high / low < 1.0906);
        }
      }),
    ));

  it('go together with others where a record has both', () => {
    const mixed = mergeHistograms(inSeconds([10, 20, 30]), histogramOf([20, 40, 50]));
    assert.equal(mixed.count, 6);
    const median = histogramQuantile(mixed, 0.5) ?? Number.NaN;
    assert.ok(median > 20 / 1.14 && median < 20 * 1.14, String(median));
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
          const factor = halfABucket;
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
          const factor = halfABucket;
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

describe('the bounds of a quantile', () => {
  it('hold it, whichever way it is taken', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(milliseconds, fc.constant(0)), { minLength: 1, maxLength: 200 }),
        fc.oneof(fc.constantFrom(0, 0.5, 0.9, 0.95, 0.99, 1), fc.double({ min: 0, max: 1, noNaN: true })),
        (values, q) => {
          const bounds = quantileBounds(histogramOf(values), q);
          assert.ok(bounds !== undefined);
          const sorted = values.toSorted((left, right) => left - right);
          const rank = q * (values.length - 1);
          const [below, above] = [sorted[Math.floor(rank)] ?? 0, sorted[Math.ceil(rank)] ?? 0];
          const ofK6 = below + (above - below) * (rank - Math.floor(rank));
          const nearest = sorted[Math.max(1, Math.ceil(q * values.length)) - 1] ?? 0;
          for (const exact of [ofK6, nearest]) {
            // A rank a hair beside a whole one is taken for that one.
            const rounding = 1e-6 * exact + 1e-8 * (sorted.at(-1) ?? 0);
            assert.ok(
              bounds.low <= exact + rounding && exact <= bounds.high + rounding,
              `${exact} in ${bounds.low} … ${bounds.high}`,
            );
          }
          // Without a gap two buckets that touch are the most that is in doubt.
          if (!bounds.isInGap && bounds.low > 0) assert.ok(bounds.high / bounds.low < 1.0906 ** 2);
        },
      ),
    ));

  it('say where the rank is in a gap of the distribution', () => {
    const twoHumps = (fast: number, slow: number) =>
      histogramOf([...Array.from({ length: fast }, () => 10), ...Array.from({ length: slow }, () => 900)]);
    // Of 100 values the rank of p95 is 94.05: between the 95th and the 96th.
    const { low, high, isInGap } = quantileBounds(twoHumps(95, 5), 0.95) ?? {};
    assert.equal(isInGap, true);
    assert.ok((low ?? 0) < 10 && (high ?? 0) > 900);
    for (const [fast, slow] of [
      [94, 6],
      [96, 4],
      [100, 0],
    ] as const)
      assert.equal(quantileBounds(twoHumps(fast, slow), 0.95)?.isInGap, false, `${fast}/${slow}`);
    assert.equal(quantileBounds(histogramOf([0, 7]), 0.5)?.isInGap, true);
    assert.equal(quantileBounds(histogramOf([0, 0, 7]), 0.5)?.isInGap, false);
    // 0.95 · 20 is the rank 19, although floating point has it a little below.
    assert.equal(
      quantileBounds(histogramOf([...Array.from({ length: 19 }, () => 1), 50, 90]), 0.95)?.isInGap,
      false,
    );
  });

  it('are none of nothing', () => assert.equal(quantileBounds(emptyHistogram(), 0.5), undefined));
});
