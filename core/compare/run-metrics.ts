import { betterOf } from '../metric-table.ts';
import type { KafkaGroupReport, RunReport } from '../report-document.ts';

/** One number of one run; `isBound`: the truth is at least this. */
export type RunMetric = {
  readonly metric: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly value: number;
  readonly isBound: boolean;
};

/** What of a run can be compared, named as rules name it. What was not measured is absent. */
export const runMetrics = (run: RunReport): RunMetric[] => {
  const { load, integrity } = run;
  return [
    one('http_req_duration', 'med', 'ms', load?.httpReqDurationMs.med),
    one('http_req_duration', 'p(95)', 'ms', load?.httpReqDurationMs.p95),
    one('http_req_failed', 'rate', 'ratio', shareOf(load?.failedRequests, load?.requests)),
    one('http_reqs', 'rate', 'per-second', load?.requestsPerSecond),
    one('dropped_iterations', 'count', 'count', load?.droppedIterations),
    ...run.kafka.groups.flatMap(groupMetrics),
    ...(['lost', 'duplicates', 'oversold', 'phantom'] as const).flatMap((name) =>
      one(`integrity_${name}`, 'count', 'count', integrity?.[name]),
    ),
  ].flat();
};

const groupMetrics = (group: KafkaGroupReport): RunMetric[] => {
  const labels = `{group:${group.group},topic:${group.topic}}`;
  const { drain, completionDelayMs } = group;
  const drainMs = drain.state === 'no-backlog' ? 0 : drain.ms;
  return [
    one('kafka_lag', 'max', 'messages', group.peakLagMessages, { labels }),
    drainMs === null
      ? one('kafka_drain', 'value', 'ms', drain.lowMs, { labels, isBound: true })
      : one('kafka_drain', 'value', 'ms', drainMs, { labels }),
    completionDelayMs.p95 === null
      ? one('kafka_completion_delay', 'p(95)', 'ms', completionDelayMs.atLeast.p95, { labels, isBound: true })
      : one('kafka_completion_delay', 'p(95)', 'ms', completionDelayMs.p95, { labels }),
  ].flat();
};

const one = (
  name: string,
  aggregation: string,
  unit: string,
  value: number | null | undefined,
  { labels = '', isBound = false } = {},
): RunMetric[] =>
  value == null
    ? []
    : [{ metric: `${name}${labels} ${aggregation}`, unit, better: betterOf(name), value, isBound }];

const shareOf = (part: number | null | undefined, whole: number | null | undefined): number | null =>
  part == null || whole == null || whole === 0 ? null : part / whole;
