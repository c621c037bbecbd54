/**
 * A sparse exponential histogram as Prometheus native histograms define it: bucket `i` holds values in
 * (base^(i-1), base^i] with base = 2^(2^-schema). Counts are per bucket, not cumulative.
 */
export type Histogram = {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroCount: number;
  /** [index, count], ascending by index. */
  readonly buckets: readonly (readonly [index: number, count: number])[];
};

export const emptyHistogram = (schema = 3): Histogram => ({
  schema,
  count: 0,
  sum: 0,
  zeroCount: 0,
  buckets: [],
});

const combine = (a: Histogram, b: Histogram, sign: 1 | -1): Histogram => {
  const counts = new Map(a.buckets);
  for (const [index, count] of b.buckets) counts.set(index, (counts.get(index) ?? 0) + sign * count);
  const buckets = [...counts].filter(([, count]) => count > 0).sort(([left], [right]) => left - right);
  return {
    schema: a.schema,
    count: a.count + sign * b.count,
    sum: a.sum + sign * b.sum,
    zeroCount: a.zeroCount + sign * b.zeroCount,
    buckets,
  };
};

/** Lowers the resolution so that two histograms of different schema can be put together (exact: buckets nest). */
const toSchema = (histogram: Histogram, schema: number): Histogram => {
  if (histogram.schema === schema) return histogram;
  const factor = 2 ** (histogram.schema - schema);
  const counts = new Map<number, number>();
  for (const [index, count] of histogram.buckets) {
    const coarse = Math.ceil(index / factor);
    counts.set(coarse, (counts.get(coarse) ?? 0) + count);
  }
  return { ...histogram, schema, buckets: [...counts].sort(([left], [right]) => left - right) };
};

const align = (a: Histogram, b: Histogram): [Histogram, Histogram] => {
  const schema = Math.min(a.schema, b.schema);
  return [toSchema(a, schema), toSchema(b, schema)];
};

export const mergeHistograms = (a: Histogram, b: Histogram): Histogram => combine(...align(a, b), 1);

/** What came on top between two cumulative readings; `later` must be the newer one of the same series. */
export const subtractHistogram = (later: Histogram, earlier: Histogram): Histogram =>
  combine(...align(later, earlier), -1);

/** Greatest factor between a value and the middle of its bucket: half a bucket's growth, 1.0443 at schema 3. */
export const histogramErrorFactor = ({ schema }: Histogram): number => 2 ** (0.5 * 2 ** -schema);

/**
 * Quantile by rank, answered with the geometric middle of the bucket the rank falls in: off by at most half a bucket's
 * growth (4.4 % at schema 3). Undefined for an empty histogram.
 */
export const histogramQuantile = (histogram: Histogram, q: number): number | undefined => {
  const total = histogram.zeroCount + histogram.buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  const rank = Math.max(1, Math.ceil(q * total));
  if (rank <= histogram.zeroCount) return 0;
  let seen = histogram.zeroCount;
  for (const [index, count] of histogram.buckets) {
    seen += count;
    if (seen >= rank) return 2 ** ((index - 0.5) * 2 ** -histogram.schema);
  }
  return undefined;
};

/**
 * Quantile by rank, where the rank lies within its bucket as if what fell into it were spread evenly (by the logarithm), as
 * Prometheus' `histogram_quantile` does: nearer to the truth than the middle as a rule (bench:k6-overhead, part `truth`), but off by up to a
 * whole bucket where it is not. For curves that are looked at; what is judged is `histogramQuantile`. Undefined for an empty one.
 */
export const interpolatedQuantile = (histogram: Histogram, q: number): number | undefined => {
  const total = histogram.zeroCount + histogram.buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  const rank = Math.max(1, Math.ceil(q * total));
  if (rank <= histogram.zeroCount) return 0;
  let seen = histogram.zeroCount;
  for (const [index, count] of histogram.buckets) {
    if (seen + count >= rank) {
      const share = (rank - seen - 0.5) / count;
      return 2 ** ((index - 1 + share) * 2 ** -histogram.schema);
    }
    seen += count;
  }
  return undefined;
};
