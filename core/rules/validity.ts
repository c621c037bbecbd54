import type { Facts } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import type { Provenance, Unit } from '../quantity.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { validityLimits, type ValidityLimit } from '../derive/validity-limits.ts';
import { cpuDuringLoad } from './offered-load.ts';
import type { Finding, Rule } from './rule.ts';

/**
 * Limits on how the run was made and measured. Beyond one that stands by default nothing is said against the system: it is a
 * caution. A limit that the plan sets is always answered, also with no-data; `level` makes a breach of it a caution or the run
 * invalid.
 */
export const validity: Rule = {
  id: 'validity',
  evaluate: (record, figures) =>
    questionsOf(record, figures).flatMap((question) => {
      const outcome = outcomeOf(question);
      if (!question.isGiven && outcome !== 'fail') return [];
      return [findingOf(question, outcome)];
    }),
};

/** A value known to lie in [low, high], held against a limit. */
type Question = {
  readonly metric: string;
  readonly aggregate: 'value' | 'med' | 'max';
  readonly operator: '<=' | '>=';
  readonly limit: ValidityLimit;
  readonly isGiven: boolean;
  /** null: not measured. */
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: Unit;
  readonly samples: number;
  readonly source: string;
  readonly reason: string | null;
};

const questionsOf = (record: RunRecord, figures: RunFigures): Question[] => {
  const { plan } = record;
  if (plan.reconstruction !== undefined || plan.savedOutput !== undefined) return [];
  const limits = validityLimits(plan);
  const isGiven = (key: keyof typeof limits): boolean => plan.validity?.[key] !== undefined;
  return [
    ...(limits.minVuHeadroom === undefined ? [] : [headroomOf(limits.minVuHeadroom, figures)]),
    { ...cpuOf(limits.maxGeneratorCpu, record), isGiven: isGiven('maxGeneratorCpu') },
    ...figures.measurement.clocks.map(({ source, lowMs, highMs, samples, reason }): Question => ({
      metric: `clock_skew{source:${source}}`,
      aggregate: 'value',
      operator: '<=',
      limit: limits.maxClockSkewMs,
      isGiven: isGiven('maxClockSkewMs'),
      ...distanceOf(lowMs, highMs),
      unit: 'ms',
      samples,
      source: `time stamps of ${source}`,
      reason,
    })),
    ...figures.measurement.queries.map(({ query, maxAgeMs, readings, reason }): Question => ({
      metric: `prometheus_sample_age{query:${query}}`,
      aggregate: 'max',
      operator: '<=',
      limit: limits.maxSampleAgeMs,
      isGiven: isGiven('maxSampleAgeMs'),
      low: maxAgeMs,
      high: maxAgeMs,
      unit: 'ms',
      samples: readings,
      source: 'timestamp() of the newest samples',
      reason,
    })),
  ];
};

const headroomOf = (limit: ValidityLimit, { load }: RunFigures): Question => {
  const { maxActiveVUs = null, maxVUs = null } = load ?? {};
  const free =
    maxActiveVUs === null || maxVUs === null || maxVUs <= 0 ? null : (maxVUs - maxActiveVUs) / maxVUs;
  return {
    metric: 'vu_headroom',
    aggregate: 'value',
    operator: '>=',
    limit,
    isGiven: true,
    low: free,
    high: free,
    unit: 'ratio',
    samples: free === null ? 0 : 1,
    source: 'k6 summary vus, and the VUs that the scenarios allow',
    reason: free === null ? 'not-measured' : null,
  };
};

const cpuOf = (limit: ValidityLimit, record: RunRecord): Omit<Question, 'isGiven'> => {
  const { median, samples } = cpuDuringLoad(record);
  return {
    metric: 'generator_cpu',
    aggregate: 'med',
    operator: '<=',
    limit,
    low: median,
    high: median,
    unit: 'percent',
    samples,
    source: 'host sampler cpu',
    reason: median === null ? 'too-few-samples' : null,
  };
};

/** How far off, whichever way, from how far ahead. */
const distanceOf = (lowMs: number | null, highMs: number | null): Pick<Question, 'low' | 'high'> =>
  lowMs === null || highMs === null
    ? { low: null, high: null }
    : { low: Math.max(0, lowMs, -highMs), high: Math.max(Math.abs(lowMs), Math.abs(highMs)) };

const outcomeOf = ({ low, high, operator, limit: { limit } }: Question): Outcome => {
  if (low === null || high === null) return 'no-data';
  const [best, worst] = operator === '<=' ? [low, high] : [high, low];
  const holds = (value: number): boolean => (operator === '<=' ? value <= limit : value >= limit);
  return holds(worst) ? 'pass' : holds(best) ? 'no-data' : 'fail';
};

const findingOf = (question: Question, outcome: Outcome): Finding => {
  const { metric, aggregate, operator, limit, low, high, unit, samples, source } = question;
  const isInvalidating = limit.level === 'invalid';
  return {
    rule: 'validity',
    origin: question.isGiven ? 'plan' : 'implied',
    metric,
    expression: `${aggregate}${operator}${limit.limit}`,
    outcome: outcome === 'fail' && isInvalidating ? 'invalid' : outcome,
    ...(isInvalidating ? {} : { level: 'warn' as const }),
    // Of an interval, what is certain.
    measured: low,
    unit,
    samples,
    provenance: low === null ? null : ({ kind: 'computed', source, samples } satisfies Provenance),
    facts: { limit: limit.limit, ...boundsOf(low, high), ...reasonOf(question, outcome) },
  };
};

const boundsOf = (low: number | null, high: number | null): Facts =>
  low === null || high === null || low === high ? {} : { low, high };

/** Why it could not be told, or why the run is invalid. */
const reasonOf = ({ reason, limit, metric }: Question, outcome: Outcome): Facts => {
  if (outcome === 'no-data') return { reason: reason ?? 'limit-inside-uncertainty' };
  if (outcome === 'pass' || limit.level !== 'invalid') return {};
  const name = metric.replace(/\{.*/s, '');
  return { reason: breaches[name] ?? 'not-measured' };
};

const breaches: Readonly<Record<string, string>> = {
  vu_headroom: 'too-little-vu-headroom',
  generator_cpu: 'generator-cpu-high',
  clock_skew: 'clock-skewed',
  prometheus_sample_age: 'stale-samples',
};
