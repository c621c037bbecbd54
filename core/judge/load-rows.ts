import type { Facts } from '../errors.ts';
import { arrivalFacts } from '../derive/arrivals.ts';
import type { EvaluationRow } from '../report-document.ts';
import {
  byDefault,
  defaults,
  gradeBy,
  gradeOfRules,
  row,
  ruleFacts,
  worstGrade,
  type Context,
} from './grading.ts';

export const successRate = ({ figures: { load }, findings }: Context): EvaluationRow => {
  const { passes, fails } = load?.checks ?? { passes: null, fails: null };
  const total = (passes ?? 0) + (fails ?? 0);
  if (passes === null || fails === null || total === 0)
    return row('success-rate', 'unknown', { reason: 'no-checks' });
  const ratePercent = (100 * passes) / total;
  const byRule = gradeOfRules(findings, /^checks(\{|$)/);
  const facts: Facts = { passes, fails, ratePercent, ...ruleFacts(byRule?.finding) };
  if (byRule !== undefined) return row('success-rate', byRule.grade, facts);
  return byDefault('success-rate', gradeBy(ratePercent, defaults.successPercent, true), findings, {
    ...facts,
    defaultLimit: defaults.successPercent.met,
  });
};

export const responseTime = ({ figures: { load }, findings }: Context): EvaluationRow => {
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

export const throughput = ({ figures: { load }, findings }: Context): EvaluationRow => {
  const requestsPerSecond = load?.requestsPerSecond ?? null;
  if (load === null || requestsPerSecond === null)
    return row('throughput', 'unknown', { reason: 'no-requests' });
  const byRule = gradeOfRules(findings, /^(http_reqs|iterations)(\{|$)/);
  const facts: Facts = {
    ...arrivalFacts(load),
    minimumExpression: byRule?.finding.expression ?? null,
    ...ruleFacts(byRule?.finding),
  };
  const offered = facts['offeredPercent'];
  if (typeof offered !== 'number') {
    return row(
      'throughput',
      byRule?.grade ?? 'unknown',
      byRule === undefined ? { ...facts, reason: 'no-limit' } : facts,
    );
  }
  const byPlan = gradeBy(offered, defaults.offeredPercent, true);
  return byDefault('throughput', worstGrade(byRule?.grade ?? 'met', byPlan), findings, {
    ...facts,
    ...(byRule === undefined ? { defaultLimit: defaults.offeredPercent.met } : {}),
  });
};

export const stability = ({ figures: { load }, findings }: Context): EvaluationRow => {
  const completed = findings.find(({ rule }) => rule === 'load-completed');
  const offered = findings.find(({ rule }) => rule === 'offered-load');
  const facts: Facts = {
    droppedIterations: load?.droppedIterations ?? null,
    ...arrivalFacts(load),
    shortfall: offered?.facts['shortfall'] ?? null,
    failed: load?.failedRequests ?? null,
    crashed: completed?.outcome === 'invalid' && completed.facts['reason'] !== 'interrupted',
  };
  if (load === null || completed === undefined || completed.outcome !== 'pass') {
    return row('stability', 'unknown', { ...facts, reason: completed?.facts['reason'] ?? 'k6-left-nothing' });
  }
  if (offered?.outcome === 'fail')
    return row('stability', 'unmet', {
      ...facts,
      reason: offered.facts['shortfall'] === 0 ? 'iterations-dropped' : 'iterations-not-started',
    });
  if (offered?.outcome === 'invalid')
    return row('stability', 'unknown', {
      ...facts,
      reason: offered.facts['reason'] ?? 'generator-was-the-limit',
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

export const errorRate = ({ figures: { load }, findings }: Context): EvaluationRow => {
  const failed = load?.failedRequests ?? null;
  const requests = load?.requests ?? null;
  if (failed === null || requests === null || requests === 0)
    return row('error-rate', 'unknown', { reason: 'no-requests' });
  const ratePercent = (100 * failed) / requests;
  const byRule = gradeOfRules(findings, /^http_req_failed(\{|$)/);
  const facts: Facts = { failed, requests, ratePercent, ...ruleFacts(byRule?.finding) };
  if (byRule !== undefined) return row('error-rate', byRule.grade, facts);
  const grade = failed === 0 ? 'met' : ratePercent < defaults.errorPercent.caution ? 'caution' : 'unmet';
  return byDefault('error-rate', grade, findings, { ...facts, defaultLimit: 0 });
};
