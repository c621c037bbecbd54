import type { Provenance } from '../quantity.ts';
import type { RunReport } from '../report-document.ts';
import { emptyHistogram, histogramQuantile, mergeHistograms, type Histogram } from '../record/histogram.ts';
import type { K6Metric, K6Summary, LoadOutcome, PlannedScenario } from '../record/load-outcome.ts';
import { pointsOf, windowsOf } from '../record/find-series.ts';
import type { RunRecord } from '../record/run-record.ts';

type LoadReport = NonNullable<RunReport['load']>;
type TrendReport = LoadReport['httpReqDurationMs'];

export type LoadFigures = {
  readonly load: LoadReport | null;
  readonly provenance: Readonly<Record<string, Provenance>>;
};

const expectedResponses = 'http_req_duration{expected_response:true}';

/**
 * The load as k6 summed it up. Where k6 left no summary (killed, crashed), the totals come from the last push of its
 * timeline; what the timeline cannot give stays null.
 */
export const loadFigures = (record: RunRecord): LoadFigures => {
  const { load } = record;
  const source = load?.summary ? fromSummary(load.summary) : fromTimeline(record);
  if (source === undefined) {
    const reason = load?.summaryProblem ?? 'k6-left-nothing';
    return { load: null, provenance: { load: { kind: 'measured', source: 'k6 summary', reason } } };
  }
  const duration = trendFigures(
    record,
    'http_req_duration',
    source.trend('http_req_duration'),
    'load.httpReqDurationMs',
  );
  const expected = trendFigures(
    record,
    expectedResponses,
    source.trend(expectedResponses),
    'load.expectedHttpReqDurationMs',
  );
  const scenarios = load?.scenarios ?? [];
  const requests = source.counter('http_reqs');
  const maxActiveVUs = source.gaugeMax('vus') ?? greatestPoint(record, 'vus');
  return {
    load: {
      k6Version: load?.k6Version ?? null,
      k6ExitCode: load?.exitCode ?? null,
      k6Signal: load?.signal ?? null,
      requests: requests?.count ?? null,
      failedRequests: source.failedRequests,
      requestsPerSecond: requests?.rate ?? null,
      iterations: source.counter('iterations')?.count ?? null,
      // k6 sends this counter only once it has dropped an iteration: absence beside other metrics means none.
      droppedIterations: source.counter('dropped_iterations')?.count ?? 0,
      plannedIterations: sumOrNull(scenarios.map(({ plannedIterations }) => plannedIterations)),
      peakTargetPerSecond: greatest(scenarios.map(({ peakRatePerSecond }) => peakRatePerSecond)),
      maxActiveVUs,
      maxVUs: sumOrNull(scenarios.map(({ maxVUs }) => maxVUs)),
      checks: source.checks,
      httpReqDurationMs: duration.trend,
      expectedHttpReqDurationMs: expected.trend,
      outcomes: source.outcomes,
      scenarios: scenarios.map(scenarioFigures),
    },
    provenance: {
      ...origins(source.name, requests?.count ?? undefined),
      ...duration.provenance,
      ...expected.provenance,
      'load.maxActiveVUs': { kind: 'measured', source: `${source.name} vus` },
      'load.plannedIterations': { kind: 'computed', source: 'k6 inspect: arrival rate over the stages' },
    },
  };
};

type LoadSource = {
  readonly name: string;
  counter(metric: string): { count: number; rate: number | null } | undefined;
  gaugeMax(metric: string): number | null;
  trend(metric: string): Readonly<Record<string, number>> | undefined;
  readonly failedRequests: number | null;
  readonly checks: LoadReport['checks'];
  readonly outcomes: Record<string, number>;
};

const outcomePrefix = 'coupon_';

const fromSummary = ({ metrics, checks }: K6Summary): LoadSource => {
  const find = <T extends K6Metric['type']>(name: string, type: T) => {
    const metric = metrics[name];
    return metric?.type === type ? (metric as Extract<K6Metric, { type: T }>) : undefined;
  };
  const rate = find('checks', 'rate');
  return {
    name: 'k6 summary',
    counter: (name) => find(name, 'counter'),
    gaugeMax: (name) => find(name, 'gauge')?.max ?? null,
    trend: (name) => find(name, 'trend')?.values,
    // http_req_failed counts a failed request as a pass of "failed"
    failedRequests: find('http_req_failed', 'rate')?.passes ?? null,
    checks: {
      passes: rate?.passes ?? null,
      fails: rate?.fails ?? null,
      items: checks.map((check) => ({ ...check })),
    },
    outcomes: Object.fromEntries(
      Object.entries(metrics).flatMap(([name, metric]) =>
        name.startsWith(outcomePrefix) && metric.type === 'counter'
          ? [[name.slice(outcomePrefix.length), metric.count]]
          : [],
      ),
    ),
  };
};

const fromTimeline = (record: RunRecord): LoadSource | undefined => {
  const lastOf = (name: string) => pointsOf(record, name).at(-1);
  if (lastOf('http_reqs') === undefined && lastOf('iterations') === undefined) return undefined;
  const failed = pointsOf(record, 'http_reqs{expected_response:false}').at(-1);
  return {
    name: 'k6 timeline',
    counter: (name) => {
      const points = pointsOf(record, name);
      const last = points.at(-1);
      const startMs = record.phases[0]?.fromMs ?? 0;
      if (last === undefined) return undefined;
      return { count: last[1], rate: last[0] > startMs ? (last[1] * 1000) / (last[0] - startMs) : null };
    },
    gaugeMax: (name) => greatestPoint(record, name),
    trend: () => undefined,
    failedRequests: failed?.[1] ?? (lastOf('http_reqs') === undefined ? null : 0),
    checks: { passes: null, fails: null, items: [] },
    outcomes: Object.fromEntries(
      record.series.flatMap((series) => {
        if (series.kind !== 'counter' || !series.name.startsWith(outcomePrefix)) return [];
        if (Object.keys(series.labels).length > 0) return [];
        const last = series.points.at(-1);
        return last === undefined ? [] : [[series.name.slice(outcomePrefix.length), last[1]]];
      }),
    ),
  };
};

const greatestPoint = (record: RunRecord, name: string): number | null =>
  greatest(pointsOf(record, name).map(([, value]) => value));

const greatest = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>(
    (most, value) => (value !== null && (most === null || value > most) ? value : most),
    null,
  );

const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);

/** The whole run's histogram of a metric, put together from its windows; undefined where the timeline has none. */
export const mergedHistogram = (record: RunRecord, name: string): Histogram | undefined => {
  const windows = windowsOf(record, name);
  if (windows.length === 0) return undefined;
  return windows.reduce((sum, { histogram }) => mergeHistograms(sum, histogram), emptyHistogram(8));
};

const trendKeys = {
  avg: 'avg',
  min: 'min',
  med: 'med',
  max: 'max',
  p90: 'p(90)',
  p95: 'p(95)',
  p99: 'p(99)',
} as const;
const quantileOf: Partial<Record<keyof TrendReport, number>> = { med: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

const trendFigures = (
  record: RunRecord,
  metric: string,
  values: Readonly<Record<string, number>> | undefined,
  path: string,
) => {
  const merged = mergedHistogram(record, metric);
  const provenance: Record<string, Provenance> = {};
  const figure = (key: keyof TrendReport): number | null => {
    const exact = values?.[trendKeys[key]];
    if (exact !== undefined) {
      provenance[`${path}.${key}`] = { kind: 'measured', source: `k6 summary ${metric}` };
      return exact;
    }
    const fromHistogram = merged === undefined ? undefined : histogramFigure(merged, key);
    const source = `k6 timeline ${metric}, histograms merged (up to 4.4 % off)`;
    provenance[`${path}.${key}`] =
      fromHistogram === undefined
        ? { kind: 'computed', source, reason: 'not-in-summary' }
        : { kind: 'computed', source, samples: merged?.count ?? 0 };
    return fromHistogram ?? null;
  };
  const trend = Object.fromEntries(
    Object.keys(trendKeys).map((key) => [key, figure(key as keyof TrendReport)]),
  ) as TrendReport;
  return { trend, provenance };
};

const histogramFigure = (merged: Histogram, key: keyof TrendReport): number | undefined => {
  const q = quantileOf[key];
  if (q !== undefined) return histogramQuantile(merged, q);
  return key === 'avg' && merged.count > 0 ? merged.sum / merged.count : undefined;
};

const scenarioFigures = ({
  name,
  executor,
  durationMs,
  maxVUs,
  plannedIterations,
  peakRatePerSecond,
  stages,
}: PlannedScenario) => ({
  name,
  executor,
  durationMs,
  maxVUs,
  plannedIterations,
  peakRatePerSecond,
  stages: stages.map((stage) => ({ ...stage })),
});

const origins = (source: string, samples: number | undefined): Record<string, Provenance> => {
  const count = samples === undefined ? {} : { samples };
  return Object.fromEntries(
    [
      ['requests', 'http_reqs'],
      ['failedRequests', 'http_req_failed'],
      ['requestsPerSecond', 'http_reqs'],
      ['iterations', 'iterations'],
      ['droppedIterations', 'dropped_iterations'],
      ['checks.passes', 'checks'],
      ['checks.fails', 'checks'],
    ].map(([path, metric]) => [
      `load.${path}`,
      { kind: 'measured' as const, source: `${source} ${metric}`, ...count },
    ]),
  );
};

/** Whether the script did anything that k6 counted, beyond starting iterations. */
export const measuredAnything = (load: LoadOutcome | undefined): boolean => {
  const idle =
    /^(iterations|iteration_duration|dropped_iterations|vus|vus_max|data_sent|data_received|group_duration)(\{|$)/;
  return Object.entries(load?.summary?.metrics ?? {}).some(([name, metric]) => {
    if (idle.test(name)) return false;
    if (metric.type === 'counter') return metric.count > 0;
    if (metric.type === 'rate') return metric.passes + metric.fails > 0;
    return metric.type === 'trend' && (metric.values['max'] ?? 0) > 0;
  });
};
