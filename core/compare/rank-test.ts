/**
 * Two-sample rank statistics. With 5 to 10 runs a side a bootstrap interval is too narrow, and the distribution of a
 * percentile is not normal; ranks give an exact level for any distribution, ties included.
 */

/** Largest product of the two sizes for which the distribution is counted out. */
const exactLimit = 2500;

/** Two-sided p-value of the Mann–Whitney test: exact by counting all ways to divide the pooled midranks. */
export const rankTestP = (base: readonly number[], candidate: readonly number[]): number => {
  if (base.length === 0 || candidate.length === 0) return 1;
  const [few, many] = base.length <= candidate.length ? [base, candidate] : [candidate, base];
  const ranks = doubledMidranks([...few, ...many]);
  const seen = sum(ranks.slice(0, few.length));
  const middle = (few.length * sum(ranks)) / ranks.length;
  const off = Math.abs(seen - middle);
  if (few.length * many.length > exactLimit) return normalP(ranks, few.length, off);
  const ways = waysToSum(ranks, few.length);
  let extreme = 0;
  let all = 0;
  for (const [value, count] of ways.entries()) {
    all += count;
    if (Math.abs(value - middle) >= off - 1e-9) extreme += count;
  }
  return Math.min(1, extreme / all);
};

/** Smallest p-value that any arrangement of these values could give: 1 where all are equal. */
export const leastP = (base: readonly number[], candidate: readonly number[]): number => {
  const sorted = [...base, ...candidate].sort((left, right) => left - right);
  const below = rankTestP(sorted.slice(0, base.length), sorted.slice(base.length));
  const above = rankTestP(sorted.slice(candidate.length), sorted.slice(0, candidate.length));
  return Math.min(below, above);
};

/** Twice the rank of each value, ties at their mean: whole numbers. */
const doubledMidranks = (values: readonly number[]): number[] => {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = Array.from<number>({ length: values.length }).fill(0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to += 1;
    for (let at = from; at <= to; at += 1) ranks[order[at] ?? 0] = from + to + 2;
    from = to + 1;
  }
  return ranks;
};

const counted = new Map<string, Float64Array>();

/** For each sum, how many choices of `size` of the ranks have it; the last few answers are kept. */
const waysToSum = (ranks: readonly number[], size: number): Float64Array => {
  const sorted = [...ranks].sort((left, right) => left - right);
  const key = `${size}:${sorted.join()}`;
  const known = counted.get(key);
  if (known !== undefined) return known;
  const ways = countWays(sorted, size);
  if (counted.size >= 64) counted.clear();
  counted.set(key, ways);
  return ways;
};

const countWays = (ranks: readonly number[], size: number): Float64Array => {
  const most = sum([...ranks].sort((a, b) => b - a).slice(0, size));
  const table = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  const [none] = table;
  if (none !== undefined) none[0] = 1;
  for (const rank of ranks)
    for (let chosen = size; chosen >= 1; chosen -= 1) {
      const [to, from] = [table[chosen], table[chosen - 1]];
      if (to === undefined || from === undefined) continue;
      for (let total = most; total >= rank; total -= 1)
        to[total] = (to[total] ?? 0) + (from[total - rank] ?? 0);
    }
  return table[size] ?? new Float64Array();
};

const normalP = (ranks: readonly number[], size: number, off: number): number => {
  const total = ranks.length;
  const mean = sum(ranks) / total;
  const spread = sum(ranks.map((rank) => (rank - mean) ** 2)) / (total - 1);
  const variance = (size * (total - size) * spread) / total;
  return variance === 0 ? 1 : Math.min(1, 2 * (1 - normalCdf(Math.max(0, off - 1) / Math.sqrt(variance))));
};

export type Shift = {
  /** Median of all differences candidate − base (Hodges and Lehmann 1963). */
  readonly value: number;
  /** Bounds of the interval that the rank test belongs to; infinite where the runs are too few for the level. */
  readonly low: number;
  readonly high: number;
};

/** Hodges–Lehmann shift with the interval that inverts the Mann–Whitney test (Hollander and Wolfe, ch. 4). */
export const shiftOf = (base: readonly number[], candidate: readonly number[], alpha: number): Shift => {
  const differences = candidate
    .flatMap((after) => base.map((before) => after - before))
    .sort((left, right) => left - right);
  const cut = cutOf(base.length, candidate.length, alpha);
  return {
    value: medianOfSorted(differences),
    low: cut < 1 ? Number.NEGATIVE_INFINITY : (differences[cut - 1] ?? Number.NEGATIVE_INFINITY),
    high:
      cut < 1
        ? Number.POSITIVE_INFINITY
        : (differences[differences.length - cut] ?? Number.POSITIVE_INFINITY),
  };
};

/** Greatest k for which P(U ≤ k − 1) is at most half of alpha without ties; 0: there is none. */
const cutOf = (base: number, candidate: number, alpha: number): number => {
  const pairs = base * candidate;
  if (pairs > exactLimit) {
    const deviation = Math.sqrt((pairs * (base + candidate + 1)) / 12);
    return Math.max(0, Math.floor(pairs / 2 - normalQuantile(1 - alpha / 2) * deviation));
  }
  const ranks = Array.from({ length: base + candidate }, (_, index) => 2 * (index + 1));
  const ways = waysToSum(ranks, base);
  const all = ways.reduce((total, count) => total + count, 0);
  let share = 0;
  for (let u = 0; u <= pairs; u += 1) {
    share += (ways[base * (base + 1) + 2 * u] ?? 0) / all;
    if (share > alpha / 2 + 1e-12) return u;
  }
  return 0;
};

/** Holm's step-down correction (1979): p-values that hold for the family; in the order given. */
export const holm = (ps: readonly number[]): number[] => {
  const order = ps.map((_, index) => index).sort((a, b) => (ps[a] ?? 1) - (ps[b] ?? 1));
  const adjusted = Array.from<number>({ length: ps.length }).fill(1);
  let highest = 0;
  for (const [step, index] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (ps[index] ?? 1) * (ps.length - step)));
    adjusted[index] = highest;
  }
  return adjusted;
};

/** Shift that the test at level alpha sees with a power of 80 %, by the spread within both sides; null with too few runs. */
export const detectableShift = (
  base: readonly number[],
  candidate: readonly number[],
  alpha: number,
): number | null => {
  const free = base.length + candidate.length - 2;
  if (base.length < 2 || candidate.length < 2) return null;
  const variance = (squares(base) + squares(candidate)) / free;
  const z = normalQuantile(1 - alpha / 2);
  // First term of the expansion of Student's quantile; ranks have 3/π of the efficiency of means.
  const critical = z + (z ** 3 + z) / (4 * free);
  return (
    (critical + normalQuantile(0.8)) *
    Math.sqrt((variance * (1 / base.length + 1 / candidate.length)) / (3 / Math.PI))
  );
};

const squares = (values: readonly number[]): number => {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2));
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const median = (values: readonly number[]): number =>
  medianOfSorted([...values].sort((left, right) => left - right));

const medianOfSorted = (sorted: readonly number[]): number => {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
};

/** Abramowitz and Stegun 7.1.26; off by at most 1.5e-7. */
const normalCdf = (z: number): number => {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.327_591_1 * x);
  const poly =
    ((((1.061_405_429 * t - 1.453_152_027) * t + 1.421_413_741) * t - 0.284_496_736) * t + 0.254_829_592) * t;
  const erf = 1 - poly * Math.exp(-x * x);
  return z >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
};

const normalQuantile = (share: number): number => {
  let [low, high] = [-9, 9];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};
