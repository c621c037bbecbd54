import type { ThresholdRule } from '../../metric-table.ts';
import type { RunPlan } from '../../plan.ts';
import { collectObservations } from '../../record/collect-observations.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { followLag } from './follow-lag.ts';
import { followMoments } from './follow-moments.ts';
import { followTotals } from './follow-totals.ts';
import { isReadBy } from './is-read-by.ts';
import { judgeWhole } from './judge-whole.ts';
import type { LiveRule } from './live-rule.ts';

/** What has been seen as a record, of a load that began at `startedMs` and goes on at `nowMs`. */
export type RecordSoFar = (
  seen: Pick<RunRecord, 'series' | 'offsets'>,
  startedMs: number,
  nowMs: number,
) => RunRecord;

/** Judges as `judgeWhole` does on everything seen so far, and keeps of it what the rule needs. */
export const followRule = (rule: ThresholdRule, plan: RunPlan, recordSoFar: RecordSoFar): LiveRule => {
  const { name } = rule.selector;
  if (rule.source === 'k6')
    return rule.options.forMs === undefined ? followTotals(rule) : followMoments(rule, plan);
  if (name === 'kafka_lag') return followLag(rule, plan);
  if (name === 'kafka_time_lag' || name === 'prometheus') return followWhole(rule, recordSoFar);
  return followMoments(rule, plan);
};

/**
 * Of these, what comes later may say something else of what was before: a group set back to the log's beginning waits for the
 * oldest message there, and the age of Prometheus' samples may be read after their values.
 */
const followWhole = (rule: ThresholdRule, recordSoFar: RecordSoFar): LiveRule => {
  const seen = collectObservations(isReadBy(rule));
  return {
    take: (observations) => seen.take(observations),
    judge: (startedMs, nowMs) => judgeWhole(rule, recordSoFar(seen.read(), startedMs, nowMs)),
  };
};
