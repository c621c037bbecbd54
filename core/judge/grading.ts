import type { Facts } from '../errors.ts';
import type { EvaluationRow } from '../report-document.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import type { Finding } from '../rules/rule.ts';

export type Grade = EvaluationRow['grade'];
export type Context = {
  readonly figures: RunFigures;
  readonly findings: readonly Finding[];
  /** Whether the record is that of a load test, and not of a past period. */
  readonly hasLoad: boolean;
};

/** Defaults that grade a row when no rule was given for it; stated in the row as `defaultLimit`. */
export const defaults = {
  successPercent: { met: 99, caution: 95 },
  errorPercent: { caution: 1 },
  offeredPercent: { met: 99, caution: 90 },
  consumeToProduce: { met: 1.5, caution: 3 },
  completionDelayMs: { met: 10_000, caution: 60_000 },
} as const;

export const row = (id: EvaluationRow['id'], grade: Grade, facts: Facts): EvaluationRow => ({
  id,
  grade,
  facts: { ...facts },
});

/** Grade given by the user's and the script's rules on a metric, the worst deciding; undefined without such a rule. */
export const gradeOfRules = (
  findings: readonly Finding[],
  metric: RegExp,
): { grade: Grade; finding: Finding } | undefined => {
  const matching = findings.filter(
    (finding) =>
      finding.rule === 'threshold' &&
      metric.test(finding.metric) &&
      finding.facts['reason'] !== 'cannot-fail',
  );
  const order = ['fail', 'invalid', 'no-data', 'pass'] as const;
  for (const outcome of order) {
    const finding = matching
      .filter((each) => each.outcome === outcome)
      .toSorted((left, right) => Number(left.level === 'warn') - Number(right.level === 'warn'))[0];
    if (finding !== undefined) return { grade: gradeOf(finding), finding };
  }
  return undefined;
};

/** A warning that did not hold calls for a look, not for a no. */
const gradeOf = ({ outcome, level }: Finding): Grade =>
  outcome === 'pass' ? 'met' : outcome !== 'fail' ? 'unknown' : level === 'warn' ? 'caution' : 'unmet';

export const ruleFacts = (finding: Finding | undefined): Facts =>
  finding === undefined
    ? {}
    : {
        ruleMetric: finding.metric,
        ruleExpression: finding.expression,
        limit: finding.facts['limit'] ?? null,
        reason: finding.facts['reason'] ?? null,
      };

/** Above `met` (or at it) met, above `caution` caution, else unmet; swapped where less is better. */
export const gradeBy = (
  value: number,
  limits: { met: number; caution: number },
  isMoreBetter: boolean,
): Grade => {
  const reaches = (limit: number): boolean => (isMoreBetter ? value >= limit : value <= limit);
  return reaches(limits.met) ? 'met' : reaches(limits.caution) ? 'caution' : 'unmet';
};

const worstFirst: readonly Grade[] = ['unmet', 'unknown', 'caution', 'met'];

export const worstGrade = (left: Grade, right: Grade): Grade =>
  worstFirst.indexOf(left) < worstFirst.indexOf(right) ? left : right;

/** A row without a rule of its own: under a load that was not offered it says as little as a rule would. */
export const byDefault = (
  id: EvaluationRow['id'],
  grade: Grade,
  findings: readonly Finding[],
  facts: Facts,
): EvaluationRow => {
  const broken = findings.find(
    ({ rule, outcome }) => (rule === 'load-completed' || rule === 'offered-load') && outcome === 'invalid',
  );
  if (broken === undefined) return row(id, grade, facts);
  const unsaid = broken.rule === 'offered-load' ? 'generator-was-the-limit' : null;
  return row(id, 'unknown', { ...facts, reason: broken.facts['reason'] ?? unsaid });
};
