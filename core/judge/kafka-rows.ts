import type { Facts } from '../errors.ts';
import type { EvaluationRow, KafkaGroupReport } from '../report-document.ts';
import {
  byDefault,
  defaults,
  gradeBy,
  gradeOfRules,
  row,
  ruleFacts,
  type Context,
  type Grade,
} from './grading.ts';

/** The group that the rows speak of: the one with the greatest backlog. */
const mainGroup = ({ figures }: Context): KafkaGroupReport | undefined =>
  figures.kafka.groups.toSorted(
    (left, right) => (right.peakLagMessages ?? 0) - (left.peakLagMessages ?? 0),
  )[0];

export const kafkaProduce = (context: Context): EvaluationRow => {
  const group = mainGroup(context);
  if (group === undefined) return row('kafka-produce', 'unknown', { reason: 'no-kafka' });
  const accepted = context.figures.load?.outcomes['accepted'] ?? null;
  const { produceDurationMs, producedMessages, produceRatePerSecond } = group;
  const facts: Facts = {
    produceDurationMs,
    producedMessages,
    ratePerSecond: produceRatePerSecond,
    accepted,
    group: group.group,
    topic: group.topic,
  };
  if (produceDurationMs === null)
    return row('kafka-produce', 'unknown', { ...facts, reason: 'nothing-produced' });
  if (accepted === null || producedMessages === null) return row('kafka-produce', 'met', facts);
  if (producedMessages < accepted)
    return row('kafka-produce', 'unmet', { ...facts, reason: 'fewer-than-accepted' });
  if (producedMessages > accepted)
    return row('kafka-produce', 'caution', { ...facts, reason: 'more-than-accepted' });
  return row('kafka-produce', 'met', facts);
};

export const kafkaConsume = (context: Context): EvaluationRow => {
  const group = mainGroup(context);
  if (group === undefined) return row('kafka-consume', 'unknown', { reason: 'no-kafka' });
  const { drain, consumeDurationMs, produceDurationMs } = group;
  const ratio =
    consumeDurationMs !== null && produceDurationMs ? consumeDurationMs / produceDurationMs : null;
  const byRule = gradeOfRules(context.findings, /^kafka_(drain|consume_duration)(\{|$)/);
  const facts: Facts = {
    state: drain.state,
    consumeDurationMs,
    consumeDurationLowMs: group.consumeDurationLowMs,
    consumeDurationEstimateMs: group.consumeDurationEstimateMs,
    drainMs: drain.ms,
    lowMs: drain.lowMs,
    highMs: drain.highMs,
    estimateMs: drain.estimateMs,
    finalLagMessages: group.finalLagMessages,
    peakLagMessages: group.peakLagMessages,
    ratio,
    ...ruleFacts(byRule?.finding),
  };
  if (byRule !== undefined) return row('kafka-consume', byRule.grade, facts);
  return byDefault('kafka-consume', consumeGrade(drain, ratio), context.findings, facts);
};

/** Watching that ended before the load did (`lowMs` 0) says nothing of how the backlog would have gone. */
const consumeGrade = ({ state, lowMs }: KafkaGroupReport['drain'], ratio: number | null): Grade => {
  if (state === 'timed-out') return lowMs === null || lowMs === 0 ? 'unknown' : 'unmet';
  if (state === 'no-backlog') return 'met';
  return state === 'unknown' || ratio === null ? 'unknown' : gradeBy(ratio, defaults.consumeToProduce, false);
};

export const completionDelay = (context: Context): EvaluationRow => {
  const group = mainGroup(context);
  if (group === undefined) return row('completion-delay', 'unknown', { reason: 'no-kafka' });
  const { p50, p95, max, atLeast, waiting, completed } = group.completionDelayMs;
  const byRule = gradeOfRules(context.findings, /^kafka_completion_delay(\{|$)/);
  const facts: Facts = {
    p50Ms: p50,
    p95Ms: p95,
    maxMs: max,
    p95LowMs: atLeast.p95,
    waiting,
    completed,
    ...ruleFacts(byRule?.finding),
  };
  if (byRule !== undefined) return row('completion-delay', byRule.grade, facts);
  const limit = { defaultLimitMs: defaults.completionDelayMs.met };
  if (p95 !== null)
    return byDefault('completion-delay', gradeBy(p95, defaults.completionDelayMs, false), context.findings, {
      ...facts,
      ...limit,
    });
  const isHopeless = atLeast.p95 !== null && atLeast.p95 > defaults.completionDelayMs.caution;
  return byDefault('completion-delay', isHopeless ? 'unmet' : 'unknown', context.findings, {
    ...facts,
    ...limit,
    reason: completed + waiting === 0 ? 'nothing-produced' : 'messages-waiting',
  });
};
