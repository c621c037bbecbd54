import type { RunReport } from '../report-document.ts';
import type { CompareDocument, ComparedMetric } from './compare-document.ts';
import type { Difference } from './comparable.ts';
import { detectableShift, holm, leastP, median, rankTestP, shiftOf } from './rank-test.ts';
import { runMetrics, type RunMetric } from './run-metrics.ts';

export type CompareOptions = {
  /** Chance of any false verdict in the family. */
  readonly alpha: number;
  /** Least change, as a share, that counts. */
  readonly minEffect: number;
  /** Metrics to compare, by their names or the beginning of them; empty: all. */
  readonly metrics: readonly string[];
};

export type MetricSides = {
  readonly metric: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly base: readonly Reading[];
  readonly candidate: readonly Reading[];
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
  const metrics = compareMetrics(sidesOf(kept, other, options.metrics), options);
  const outcome = outcomeOf(metrics);
  return {
    schemaVersion: 1,
    alpha: options.alpha,
    minEffect: options.minEffect,
    base: kept.map(({ runId }) => runId),
    candidate: other.map(({ runId }) => runId),
    leftOut: [...leftOut('base', base), ...leftOut('candidate', candidate)],
    allowed: [...allowed],
    metrics,
    outcome,
    exitCode: ({ regression: 99, 'no-regression': 0, 'no-data': 3 } as const)[outcome],
  };
};

/** A run that failed its rules is as good a measurement as any; one whose load was not offered is none. */
const isUsable = ({ verdict, status }: RunReport): boolean =>
  verdict.outcome !== 'invalid' && status === 'completed';

const leftOut = (side: 'base' | 'candidate', runs: readonly RunReport[]): CompareDocument['leftOut'] =>
  runs
    .filter((run) => !isUsable(run))
    .map(({ runId, status }) => ({
      side,
      runId,
      reason: status === 'interrupted' ? ('interrupted' as const) : ('invalid' as const),
    }));

const sidesOf = (
  base: readonly RunReport[],
  candidate: readonly RunReport[],
  chosen: readonly string[],
): MetricSides[] => {
  const before = base.flatMap(runMetrics);
  const after = candidate.flatMap(runMetrics);
  const names = new Map([...before, ...after].map((each) => [each.metric, each]));
  return [...names.values()]
    .filter(({ metric }) => chosen.length === 0 || chosen.some((name) => isNamed(metric, name)))
    .map(({ metric, unit, better }) => {
      const of = (all: readonly RunMetric[]): RunMetric[] => all.filter((each) => each.metric === metric);
      return { metric, unit, better, base: of(before), candidate: of(after) };
    });
};

const isNamed = (metric: string, name: string): boolean =>
  metric === name || metric.startsWith(`${name} `) || metric.startsWith(`${name}{`);

/** Verdict on each metric, at a level that holds for all of them together. */
export const compareMetrics = (all: readonly MetricSides[], options: CompareOptions): ComparedMetric[] => {
  const tested = all.map((sides) => test(sides));
  // A metric with one value in all runs cannot be rejected whichever way the runs are divided: it is no part of the family.
  const family = tested.filter(({ least }) => least < 1);
  const adjusted = holm(family.map(({ p }) => p));
  return tested.map((one) => {
    const at = family.indexOf(one);
    const level = options.alpha / Math.max(1, family.length);
    return verdictOf(one, at === -1 ? 1 : (adjusted[at] ?? 1), level, options);
  });
};

type Tested = MetricSides & {
  readonly before: number[];
  readonly after: number[];
  readonly p: number;
  readonly least: number;
};

const test = (sides: MetricSides): Tested => {
  const [before, after] = [sides.base, sides.candidate].map((side) =>
    side.map(({ value }) => value).sort((a, b) => a - b),
  ) as [number[], number[]];
  return { ...sides, before, after, p: rankTestP(before, after), least: leastP(before, after) };
};

const verdictOf = (
  { metric, unit, better, base, candidate, before, after, p, least }: Tested,
  pAdjusted: number,
  level: number,
  { alpha, minEffect }: CompareOptions,
): ComparedMetric => {
  const change = changeOf(before, after, alpha, level);
  const isWorse = better === 'lower' ? change.difference > 0 : change.difference < 0;
  const hasBoth = before.length > 0 && after.length > 0;
  // A lower bound may be far below the truth: the side that has it must not be the better one for it.
  const smaller = change.difference > 0 ? base : candidate;
  const isShown =
    hasBoth && pAdjusted <= alpha && change.isAtLeast(minEffect) && !smaller.some(({ isBound }) => isBound);
  const smallest = change.smallest;
  const isConstant = before.length > 1 && after.length > 1 && least === 1;
  const couldShow =
    isConstant || (least <= level && (minEffect === 0 || smallest === null || smallest <= 2 * minEffect));
  const side = (readings: readonly Reading[], values: number[]): ComparedMetric['base'] => ({
    runs: values.length,
    bounded: readings.filter(({ isBound }) => isBound).length,
    median: values.length === 0 ? null : median(values),
    values,
  });
  return {
    metric,
    unit,
    better,
    base: side(base, before),
    candidate: side(candidate, after),
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
      : hasBoth && couldShow
        ? 'no-difference'
        : 'too-little-data',
  };
};

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

/** On logarithms where all values are above 0, so that exchanging the sides gives the inverse ratio; else in the unit. */
const changeOf = (
  before: readonly number[],
  after: readonly number[],
  alpha: number,
  level: number,
): Change => {
  const difference = shiftOf(before, after, alpha).value;
  if ([...before, ...after].every((value) => value > 0)) {
    const [logBefore, logAfter] = [before.map(Math.log), after.map(Math.log)];
    const shift = shiftOf(logBefore, logAfter, alpha);
    const detectable = detectableShift(logBefore, logAfter, level);
    return {
      difference,
      share: Math.expm1(shift.value),
      low: shift.low === Number.NEGATIVE_INFINITY ? null : Math.expm1(shift.low),
      high: Math.expm1(shift.high),
      smallest: detectable === null ? null : Math.expm1(detectable),
      isAtLeast: (minEffect) => shift.value !== 0 && Math.abs(shift.value) >= Math.log1p(minEffect) - 1e-12,
    };
  }
  const lesser = Math.min(Math.abs(median(before)), Math.abs(median(after)));
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
