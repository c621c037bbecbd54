import type { Clock } from '../clock.ts';
import { parseThresholdRules, type ThresholdRule } from '../metric-table.ts';
import type { Observation } from '../record/observation.ts';
import { recordSchemaVersion, type RunEvent } from '../record/run-record.ts';
import { followRule, type RecordSoFar } from '../rules/live/follow-rule.ts';
import type { LiveVerdict, RunRequest } from './run-request.ts';

/** As often as k6 looks at its own thresholds. */
const judgedEveryMs = 2000;

/** Why a load was cut short that nobody interrupted. */
export class RuleBroken extends Error {
  override readonly name = 'RuleBroken';
}

export type AbortWatch = {
  /** Each such rule as it was judged last, in the plan's order. */
  judged(): readonly LiveVerdict[];
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
  const soFar = recordSoFar({ plan, runId, environment });
  const rules = parseThresholdRules(plan.thresholds)
    .filter(({ options }) => options.abortOnFail)
    .map((rule) => ({ rule, live: followRule(rule, plan, soFar) }));
  const breach = new AbortController();
  const verdicts = new Map<ThresholdRule, Pick<LiveVerdict, 'outcome' | 'measured'>>();

  const judge = (startedMs: number): void => {
    const nowMs = clock.elapsedMs();
    for (const { rule, live } of rules) {
      const { outcome, measured, samples } = live.judge(startedMs, nowMs);
      if (nowMs - startedMs < rule.options.delayAbortEvalMs) continue;
      verdicts.set(rule, { outcome, measured });
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
    judged: () =>
      rules.map(({ rule }) => ({
        metric: rule.metric,
        expression: rule.text,
        unit: rule.unit,
        ...(verdicts.get(rule) ?? { outcome: null, measured: null }),
      })),
    take: (observations) => {
      for (const { live } of rules) live.take(observations);
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

const recordSoFar =
  ({ plan, runId, environment }: Pick<RunRequest, 'plan' | 'runId' | 'environment'>): RecordSoFar =>
  (seen, startedMs, nowMs) => ({
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
