import type { Provenance } from '../quantity.ts';
import type { RunReport } from '../report-document.ts';
import type { K6Metric, K6Summary, LoadOutcome, PlannedScenario } from '../record/load-outcome.ts';
import { pointsOf } from '../record/find-series.ts';
import type { RunRecord } from '../record/run-record.ts';
import { k6Origin } from './k6-source.ts';
import { loadOrigins, outcomePrefix } from './load-provenance.ts';
import { ranToEnd } from './ran-to-end.ts';
import { rankGaps } from './rank-gaps.ts';
import { trendFigures } from './trend-figures.ts';

type LoadReport = NonNullable<RunReport['load']>;

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
  const source = load?.summary ? fromSummary(record, load.summary) : fromTimeline(record);
  if (source === undefined) {
    const reason =
      record.plan.reconstruction === undefined ? (load?.summaryProblem ?? 'k6-left-nothing') : 'no-load';
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
  const iterations = source.counter('iterations')?.count ?? null;
  const report: LoadReport = {
    k6Version: load?.k6Version ?? null,
    k6ExitCode: load?.exitCode ?? null,
    k6Signal: load?.signal ?? null,
    ranToEnd: ranToEnd(record),
    requests: requests?.count ?? null,
    failedRequests: source.failedRequests,
    requestsPerSecond: requests?.rate ?? null,
    iterations,
    // k6 sends this counter only once it has dropped an iteration: its absence beside iterations means none.
    droppedIterations:
      source.counter('dropped_iterations')?.count ??
      (iterations === null || load?.mayHideDrops === true ? null : 0),
    interruptedIterations: load?.interruptedIterations ?? null,
    plannedIterations: sumOrNull(scenarios.map(({ plannedIterations }) => plannedIterations)),
    peakTargetPerSecond: greatest(scenarios.map(({ peakRatePerSecond }) => peakRatePerSecond)),
    maxActiveVUs: source.gaugeMax('vus') ?? greatestPoint(record, 'vus'),
    maxVUs: sumOrNull(scenarios.map(({ maxVUs }) => maxVUs)),
    checks: source.checks,
    httpReqDurationMs: duration.trend,
    expectedHttpReqDurationMs: expected.trend,
    rankGaps: rankGaps(record),
    outcomes: source.outcomes,
    scenarios: scenarios.map(scenarioFigures),
  };
  return {
    load: report,
    provenance: {
      ...loadOrigins(report, { originOf: source.originOf, plan: planSource(record) }),
      ...duration.provenance,
      ...expected.provenance,
    },
  };
};

/** Where the plan of the load is known from. */
const planSource = ({ plan }: RunRecord): string =>
  plan.savedOutput === undefined
    ? 'k6 inspect: the scenarios as k6 resolved them'
    : 'k6 console: the scenarios of its header';

type LoadSource = {
  readonly originOf: (metric: string, statistic?: string) => Provenance;
  counter(metric: string): { count: number; rate: number | null } | undefined;
  gaugeMax(metric: string): number | null;
  trend(metric: string): Readonly<Record<string, number>> | undefined;
  readonly failedRequests: number | null;
  readonly checks: LoadReport['checks'];
  readonly outcomes: Record<string, number>;
};

const fromSummary = (record: RunRecord, { metrics, checks }: K6Summary): LoadSource => {
  const find = <T extends K6Metric['type']>(name: string, type: T) => {
    const metric = metrics[name];
    return metric?.type === type ? (metric as Extract<K6Metric, { type: T }>) : undefined;
  };
  const rate = find('checks', 'rate');
  return {
    originOf: (metric, statistic) => k6Origin(record, metric, statistic),
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
        name.startsWith(outcomePrefix) && !name.includes('{') && metric.type === 'counter'
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
    originOf: (metric) => ({ kind: 'measured', source: `k6 timeline ${metric}` }),
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
