/**
 * A sparse exponential histogram as Prometheus native histograms define it: bucket `i` holds values in
 * (scale · base^(i-1), scale · base^i] with base = 2^(2^-schema). Counts are per bucket, not cumulative.
 */
export type Histogram = {
  readonly schema: number;
  /**
   * What one is on the scale of the buckets, in the unit of the values; 1 where it is left out. k6 counts in buckets of seconds:
   * its values in ms have 1000, for 1000 is no power of any base, so that such buckets do not map onto buckets of ms.
   */
  readonly scale?: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroCount: number;
  /** [index, count], ascending by index. */
  readonly buckets: readonly (readonly [index: number, count: number])[];
};

/** Finest schema of native histograms: a bucket is 0.27 % wide. */
const fineSchema = 8;

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
    ...((a.scale ?? 1) === 1 ? {} : { scale: a.scale ?? 1 }),
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

/** Each count in the fine bucket of scale 1 that holds the middle of its own one. */
const unscaled = (histogram: Histogram): Histogram => {
  const { scale = 1, ...rest } = histogram;
  const widening = 2 ** (fineSchema - histogram.schema);
  const shift = Math.log2(scale) * 2 ** fineSchema;
  const buckets = histogram.buckets.map(([index, count]): [number, number] => [
    Math.ceil((index - 0.5) * widening + shift),
    count,
  ]);
  return { ...rest, schema: fineSchema, buckets };
};

/** One without buckets has no scale of its own. No run has two scales of one metric; a record that was put together might. */
const align = (a: Histogram, b: Histogram): [Histogram, Histogram] => {
  const [scaleA, scaleB] = [a.scale ?? 1, b.scale ?? 1];
  if (scaleA !== scaleB && a.buckets.length === 0) return align({ ...a, scale: scaleB }, b);
  if (scaleA !== scaleB && b.buckets.length === 0) return align(a, { ...b, scale: scaleA });
  if (scaleA !== scaleB) return align(unscaled(a), unscaled(b));
  const schema = Math.min(a.schema, b.schema);
  return [toSchema(a, schema), toSchema(b, schema)];
};

export const mergeHistograms = (a: Histogram, b: Histogram): Histogram => combine(...align(a, b), 1);

/** What several windows hold together; of none, nothing. */
export const mergeWindows = (windows: readonly { readonly histogram: Histogram }[]): Histogram =>
  mergeAlike(windows) ??
  windows.reduce((sum, { histogram }) => mergeHistograms(sum, histogram), emptyHistogram(fineSchema));

/** The same of windows with the same buckets, in one go; undefined where they are not, or a count is not above 0. */
const mergeAlike = (windows: readonly { readonly histogram: Histogram }[]): Histogram | undefined => {
  const counts = new Map<number, number>();
  let [count, sum, zeroCount]: [number, number, number] = [0, 0, 0];
  let first: Histogram | undefined;
  for (const { histogram } of windows) {
    first ??= histogram;
    const isAlike = histogram.schema === first.schema && (histogram.scale ?? 1) === (first.scale ?? 1);
    if (!isAlike) return undefined;
    count += histogram.count;
    sum += histogram.sum;
    zeroCount += histogram.zeroCount;
    for (const [index, each] of histogram.buckets) {
      if (!(each > 0)) return undefined;
      counts.set(index, (counts.get(index) ?? 0) + each);
    }
  }
  if (first === undefined || first.schema > fineSchema) return undefined;
  const { schema, scale = 1 } = first;
  const buckets = [...counts].sort(([left], [right]) => left - right);
  return { schema, ...(scale === 1 ? {} : { scale }), count, sum, zeroCount, buckets };
};

/** What came on top between two cumulative readings; `later` must be the newer one of the same series. */
export const subtractHistogram = (later: Histogram, earlier: Histogram): Histogram =>
  combine(...align(later, earlier), -1);

/** Value at a place on the scale of the buckets; whole numbers are their upper edges. */
const valueAt = ({ schema, scale = 1 }: Histogram, place: number): number =>
  scale * 2 ** (place * 2 ** -schema);

/** In place of a place: the rank falls among the zeros, or is not there. */
const [amongZeros, notThere] = [-1, -2];

/** Place of the bucket that holds the rank, from 1 on. */
const placeOf = ({ zeroCount, buckets }: Histogram, rank: number): number => {
  if (rank <= zeroCount) return rank >= 1 ? amongZeros : notThere;
  let seen = zeroCount;
  for (let place = 0; place < buckets.length; place += 1) {
    seen += countAt(buckets, place);
    if (seen >= rank) return place;
  }
  return notThere;
};

/** How many values stand in front of the bucket at a place. */
const countedBefore = ({ zeroCount, buckets }: Histogram, before: number): number => {
  let seen = zeroCount;
  for (let place = 0; place < before; place += 1) seen += countAt(buckets, place);
  return seen;
};

const countAt = (buckets: Histogram['buckets'], place: number): number => buckets[place]?.[1] ?? 0;
const indexAt = (buckets: Histogram['buckets'], place: number): number => buckets[place]?.[0] ?? Number.NaN;

const counted = (histogram: Histogram): number => countedBefore(histogram, histogram.buckets.length);

const nearestRank = (histogram: Histogram, q: number): number =>
  Math.max(1, Math.ceil(q * counted(histogram)));

/**
 * Quantile by rank, answered with the geometric middle of the bucket the rank falls in: off by at most half a bucket's
 * growth (4.4 % at schema 3). Undefined for an empty histogram.
 */
export const histogramQuantile = (histogram: Histogram, q: number): number | undefined => {
  const place = placeOf(histogram, nearestRank(histogram, q));
  if (place < 0) return place === amongZeros ? 0 : undefined;
  return valueAt(histogram, indexAt(histogram.buckets, place) - 0.5);
};

/**
 * Quantile by rank, where the rank lies within its bucket as if what fell into it were spread evenly (by the logarithm), as
 * Prometheus' `histogram_quantile` does: nearer to the truth than the middle as a rule (bench:k6-overhead, part `truth`), but off by up to a
 * whole bucket where it is not. For curves that are looked at; what is judged is `quantileBounds`. Undefined for an empty one.
 */
export const interpolatedQuantile = (histogram: Histogram, q: number): number | undefined => {
  const rank = nearestRank(histogram, q);
  const place = placeOf(histogram, rank);
  if (place < 0) return place === amongZeros ? 0 : undefined;
  const before = rank - 1 - countedBefore(histogram, place);
  const share = (before + 0.5) / countAt(histogram.buckets, place);
  return valueAt(histogram, indexAt(histogram.buckets, place) - 1 + share);
};

export type QuantileBounds = {
  readonly low: number;
  readonly high: number;
  /**
   * The rank lies between two values with empty buckets between them: a value more or less in the window, or another way to
   * interpolate, and the quantile is on the other side. No one number is near to it.
   */
  readonly isInGap: boolean;
};

/**
 * Between which values a quantile lies, whatever way it is taken: k6 interpolates between the values on both sides of the rank
 * q · (n - 1), others take one of them. Undefined for an empty histogram.
 */
export const quantileBounds = (histogram: Histogram, q: number): QuantileBounds | undefined => {
  const last = counted(histogram) - 1;
  const exact = q * last;
  // 0.95 · 20 is a rank of its own, not one that lies a rounding error below it.
  const rank = Math.abs(exact - Math.round(exact)) < 1e-9 ? Math.round(exact) : exact;
  const below = placeOf(histogram, Math.floor(rank) + 1);
  const above = placeOf(histogram, Math.ceil(rank) + 1);
  if (below === notThere || above === notThere) return undefined;
  const { buckets } = histogram;
  const [lowest, highest] = [indexAt(buckets, below), indexAt(buckets, above)];
  return {
    low: below === amongZeros ? 0 : valueAt(histogram, lowest - 1),
    high: above === amongZeros ? 0 : valueAt(histogram, highest),
    isInGap: below === amongZeros ? above !== amongZeros : highest - lowest > 1,
  };
};
