import type { RunReport } from '../report-document.ts';
import type { CompareDocument, ComparedMetric } from './compare-document.ts';
import type { Difference } from './comparable.ts';
import { detectableShift, intervalOf, mean, shiftOf, testColumns, type Tested } from './permutation-test.ts';
import type { RunMetric } from './run-metrics.ts';
import { byName, isNamed, isUsable, reasonOf } from './usable-runs.ts';

export type CompareOptions = {
  /** Chance of any false verdict in the family. */
  readonly alpha: number;
  /** Least change, as a share, that counts. */
  readonly minEffect: number;
  /** Metrics to compare, by their names or the beginning of them; empty: all. */
  readonly metrics: readonly string[];
  /** Whether changes get their intervals, which take most of the time; no verdict depends on them. */
  readonly intervals: boolean;
};

/** One metric in all runs, those of each side in the same order for every metric; null where a run did not measure it. */
export type MetricSides = {
  readonly metric: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly base: readonly (Reading | null)[];
  readonly candidate: readonly (Reading | null)[];
};
export type Reading = Pick<RunMetric, 'value' | 'isBound'>;

/** Compares two sets of runs that are known to be comparable; invalid and interrupted ones are left out, and named. */
export const buildComparison = (
  base: readonly RunReport[],
  candidate: readonly RunReport[],
  allowed: readonly Difference[],
  options: CompareOptions,
): CompareDocument => {
  const [kept, other] = [base.filter(isUsable), candidate.filter(isUsable)];
  const { metrics, divisions } = compareMetrics(sidesOf(kept, other, options.metrics), options);
  const outcome = outcomeOf(metrics);
  return {
    schemaVersion: 1,
    alpha: options.alpha,
    minEffect: options.minEffect,
    divisions,
    base: kept.map(({ runId }) => runId),
    candidate: other.map(({ runId }) => runId),
    order: orderOf(kept, other),
    leftOut: [...leftOut('base', base), ...leftOut('candidate', candidate)],
    allowed: [...allowed],
    metrics,
    outcome,
    exitCode: ({ regression: 99, 'no-regression': 0, 'no-data': 3 } as const)[outcome],
  };
};

const leftOut = (side: 'base' | 'candidate', runs: readonly RunReport[]): CompareDocument['leftOut'] =>
  runs.filter((run) => !isUsable(run)).map((run) => ({ side, runId: run.runId, reason: reasonOf(run) }));

/** `mixed` also where it is not known when a run was made. */
const orderOf = (base: readonly RunReport[], candidate: readonly RunReport[]): CompareDocument['order'] => {
  const starts = (runs: readonly RunReport[]): number[] =>
    runs.map(({ startedAt }) => Date.parse(startedAt ?? ''));
  const [before, after] = [starts(base), starts(candidate)];
  if (before.length === 0 || after.length === 0) return 'mixed';
  if (Math.max(...before) < Math.min(...after)) return 'base-first';
  return Math.max(...after) < Math.min(...before) ? 'candidate-first' : 'mixed';
};

const sidesOf = (
  base: readonly RunReport[],
  candidate: readonly RunReport[],
  chosen: readonly string[],
): MetricSides[] => {
  const [before, after] = [base.map(byName), candidate.map(byName)];
  const names = new Map([...before, ...after].flatMap((run) => [...run]));
  return [...names.values()]
    .filter(({ metric }) => chosen.length === 0 || chosen.some((name) => isNamed(metric, name)))
    .map(({ metric, unit, better }) => {
      const of = (runs: typeof before): (RunMetric | null)[] => runs.map((run) => run.get(metric) ?? null);
      return { metric, unit, better, base: of(before), candidate: of(after) };
    });
};

/** Verdict on each metric, at a level that holds for all of them together. */
export const compareMetrics = (
  all: readonly MetricSides[],
  options: CompareOptions,
): Pick<CompareDocument, 'metrics' | 'divisions'> => {
  const scaled = inOrder(all).map(scale);
  const [first] = all;
  const columns = scaled.map(({ base, candidate }) => [...base, ...candidate]);
  const tested = testColumns(columns, first?.base.length ?? 0, first?.candidate.length ?? 0);
  return {
    divisions: tested.divisions,
    metrics: scaled.map((one, at) =>
      verdictOf(one, { p: tested.p[at] ?? 1, pAdjusted: tested.adjusted[at] ?? 1 }, tested, options),
    ),
  };
};

/** Runs in an order that comes from their values alone: a sample of divisions must not depend on that of the arguments. */
const inOrder = (all: readonly MetricSides[]): MetricSides[] => {
  const order = (side: 'base' | 'candidate'): number[] => {
    const valueOf = (sides: MetricSides, run: number): number => sides[side][run]?.value ?? Infinity;
    return (all[0]?.[side] ?? [])
      .map((_, run) => run)
      .sort((left, right) => {
        const deciding = all.find((sides) => valueOf(sides, left) !== valueOf(sides, right));
        return deciding === undefined ? 0 : valueOf(deciding, left) - valueOf(deciding, right);
      });
  };
  const [base, candidate] = [order('base'), order('candidate')];
  return all.map((sides) => ({
    ...sides,
    base: base.map((run) => sides.base[run] ?? null),
    candidate: candidate.map((run) => sides.candidate[run] ?? null),
  }));
};

type Scaled = {
  readonly sides: MetricSides;
  /** On logarithms, so that exchanging the sides gives the inverse ratio; only where all values are above 0. */
  readonly isRatio: boolean;
  /** NaN where a run did not measure it. */
  readonly base: readonly number[];
  readonly candidate: readonly number[];
};

const scale = (sides: MetricSides): Scaled => {
  const isRatio = [...sides.base, ...sides.candidate].every((each) => each === null || each.value > 0);
  const scaled = (each: Reading | null): number =>
    each === null ? Number.NaN : isRatio ? Math.log(each.value) : each.value;
  return { sides, isRatio, base: sides.base.map(scaled), candidate: sides.candidate.map(scaled) };
};

const verdictOf = (
  scaled: Scaled,
  { p, pAdjusted }: { readonly p: number; readonly pAdjusted: number },
  { least, critical }: Tested,
  options: CompareOptions,
): ComparedMetric => {
  const { alpha, minEffect } = options;
  const { metric, unit, better } = scaled.sides;
  const change = changeOf(scaled, options, critical(alpha));
  const [base, candidate] = [sideOf(scaled, 'base'), sideOf(scaled, 'candidate')];
  const hasBoth = base.runs > 0 && candidate.runs > 0;
  // A lower bound may be far below the truth: the side that has it must not be the better one for it.
  const smaller = change.difference > 0 ? base : candidate;
  const isShown = hasBoth && pAdjusted <= alpha && change.isAtLeast(minEffect) && smaller.bounded === 0;
  const isWorse = better === 'lower' ? change.difference > 0 : change.difference < 0;
  const hasTwoEach = base.runs > 1 && candidate.runs > 1;
  const isConstant = hasTwoEach && new Set([...base.values, ...candidate.values]).size === 1;
  const { smallest } = change;
  const couldShow =
    isConstant ||
    (hasTwoEach && least <= alpha && (minEffect === 0 || smallest === null || smallest <= 2 * minEffect));
  return {
    metric,
    unit,
    better,
    base,
    candidate,
    change: finite(change.share),
    changeLow: finite(change.low),
    changeHigh: finite(change.high),
    difference: finite(change.difference),
    p: hasBoth ? p : null,
    pAdjusted: hasBoth ? pAdjusted : null,
    smallestChange: smallest,
    verdict: isShown
      ? isWorse
        ? 'regression'
        : 'improvement'
      : couldShow
        ? 'no-difference'
        : 'too-little-data',
  };
};

const sideOf = (scaled: Scaled, side: 'base' | 'candidate'): ComparedMetric['base'] => {
  const readings = scaled.sides[side].filter((each) => each !== null);
  const middle = mean(known(scaled[side]));
  return {
    runs: readings.length,
    bounded: readings.filter(({ isBound }) => isBound).length,
    mean: finite(scaled.isRatio ? Math.exp(middle) : middle),
    values: readings.map(({ value }) => value).sort((left, right) => left - right),
  };
};

const known = (values: readonly number[]): number[] => values.filter((value) => !Number.isNaN(value));

const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

type Change = {
  readonly difference: number;
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly smallest: number | null;
  readonly isAtLeast: (minEffect: number) => boolean;
};

const changeOf = (
  { base, candidate, isRatio }: Scaled,
  { alpha, intervals }: CompareOptions,
  critical: number,
): Change => {
  const [before, after] = [known(base), known(candidate)];
  const [from, to] = [mean(before), mean(after)];
  if (isRatio) {
    const shift = shiftOf(before, after);
    const smallest = detectableShift(shift, critical);
    const [low, high] = intervals
      ? intervalOf(before, after, shift, alpha)
      : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return {
      difference: Math.exp(to) - Math.exp(from),
      share: Math.expm1(shift.value),
      low: low === Number.NEGATIVE_INFINITY ? null : Math.expm1(low),
      high: Math.expm1(high),
      smallest: smallest === null ? null : Math.expm1(smallest),
      isAtLeast: (minEffect) => shift.value !== 0 && Math.abs(shift.value) >= Math.log1p(minEffect) - 1e-12,
    };
  }
  const difference = to - from;
  const lesser = Math.min(Math.abs(from), Math.abs(to));
  return {
    difference,
    share: null,
    low: null,
    high: null,
    smallest: null,
    isAtLeast: (minEffect) => difference !== 0 && Math.abs(difference) >= minEffect * lesser,
  };
};

const outcomeOf = (metrics: readonly ComparedMetric[]): CompareDocument['outcome'] => {
  if (metrics.some(({ verdict }) => verdict === 'regression')) return 'regression';
  // A constant 0 of failures proves nothing about a time: what varies decides whether there was enough.
  const varying = metrics.filter(
    ({ base, candidate }) => new Set([...base.values, ...candidate.values]).size > 1,
  );
  const judged = varying.length > 0 ? varying : metrics;
  return judged.some(({ verdict }) => verdict !== 'too-little-data') ? 'no-regression' : 'no-data';
};
