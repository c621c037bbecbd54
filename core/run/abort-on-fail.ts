import type { Clock } from '../clock.ts';
import { parseThresholdRules, type ThresholdRule } from '../metric-table.ts';
import { collectObservations } from '../record/collect-observations.ts';
import type { Observation } from '../record/observation.ts';
import { recordSchemaVersion, type RunEvent, type RunRecord } from '../record/run-record.ts';
import { hostSeries, sampleAgeSeries } from '../record/series-names.ts';
import { judgeLive } from '../rules/judge-live.ts';
import type { RunRequest } from './run-request.ts';

/** As often as k6 looks at its own thresholds. */
const judgedEveryMs = 2000;

/** Why a load was cut short that nobody interrupted. */
export class RuleBroken extends Error {
  override readonly name = 'RuleBroken';
}

export type AbortWatch = {
  take(observations: readonly Observation[]): void;
  /** Begins to judge; the load starts now. The answer ends that. */
  start(): () => void;
  /** Aborted with a RuleBroken by the first breach. */
  readonly signal: AbortSignal;
};

/** Judges the rules that are to stop the load, on what was seen since its start. */
export const watchAbortRules = (
  { plan, runId, environment }: Pick<RunRequest, 'plan' | 'runId' | 'environment'>,
  clock: Clock,
  onBreach: (event: RunEvent) => void,
): AbortWatch => {
  const rules = parseThresholdRules(plan.thresholds).filter(({ options }) => options.abortOnFail);
  const breach = new AbortController();
  const seen = collectObservations(isReadBy(rules));

  const judge = (startedMs: number): void => {
    const nowMs = clock.elapsedMs();
    const record = recordSoFar({ plan, runId, environment }, seen.read(), startedMs, nowMs);
    for (const rule of rules) {
      if (nowMs - startedMs < rule.options.delayAbortEvalMs) continue;
      const { outcome, measured, samples } = judgeLive(rule, record);
      if (outcome !== 'fail') continue;
      const { metric, text } = rule;
      onBreach({
        atMs: nowMs,
        name: 'threshold-crossed',
        facts: { metric, expression: text, measured, samples, unit: rule.unit },
      });
      breach.abort(new RuleBroken(`${metric} ${text}`));
      return;
    }
  };

  return {
    signal: breach.signal,
    take: (observations) => {
      if (rules.length > 0) seen.take(observations);
    },
    start: () => {
      if (rules.length === 0) return () => {};
      const startedMs = clock.elapsedMs();
      const timer = setInterval(() => {
        judge(startedMs);
        if (breach.signal.aborted) clearInterval(timer);
      }, judgedEveryMs);
      return () => clearInterval(timer);
    },
  };
};

const isReadBy = (rules: readonly ThresholdRule[]): ((seen: Observation) => boolean) => {
  const names = new Set(rules.flatMap(({ selector: { name } }) => storedAs[name] ?? [name]));
  return (seen) => {
    if (seen.kind === 'event' || seen.kind === 'gap' || seen.kind === 'assignment') return false;
    return names.has(seen.kind === 'offsets' ? 'kafka_lag' : seen.series.name);
  };
};

/** Under which names the record has what a metric is made of, where it is not its own. */
const storedAs: Readonly<Record<string, readonly string[]>> = {
  kafka_time_lag: ['kafka_lag'],
  host_cpu: [hostSeries.cpuPercent],
  host_memory: [hostSeries.memoryUsedPercent],
  http_req_failed: ['http_reqs'],
  prometheus: ['prometheus', sampleAgeSeries],
};

const recordSoFar = (
  { plan, runId, environment }: Pick<RunRequest, 'plan' | 'runId' | 'environment'>,
  seen: Pick<RunRecord, 'series' | 'offsets'>,
  startedMs: number,
  nowMs: number,
): RunRecord => ({
  schemaVersion: recordSchemaVersion,
  runId,
  startedAt: '',
  plan,
  environment,
  durationMs: nowMs,
  phases: [{ name: 'load', fromMs: startedMs, toMs: null }],
  ...seen,
  gaps: [],
  events: [],
  load: undefined,
  integrity: undefined,
  integrityBefore: undefined,
  assignments: [],
  probes: [],
  end: undefined,
  unreadableLines: 0,
});
