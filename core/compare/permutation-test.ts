import { divisionsOf, type Divisions } from './divisions.ts';

/**
 * Permutation tests on Welch's t (Janssen 1997). Where the sides do not differ the level is exact for any distribution,
 * as that of a rank test is; with 5 to 10 runs a side on logarithms it sees more than ranks.
 */

/** One metric in all runs, the base's first; NaN where a run did not measure it. */
export type Column = readonly number[];

/**
 * |t| of Welch in a division, after `by` was taken off the candidate's runs. 0 where a side has fewer than two values,
 * infinite where the sides differ and neither scatters.
 */
type Statistic = (division: number, by: number) => number;

/** Sums everything that does not depend on the shift, once: an interval asks for many shifts. */
const statisticOf = (column: Column, { count, baseRuns, bases, kept }: Divisions): Statistic => {
  const known = column.filter((each) => !Number.isNaN(each));
  const middle = known.length === 0 ? 0 : mean(known);
  const weight = Float64Array.from(column, (each) => (Number.isNaN(each) ? 0 : 1));
  const value = Float64Array.from(column, (each) => (Number.isNaN(each) ? 0 : each - middle));
  const shift = weight.map((each, run) => (run < baseRuns ? 0 : each));
  // Of the runs that are the base in a division; `shifted` those of them that are really of the candidate.
  const [size, sum, squares, shifted, shiftedSum] = fiveOf(count);
  // Sums over the first runs of a base, from none to all of them.
  const [sizes, totals, squared, moved, movedTotals] = fiveOf(baseRuns + 1);
  for (let row = 0; row < count; row += 1) {
    for (let at = kept[row] ?? 0; at < baseRuns; at += 1) {
      const run = bases[row * baseRuns + at] ?? 0;
      const each = value[run] ?? 0;
      const moves = shift[run] ?? 0;
      sizes[at + 1] = (sizes[at] ?? 0) + (weight[run] ?? 0);
      totals[at + 1] = (totals[at] ?? 0) + each;
      squared[at + 1] = (squared[at] ?? 0) + each * each;
      moved[at + 1] = (moved[at] ?? 0) + moves;
      movedTotals[at + 1] = (movedTotals[at] ?? 0) + moves * each;
    }
    size[row] = sizes[baseRuns] ?? 0;
    sum[row] = totals[baseRuns] ?? 0;
    squares[row] = squared[baseRuns] ?? 0;
    shifted[row] = moved[baseRuns] ?? 0;
    shiftedSum[row] = movedTotals[baseRuns] ?? 0;
  }
  const totalOf = (of: Float64Array): number => of.reduce((total, each) => total + each, 0);
  const all = {
    sum: totalOf(value),
    squares: totalOf(value.map((each) => each * each)),
    shifted: totalOf(shift),
    shiftedSum: totalOf(value.map((each, run) => each * (shift[run] ?? 0))),
  };
  // Below this the square of a difference, or of an error, is one of computing.
  const negligible = 1e-18 * (all.squares + known.length * middle ** 2);
  return (row, by) => {
    const n = size[row] ?? 0;
    const m = known.length - n;
    if (n < 2 || m < 2) return 0;
    const k = shifted[row] ?? 0;
    const here = (sum[row] ?? 0) - by * k;
    const there = all.sum - by * all.shifted - here;
    const squaresHere = (squares[row] ?? 0) - by * (2 * (shiftedSum[row] ?? 0) - by * k);
    const squaresThere = all.squares - by * (2 * all.shiftedSum - by * all.shifted) - squaresHere;
    const error =
      Math.max(0, squaresHere - (here * here) / n) / (n * (n - 1)) +
      Math.max(0, squaresThere - (there * there) / m) / (m * (m - 1));
    const difference = here / n - there / m;
    if (difference * difference <= negligible) return 0;
    return error <= negligible ? Number.POSITIVE_INFINITY : Math.abs(difference) / Math.sqrt(error);
  };
};

type Five = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

const fiveOf = (length: number): Five => Array.from({ length: 5 }, () => new Float64Array(length)) as Five;

/** As far as computing can tell, a value is at least another. */
const reaches = (value: number, other: number): boolean => value >= other * (1 - 1e-9);

export type Tested = {
  /** Of each metric alone. */
  readonly p: readonly number[];
  /** Such that the chance of any false one in the whole family is at most the level that they are held against. */
  readonly adjusted: readonly number[];
  /** The |t| beyond which the greatest of the family lies in at most a share `alpha` of the divisions; infinite: none is. */
  readonly critical: (alpha: number) => number;
  /** Smallest p that any difference could have in these numbers of runs. */
  readonly least: number;
  readonly divisions: Pick<Divisions, 'count' | 'isExact'>;
};

/**
 * Tests a family of metrics by step-down maxT (Westfall and Young 1993, algorithm 4.1): the runs as wholes are divided
 * anew, so that metrics that move together count as what they are, nearly one.
 */
export const testColumns = (columns: readonly Column[], baseRuns: number, candidateRuns: number): Tested => {
  const divisions = divisionsOf(baseRuns, candidateRuns);
  const { count } = divisions;
  const statistics = columns.map((column) => {
    const statistic = statisticOf(column, divisions);
    const found = new Float64Array(count);
    for (let row = 0; row < count; row += 1) found[row] = statistic(row, 0);
    return found;
  });
  const seen = statistics.map((each) => each[0] ?? 0);
  const shareReaching = (of: Float64Array, limit: number): number => {
    let hits = 0;
    for (const each of of) if (reaches(each, limit)) hits += 1;
    return hits / count;
  };
  const weakestFirst = seen.map((_, index) => index).sort((a, b) => (seen[a] ?? 0) - (seen[b] ?? 0));
  const greatest = new Float64Array(count);
  const adjusted = seen.map(() => 1);
  for (const index of weakestFirst) {
    const of = statistics[index] ?? greatest;
    for (let row = 0; row < count; row += 1) greatest[row] = Math.max(greatest[row] ?? 0, of[row] ?? 0);
    adjusted[index] = shareReaching(greatest, seen[index] ?? 0);
  }
  let highest = 0;
  for (const index of weakestFirst.toReversed()) {
    highest = Math.max(highest, adjusted[index] ?? 1);
    adjusted[index] = highest;
  }
  greatest.sort();
  return {
    p: statistics.map((each, index) => shareReaching(each, seen[index] ?? 0)),
    adjusted,
    critical: (alpha) => {
      const passing = Math.floor(alpha * count);
      return passing === 0 ? Number.POSITIVE_INFINITY : (greatest[count - 1 - passing] ?? 0);
    },
    least: 1 / count,
    divisions,
  };
};

export type Shift = {
  /** Mean of the candidate less that of the base. */
  readonly value: number;
  /** Standard error of the value, by Welch; null with fewer than two runs a side. */
  readonly error: number | null;
  /** Degrees of freedom of that error, by Satterthwaite; 1 where nothing scatters. */
  readonly freedom: number;
};

export const shiftOf = (base: readonly number[], candidate: readonly number[]): Shift => {
  const value = mean(candidate) - mean(base);
  const [left, right] = [squaredError(base), squaredError(candidate)];
  if (left === null || right === null) return { value, error: null, freedom: 1 };
  const parts = left ** 2 / (base.length - 1) + right ** 2 / (candidate.length - 1);
  return {
    value,
    error: Math.sqrt(left + right),
    freedom: parts === 0 ? 1 : (left + right) ** 2 / parts,
  };
};

/** From and to which shift the test of this metric alone does not reject it; infinite where the runs are too few to reject any. */
export const intervalOf = (
  base: readonly number[],
  candidate: readonly number[],
  { value, error }: Shift,
  alpha: number,
): readonly [low: number, high: number] => {
  const divisions = divisionsOf(base.length, candidate.length);
  if (error === null || 1 / divisions.count > alpha)
    return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const statistic = statisticOf([...base, ...candidate], divisions);
  const reach = (step: number): number =>
    reachOf(step, (by) => isRejected(statistic, value + by, divisions.count, alpha));
  return [value - reach(-error), value + reach(error)];
};

/** How far from the value, in the direction of `step`, shifts are not rejected; by doubling, then halving. */
const reachOf = (step: number, isOutside: (by: number) => boolean): number => {
  let [inside, outside] = [0, step];
  for (let doubled = 0; !isOutside(outside); doubled += 1) {
    if (doubled === 20) return step === 0 ? 0 : Number.POSITIVE_INFINITY;
    [inside, outside] = [outside, 2 * outside];
  }
  for (let halved = 0; halved < 12; halved += 1) {
    const middle = (inside + outside) / 2;
    if (isOutside(middle)) outside = middle;
    else inside = middle;
  }
  return Math.abs(outside);
};

const isRejected = (statistic: Statistic, by: number, count: number, alpha: number): boolean => {
  const seen = statistic(0, by);
  const most = alpha * count;
  let hits = 0;
  for (let row = 0; row < count && hits <= most; row += 1) if (reaches(statistic(row, by), seen)) hits += 1;
  return hits <= most;
};

/** Shift that the test sees with a power of 80 %, if runs go on scattering as they did; null where nobody knows how they do. */
export const detectableShift = ({ error, freedom }: Shift, critical: number): number | null =>
  error === null || !Number.isFinite(critical)
    ? null
    : // A t around a mean other than 0 scatters by about this much (Johnson and Welch 1940).
      error * (critical + 0.8416 * Math.sqrt(1 + critical ** 2 / (2 * freedom)));

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const squaredError = (values: readonly number[]): number | null => {
  if (values.length < 2) return null;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return squares / (values.length * (values.length - 1));
};
