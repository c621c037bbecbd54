import type { RunReport } from '../report-document.ts';
import { changePoints, leastChangeP, leastRuns, type ChangePoint } from './change-points.ts';
import type { Difference } from './comparable.ts';
import type { HistoryChange, HistoryDocument, HistoryMetric } from './history-document.ts';
import { mean } from './permutation-test.ts';
import type { RunMetric } from './run-metrics.ts';
import { byName, isNamed, isUsable, reasonOf } from './usable-runs.ts';

/** Work grows with the square of the runs; what a longer history shows beyond this is of little use to the newest end. */
const mostRuns = 400;

export type HistoryOptions = {
  /** Chance of any false change in the family, in one look at a history without one. */
  readonly alpha: number;
  /** Least change, as a share, that counts. */
  readonly minEffect: number;
  /** Metrics to look at, by their names or the beginning of them; empty: all. */
  readonly metrics: readonly string[];
  /** How many runs at the end are the newest. */
  readonly newestRuns: number;
};

/** One metric over a history; null where a run did not measure it. */
export type MetricHistory = {
  readonly metric: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly readings: readonly (Pick<RunMetric, 'value' | 'isBound'> | null)[];
};

/** Looks for changes over runs that are known to be comparable, in the order in which they were made. */
export const buildHistory = (
  runs: readonly RunReport[],
  allowed: readonly Difference[],
  options: HistoryOptions,
): HistoryDocument => {
  const timeOf = ({ startedAt }: RunReport): number => Date.parse(startedAt ?? '');
  const isKept = (run: RunReport): boolean => isUsable(run) && !Number.isNaN(timeOf(run));
  const usable = runs.filter(isKept).sort((one, other) => timeOf(one) - timeOf(other));
  const kept = usable.slice(-mostRuns);
  const metrics = judgeHistories(historiesOf(kept, options.metrics), kept, options);
  const outcome = outcomeOf(metrics, kept.length);
  return {
    schemaVersion: 1,
    alpha: options.alpha,
    minEffect: options.minEffect,
    newestRuns: options.newestRuns,
    runs: kept.map(({ runId, startedAt }) => ({ runId, startedAt: startedAt ?? '' })),
    olderRuns: usable.length - kept.length,
    leftOut: runs
      .filter((run) => !isKept(run))
      .map((run) => ({
        runId: run.runId,
        reason: isUsable(run) ? ('time-unknown' as const) : reasonOf(run),
      })),
    allowed: [...allowed],
    metrics,
    outcome,
    exitCode: ({ regression: 99, 'no-regression': 0, 'no-data': 3 } as const)[outcome],
  };
};

const historiesOf = (runs: readonly RunReport[], chosen: readonly string[]): MetricHistory[] => {
  const measured = runs.map(byName);
  const names = new Map(measured.flatMap((run) => [...run]));
  return [...names.values()]
    .filter(({ metric }) => chosen.length === 0 || chosen.some((name) => isNamed(metric, name)))
    .map(({ metric, unit, better }) => ({
      metric,
      unit,
      better,
      readings: measured.map((run) => run.get(metric) ?? null),
    }));
};

/** Changes of each metric, at a level that holds for all of them together. */
export const judgeHistories = (
  all: readonly MetricHistory[],
  runs: readonly Pick<RunReport, 'runId'>[],
  options: HistoryOptions,
): HistoryMetric[] => {
  const series = all.map(seriesOf);
  // A metric with one value in all runs cannot be called anything: it is no part of the family.
  const varying = series.filter(({ isConstant }) => !isConstant).length;
  const level = options.alpha / Math.max(1, varying);
  // Enough that the level is not at the edge of what so many can show.
  const permutations = Math.max(1999, Math.ceil(20 / level) - 1);
  return series.map((each, seed) => {
    const { history, scaled, isConstant } = each;
    const canShow = leastChangeP(scaled.length, permutations) <= level;
    const points =
      isConstant || !canShow
        ? []
        : lasting(each, changePoints(scaled, { alpha: level, permutations, seed }), options);
    const changes = points.map((point) => changeOf(each, point, points, runs));
    return {
      metric: history.metric,
      unit: history.unit,
      better: history.better,
      values: history.readings.map((reading) => reading?.value ?? null),
      bounded: history.readings.filter((reading) => reading?.isBound === true).length,
      stretches: stretchesOf(each, points),
      changes: changes.map((change, at) => ({
        ...change,
        isNewest: at === changes.length - 1 && change.run >= runs.length - options.newestRuns,
      })),
      state: isConstant ? 'constant' : canShow ? 'judged' : 'too-few-runs',
    };
  });
};

type Series = {
  readonly history: MetricHistory;
  /** Numbers of the runs that measured it, and what they measured. */
  readonly runs: readonly number[];
  readonly values: readonly number[];
  readonly bounds: readonly boolean[];
  /** The values, on logarithms where all are above 0: a change counts by its share, and so does noise. */
  readonly scaled: readonly number[];
  readonly isRatio: boolean;
  readonly isConstant: boolean;
};

const seriesOf = (history: MetricHistory): Series => {
  const known = history.readings.flatMap((reading, run) => (reading === null ? [] : [{ ...reading, run }]));
  const values = known.map(({ value }) => value);
  const isRatio = values.every((value) => value > 0);
  return {
    history,
    runs: known.map(({ run }) => run),
    values,
    bounds: known.map(({ isBound }) => isBound),
    scaled: isRatio ? values.map(Math.log) : values,
    isRatio,
    isConstant: values.length >= 2 * leastRuns && new Set(values).size === 1,
  };
};

type Sides = { readonly from: number; readonly to: number; readonly before: number; readonly after: number };

/** A change's neighbourhood: the values between the changes next to it, and the means on both sides. */
const sidesOf = ({ scaled, isRatio }: Series, at: number, points: readonly ChangePoint[]): Sides => {
  const from = Math.max(0, ...points.map((point) => point.at).filter((other) => other < at));
  const to = Math.min(scaled.length, ...points.map((point) => point.at).filter((other) => other > at));
  const meanOf = (values: readonly number[]): number => (isRatio ? Math.exp(mean(values)) : mean(values));
  return { from, to, before: meanOf(scaled.slice(from, at)), after: meanOf(scaled.slice(at, to)) };
};

/** How great a change is beside the least that counts: below 1 it does not. */
const weightOf = (
  series: Series,
  { at }: ChangePoint,
  points: readonly ChangePoint[],
  minEffect: number,
): number => {
  const { from, to, before, after } = sidesOf(series, at, points);
  // A lower bound may be far below the truth: the side that has it must not be the better one for it.
  const smaller = after < before ? series.bounds.slice(at, to) : series.bounds.slice(from, at);
  if (before === after || smaller.includes(true)) return 0;
  const share = series.isRatio
    ? Math.abs(Math.log(after / before)) / Math.log1p(minEffect)
    : Math.abs(after - before) / (minEffect * Math.min(Math.abs(before), Math.abs(after)));
  return Number.isNaN(share) ? Number.POSITIVE_INFINITY : share;
};

/** The changes that count: the least one is taken away, and its two stretches become one, until each is great enough. */
const lasting = (
  series: Series,
  found: readonly ChangePoint[],
  { minEffect }: HistoryOptions,
): ChangePoint[] => {
  let points = [...found];
  for (;;) {
    const weighed = points.map((point) => ({ point, weight: weightOf(series, point, points, minEffect) }));
    const least = weighed.toSorted((one, other) => one.weight - other.weight)[0];
    if (least === undefined || least.weight >= 1 - 1e-9) return points;
    points = points.filter((point) => point !== least.point);
  }
};

const changeOf = (
  series: Series,
  { at, p }: ChangePoint,
  points: readonly ChangePoint[],
  runs: readonly Pick<RunReport, 'runId'>[],
): Omit<HistoryChange, 'isNewest'> => {
  const { before, after } = sidesOf(series, at, points);
  const run = series.runs[at] ?? 0;
  return {
    run,
    runId: runs[run]?.runId ?? '',
    change: series.isRatio ? after / before - 1 : null,
    difference: after - before,
    p,
    verdict: after > before === (series.history.better === 'lower') ? 'regression' : 'improvement',
  };
};

const stretchesOf = (series: Series, points: readonly ChangePoint[]): HistoryMetric['stretches'] => {
  if (series.values.length === 0) return [];
  return [0, ...points.map(({ at }) => at)].map((from) => {
    const { to, after } = sidesOf(series, from, points);
    return { from: series.runs[from] ?? 0, to: series.runs[to - 1] ?? 0, mean: after };
  });
};

const outcomeOf = (metrics: readonly HistoryMetric[], runs: number): HistoryDocument['outcome'] => {
  const isRegression = metrics.some(({ changes }) =>
    changes.some(({ verdict, isNewest }) => verdict === 'regression' && isNewest),
  );
  if (isRegression) return 'regression';
  // A constant 0 of failures proves nothing about a time: what varies decides whether there was enough.
  const varying = metrics.filter(({ state }) => state !== 'constant');
  if (varying.length === 0) return metrics.length > 0 && runs >= 2 * leastRuns ? 'no-regression' : 'no-data';
  return varying.some(({ state }) => state === 'judged') ? 'no-regression' : 'no-data';
};
