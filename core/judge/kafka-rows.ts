import type { Facts } from '../errors.ts';
import { mainGroup } from '../derive/main-group.ts';
import { parseMetricSelector } from '../threshold-expression.ts';
import type { EvaluationRow, KafkaGroupReport } from '../report-document.ts';
import type { Finding } from '../rules/rule.ts';
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

type Group = Pick<KafkaGroupReport, 'group' | 'topic'>;

const namesOf = ({ group, topic }: Group): Facts => ({ group, topic });

/** Whether a finding is on this group: by the tags of its rule, and by whose figure decided a rule without tags. */
const isAbout =
  (names: Group) =>
  ({ metric, facts }: Finding): boolean => {
    const { tags } = parseMetricSelector(metric);
    return (['group', 'topic'] as const).every(
      (key) => (tags[key] ?? names[key]) === names[key] && (facts[key] ?? names[key]) === names[key],
    );
  };

const gradeOfGroup = ({ findings }: Context, group: Group, metric: RegExp) =>
  gradeOfRules(
    findings.filter((finding) => metric.test(finding.metric) && isAbout(group)(finding)),
    metric,
  );

export const kafkaProduce = (context: Context): EvaluationRow => {
  const group = mainGroup(context.figures.kafka.groups);
  if (group === undefined) return row('kafka-produce', 'unknown', { reason: 'no-kafka' });
  const { load } = context.figures;
  const accepted = load?.outcomes['accepted'] ?? null;
  /** Clients without an answer may have been accepted as well. */
  const unknown = (load?.outcomes['unknown'] ?? 0) + (load?.interruptedIterations ?? 0);
  const { produceDurationMs, producedMessages, produceRatePerSecond } = group;
  const facts: Facts = {
    produceDurationMs,
    producedMessages,
    ratePerSecond: produceRatePerSecond,
    accepted,
    ...(unknown === 0 ? {} : { unknown }),
    ...namesOf(group),
  };
  if (produceDurationMs === null)
    return row('kafka-produce', 'unknown', { ...facts, reason: 'nothing-produced' });
  if (accepted === null || producedMessages === null)
    return row('kafka-produce', 'unknown', { ...facts, reason: 'no-accepted-count' });
  const judged = (grade: Grade, reason?: string): EvaluationRow =>
    byDefault('kafka-produce', grade, context.findings, reason === undefined ? facts : { ...facts, reason });
  if (producedMessages < accepted) return judged('unmet', 'fewer-than-accepted');
  if (producedMessages > accepted + unknown) return judged('caution', 'more-than-accepted');
  return judged('met');
};

export const kafkaConsume = (context: Context): EvaluationRow => {
  const group = mainGroup(context.figures.kafka.groups);
  if (group === undefined) return row('kafka-consume', 'unknown', { reason: 'no-kafka' });
  const { drain, consumeDurationMs, produceDurationMs } = group;
  const ratio =
    consumeDurationMs !== null && produceDurationMs ? consumeDurationMs / produceDurationMs : null;
  const byRule = gradeOfGroup(context, group, /^kafka_(drain|consume_duration)(\{|$)/);
  const facts: Facts = {
    ...namesOf(group),
    state: drain.state,
    since: drain.since,
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
  return byDefault('kafka-consume', consumeGrade(drain, ratio), context.findings, {
    ...facts,
    defaultLimit: defaults.consumeToProduce.met,
  });
};

/** Watching that ended before the load did (`lowMs` 0) says nothing of how the backlog would have gone. */
const consumeGrade = ({ state, lowMs }: KafkaGroupReport['drain'], ratio: number | null): Grade => {
  if (state === 'timed-out') return lowMs === null || lowMs === 0 ? 'unknown' : 'unmet';
  if (state === 'no-backlog') return 'met';
  return state === 'unknown' || ratio === null ? 'unknown' : gradeBy(ratio, defaults.consumeToProduce, false);
};

export const completionDelay = (context: Context): EvaluationRow => {
  const group = mainGroup(context.figures.kafka.groups);
  if (group === undefined) return row('completion-delay', 'unknown', { reason: 'no-kafka' });
  const { p50, p95, max, atLeast, waiting, completed } = group.completionDelayMs;
  const byRule = gradeOfGroup(context, group, /^kafka_completion_delay(\{|$)/);
  const facts: Facts = {
    ...namesOf(group),
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
