import type { RunReport } from '../report-document.ts';
import { runMetrics, type RunMetric } from './run-metrics.ts';

/** A run that failed its rules is as good a measurement as any; one whose load was not offered is none. */
export const isUsable = ({ verdict, status }: RunReport): boolean =>
  verdict.outcome !== 'invalid' && status === 'completed';

/** Why a run that is not usable is left out. */
export const reasonOf = ({ status }: RunReport): 'invalid' | 'interrupted' =>
  status === 'interrupted' ? 'interrupted' : 'invalid';

/** What a run measured, by metric. */
export const byName = (run: RunReport): Map<string, RunMetric> =>
  new Map(runMetrics(run).map((each) => [each.metric, each]));

/** Whether a metric is meant by its name, or the beginning of it: `http_req_duration`, `kafka_lag{group:issuer}`. */
export const isNamed = (metric: string, name: string): boolean =>
  metric === name || metric.startsWith(`${name} `) || metric.startsWith(`${name}{`);
