import { randomNumbers } from './random-numbers.ts';

/**
 * Change points of one series by E-divisive (Matteson and James 2014), as Apache Otava finds them: the split with the
 * greatest energy distance between its sides, kept while a permutation test finds it significant. Other than there, p
 * counts the series as it is, (b + 1) / (m + 1), and no split is tried again at another level.
 */

/** A step has to have at least so many runs on each side; one or two that stand out are no step. */
export const leastRuns = 3;

export type ChangePoint = {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Share of the permutations, the series as it is among them, with at least this much of a change. */
  readonly p: number;
};

export type ChangePointOptions = {
  /** Chance of any change point where there is none. */
  readonly alpha: number;
  readonly permutations: number;
  readonly seed: number;
};

type Split = { readonly at: number; readonly strength: number };

/** Change points of a series, in order; none where it is too short to show one. */
export const changePoints = (
  values: readonly number[],
  { alpha, permutations, seed }: ChangePointOptions,
): ChangePoint[] => {
  const random = randomNumbers(seed);
  const found: ChangePoint[] = [];
  for (;;) {
    const bounds = [0, ...found.map(({ at }) => at).sort((a, b) => a - b), values.length];
    const stretches = bounds.slice(1).map((to, index) => values.slice(bounds[index], to));
    const best = strongest(stretches, bounds);
    if (best === null) break;
    const p = significance(stretches, best.strength, { alpha, permutations, random });
    if (p === null) break;
    found.push({ at: best.at, p });
  }
  return settle(values, found);
};

/** Least p that a step in the middle of so many values could have. */
export const leastChangeP = (runs: number, permutations: number): number => {
  const half = Math.floor(runs / 2);
  if (half < leastRuns) return 1;
  let ways = 1;
  for (let step = 1; step <= half; step += 1) ways = (ways * (runs - half + step)) / step;
  return Math.max(2 / ways, 1 / (permutations + 1));
};

const strongest = (stretches: readonly (readonly number[])[], bounds: readonly number[]): Split | null => {
  let best: Split | null = null;
  for (const [index, stretch] of stretches.entries()) {
    const split = bestSplit(stretch);
    if (split !== null && (best === null || split.strength > best.strength))
      best = { at: (bounds[index] ?? 0) + split.at, strength: split.strength };
  }
  return best;
};

type Sampling = { readonly alpha: number; readonly permutations: number; readonly random: () => number };

/** p of the strongest split where values are shuffled within their stretches; null as soon as it must be above alpha. */
const significance = (
  stretches: readonly (readonly number[])[],
  strength: number,
  { alpha, permutations, random }: Sampling,
): number | null => {
  const most = alpha * (permutations + 1);
  let reached = 1;
  for (let time = 0; time < permutations && reached <= most; time += 1) {
    const isReached = stretches.some((stretch) => {
      const split = bestSplit(shuffled(stretch, random));
      return split !== null && split.strength >= strength * (1 - 1e-9);
    });
    if (isReached) reached += 1;
  }
  return reached <= most ? reached / (permutations + 1) : null;
};

/**
 * The split at `at` of a stretch from the first value to before `to` with the greatest energy distance between its
 * sides, nm/(n+m) · (2 E|X−Y| − E|X−X'| − E|Y−Y'|), over all `at` and `to`: where a rise goes back again, an earlier `to`
 * shows it. Null where nothing varies or the values are too few.
 */
const bestSplit = (values: readonly number[], mustEnd = false): Split | null => {
  const count = values.length;
  if (count < 2 * leastRuns) return null;
  const distances = distancesBefore(values);
  const from = (value: number, first: number): number =>
    (distances[value * (count + 1) + value] ?? 0) - (distances[value * (count + 1) + first] ?? 0);
  const before = new Float64Array(count + 1);
  for (let to = 1; to <= count; to += 1) before[to] = (before[to - 1] ?? 0) + from(to - 1, 0);
  let [bestAt, strongest] = [-1, 1e-12];
  for (let at = leastRuns; at <= count - leastRuns; at += 1) {
    const here = before[at] ?? 0;
    let right = 0;
    for (let to = at + 1; to <= count; to += 1) {
      right += from(to - 1, at);
      const m = to - at;
      if (m < leastRuns || (mustEnd && to < count)) continue;
      const between = (before[to] ?? 0) - here - right;
      const strength = (2 * between - (2 * here * m) / (at - 1) - (2 * right * at) / (m - 1)) / (at + m);
      if (strength > strongest) [bestAt, strongest] = [at, strength];
    }
  }
  return bestAt === -1 ? null : { at: bestAt, strength: strongest };
};

/** Row by value: the sum of its distances to the values before each index. */
const distancesBefore = (values: readonly number[]): Float64Array => {
  const width = values.length + 1;
  const sums = new Float64Array(values.length * width);
  for (const [index, value] of values.entries())
    for (let other = 0; other < index; other += 1)
      sums[index * width + other + 1] =
        (sums[index * width + other] ?? 0) + Math.abs(value - (values[other] ?? 0));
  return sums;
};

/** Fisher and Yates. */
const shuffled = (values: readonly number[], random: () => number): number[] => {
  const all = [...values];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other] ?? 0, all[at] ?? 0];
  }
  return all;
};

/** In order, each moved to where the values between its neighbours split best: it was found before they were known. */
const settle = (values: readonly number[], found: readonly ChangePoint[]): ChangePoint[] => {
  const points = found.toSorted((one, other) => one.at - other.at);
  for (const [index, point] of points.entries()) {
    const from = points[index - 1]?.at ?? 0;
    const split = bestSplit(values.slice(from, points[index + 1]?.at ?? values.length), true);
    if (split !== null) points[index] = { ...point, at: from + split.at };
  }
  return points;
};
