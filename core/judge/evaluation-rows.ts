import type { Facts } from '../errors.ts';
import type { EvaluationRow, KafkaGroupReport } from '../report-document.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import type { Finding } from '../rules/rule.ts';

type Grade = EvaluationRow['grade'];
type Context = { readonly figures: RunFigures; readonly findings: readonly Finding[] };

/** Defaults that grade a row when no rule was given for it; stated in the row as `defaultLimit`. */
const defaults = {
  successPercent: { met: 99, caution: 95 },
  errorPercent: { caution: 1 },
  offeredShare: { met: 0.99, caution: 0.9 },
  consumeToProduce: { met: 1.5, caution: 3 },
  completionDelayMs: { met: 10_000, caution: 60_000 },
} as const;

/** The rows of the evaluation table, in the order of the document that these reports descend from. */
export const evaluationRows = (context: Context): EvaluationRow[] => [
  successRate(context),
  responseTime(context),
  throughput(context),
  stability(context),
  errorRate(context),
  concurrency(context),
  kafkaProduce(context),
  kafkaConsume(context),
  completionDelay(context),
];

const row = (id: EvaluationRow['id'], grade: Grade, facts: Facts): EvaluationRow => ({
  id,
  grade,
  facts: { ...facts },
});

/** Grade given by the user's and the script's rules on a metric, the worst deciding; undefined without such a rule. */
const gradeOfRules = (
  findings: readonly Finding[],
  metric: RegExp,
): { grade: Grade; finding: Finding } | undefined => {
  const matching = findings.filter((finding) => finding.rule === 'threshold' && metric.test(finding.metric));
  const order = ['fail', 'invalid', 'no-data', 'pass'] as const;
  for (const outcome of order) {
    const finding = matching.find((each) => each.outcome === outcome);
    if (finding !== undefined)
      return { grade: outcome === 'pass' ? 'met' : outcome === 'fail' ? 'unmet' : 'unknown', finding };
  }
  return undefined;
};

const ruleFacts = (finding: Finding | undefined): Facts =>
  finding === undefined
    ? {}
    : {
        ruleMetric: finding.metric,
        ruleExpression: finding.expression,
        limit: finding.facts['limit'] ?? null,
        reason: finding.facts['reason'] ?? null,
      };

/** Above `met` (or at it) met, above `caution` caution, else unmet; swapped where less is better. */
const gradeBy = (value: number, limits: { met: number; caution: number }, isMoreBetter: boolean): Grade => {
  const reaches = (limit: number): boolean => (isMoreBetter ? value >= limit : value <= limit);
  return reaches(limits.met) ? 'met' : reaches(limits.caution) ? 'caution' : 'unmet';
};

const successRate = ({ figures: { load }, findings }: Context): EvaluationRow => {
  const { passes, fails } = load?.checks ?? { passes: null, fails: null };
  const total = (passes ?? 0) + (fails ?? 0);
  if (passes === null || fails === null || total === 0)
    return row('success-rate', 'unknown', { reason: 'no-checks' });
  const ratePercent = (100 * passes) / total;
  const byRule = gradeOfRules(findings, /^checks(\{|$)/);
  return row('success-rate', byRule?.grade ?? gradeBy(ratePercent, defaults.successPercent, true), {
    passes,
    fails,
    ratePercent,
    ...ruleFacts(byRule?.finding),
    ...(byRule === undefined ? { defaultLimit: defaults.successPercent.met } : {}),
  });
};

const responseTime = ({ figures: { load }, findings }: Context): EvaluationRow => {
  const byRule = gradeOfRules(findings, /^http_req_duration(\{|$)/);
  const p95Ms = load?.httpReqDurationMs.p95 ?? null;
  if (p95Ms === null) return row('response-time', 'unknown', { p95Ms, reason: 'no-requests' });
  if (byRule === undefined)
    return row('response-time', 'unknown', { p95Ms, metric: 'http_req_duration', reason: 'no-limit' });
  const { finding, grade } = byRule;
  return row('response-time', grade, {
    p95Ms,
    metric: finding.metric,
    measured: finding.measured,
    limitMs: finding.facts['limit'] ?? null,
    limitExpression: finding.expression,
    reason: finding.facts['reason'] ?? null,
  });
};

const throughput = ({ figures: { load }, findings }: Context): EvaluationRow => {
  const requestsPerSecond = load?.requestsPerSecond ?? null;
  if (load === null || requestsPerSecond === null)
    return row('throughput', 'unknown', { reason: 'no-requests' });
  const byRule = gradeOfRules(findings, /^(http_reqs|iterations)(\{|$)/);
  const facts = {
    requestsPerSecond,
    targetPerSecond: load.peakTargetPerSecond,
    minimumExpression: byRule?.finding.expression ?? null,
    ...ruleFacts(byRule?.finding),
  };
  const { plannedIterations, droppedIterations } = load;
  if (plannedIterations === null || droppedIterations === null) {
    return row(
      'throughput',
      byRule?.grade ?? 'unknown',
      byRule === undefined ? { ...facts, reason: 'no-limit' } : facts,
    );
  }
  const offeredShare = 1 - droppedIterations / plannedIterations;
  const byShare = gradeBy(offeredShare, defaults.offeredShare, true);
  return row('throughput', byRule?.grade === 'unmet' ? 'unmet' : byShare, {
    ...facts,
    offeredShare,
    reachedPerSecond: requestsPerSecond,
  });
};

const stability = ({ figures: { load }, findings }: Context): EvaluationRow => {
  const completed = findings.find(({ rule }) => rule === 'load-completed');
  const offered = findings.find(({ rule }) => rule === 'offered-load');
  const facts: Facts = {
    droppedIterations: load?.droppedIterations ?? null,
    plannedIterations: load?.plannedIterations ?? null,
    reachedPerSecond: load?.requestsPerSecond ?? null,
    targetPerSecond: load?.peakTargetPerSecond ?? null,
    failed: load?.failedRequests ?? null,
    crashed: completed !== undefined && completed.outcome === 'invalid',
  };
  if (load === null || completed === undefined || completed.outcome !== 'pass') {
    return row('stability', 'unknown', { ...facts, reason: completed?.facts['reason'] ?? 'k6-left-nothing' });
  }
  if (offered?.outcome === 'fail')
    return row('stability', 'unmet', { ...facts, reason: 'iterations-dropped' });
  if (offered?.outcome === 'invalid')
    return row('stability', 'unknown', {
      ...facts,
      reason: 'generator-was-the-limit',
      generator: offered.facts['generator'] ?? null,
    });
  if ((load.failedRequests ?? 0) > 0)
    return row('stability', 'caution', { ...facts, reason: 'requests-failed' });
  if ((load.droppedIterations ?? 0) > 0)
    return row('stability', 'caution', { ...facts, reason: 'few-iterations-dropped' });
  return row('stability', 'met', {
    ...facts,
    reason: load.plannedIterations === null ? 'no-arrival-rate-planned' : 'load-fully-offered',
  });
};

const errorRate = ({ figures: { load }, findings }: Context): EvaluationRow => {
  const failed = load?.failedRequests ?? null;
  const requests = load?.requests ?? null;
  if (failed === null || requests === null || requests === 0)
    return row('error-rate', 'unknown', { reason: 'no-requests' });
  const ratePercent = (100 * failed) / requests;
  const byRule = gradeOfRules(findings, /^http_req_failed(\{|$)/);
  const byDefault: Grade =
    failed === 0 ? 'met' : ratePercent < defaults.errorPercent.caution ? 'caution' : 'unmet';
  return row('error-rate', byRule?.grade ?? byDefault, {
    failed,
    requests,
    ratePercent,
    ...ruleFacts(byRule?.finding),
    ...(byRule === undefined ? { defaultLimit: 0 } : {}),
  });
};

const concurrency = ({ figures: { integrity, provenance } }: Context): EvaluationRow => {
  if (integrity === null)
    return row('concurrency', 'unknown', { reason: provenance['integrity']?.reason ?? 'no-probe' });
  const { stock, persisted, duplicates, oversold, pending } = integrity;
  const facts: Facts = { stock, persisted, duplicates, oversold, pending };
  if (duplicates === null || oversold === null)
    return row('concurrency', 'unknown', { ...facts, reason: 'not-counted' });
  if (duplicates > 0 || oversold > 0) return row('concurrency', 'unmet', facts);
  if (persisted === 0) return row('concurrency', 'unknown', { ...facts, reason: 'nothing-persisted' });
  return row(
    'concurrency',
    'met',
    pending === null || pending === 0 ? facts : { ...facts, reason: 'so-far-only' },
  );
};

/** The group that the rows speak of: the one with the greatest backlog. */
const mainGroup = ({ figures }: Context): KafkaGroupReport | undefined =>
  figures.kafka.groups.toSorted(
    (left, right) => (right.peakLagMessages ?? 0) - (left.peakLagMessages ?? 0),
  )[0];

const kafkaProduce = (context: Context): EvaluationRow => {
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

const kafkaConsume = (context: Context): EvaluationRow => {
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
  return row('kafka-consume', byRule?.grade ?? consumeGrade(drain.state, ratio), facts);
};

const consumeGrade = (state: KafkaGroupReport['drain']['state'], ratio: number | null): Grade => {
  if (state === 'timed-out') return 'unmet';
  if (state === 'no-backlog') return 'met';
  return state === 'unknown' || ratio === null ? 'unknown' : gradeBy(ratio, defaults.consumeToProduce, false);
};

const completionDelay = (context: Context): EvaluationRow => {
  const group = mainGroup(context);
  if (group === undefined) return row('completion-delay', 'unknown', { reason: 'no-kafka' });
  const { p50, p95, max, lowMs, waiting, completed } = group.completionDelayMs;
  const byRule = gradeOfRules(context.findings, /^kafka_completion_delay(\{|$)/);
  const facts: Facts = {
    p50Ms: p50,
    p95Ms: p95,
    maxMs: max,
    lowMs,
    waiting,
    completed,
    ...ruleFacts(byRule?.finding),
  };
  if (byRule !== undefined) return row('completion-delay', byRule.grade, facts);
  const limit = { defaultLimitMs: defaults.completionDelayMs.met };
  if (p95 !== null)
    return row('completion-delay', gradeBy(p95, defaults.completionDelayMs, false), { ...facts, ...limit });
  const isHopeless = lowMs !== null && lowMs > defaults.completionDelayMs.caution;
  return row('completion-delay', isHopeless ? 'unmet' : 'unknown', {
    ...facts,
    ...limit,
    reason: completed + waiting === 0 ? 'nothing-produced' : 'messages-waiting',
  });
};
