import { KnownError } from '../errors.ts';
import {
  foregoneAnswer,
  parseThresholdRule,
  parseThresholdRules,
  type ThresholdRule,
} from '../metric-table.ts';
import { parseThresholdExpression } from '../threshold-expression.ts';
import type { K6Threshold, ThresholdMark } from '../record/load-outcome.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { judgeReading } from './judge-reading.ts';
import { judgeSustained } from './judge-sustained.ts';
import { readK6Metric } from './read-k6-metric.ts';
import { readLaglineMetric } from './read-lagline-metric.ts';
import type { Reading } from './reading.ts';
import type { Finding, Judged, Rule } from './rule.ts';

/** The user's rules, and the k6 script's own thresholds judged again from the data. */
export const threshold: Rule = {
  id: 'threshold',
  evaluate: (record, figures) => [
    ...parseThresholdRules(record.plan.thresholds).map((rule) => judge(rule, 'plan', record, figures)),
    ...(record.load?.summary?.thresholds ?? []).map((given) => judgeScript(given, record, figures)),
    ...(record.load?.marks ?? []).map(unstated),
  ],
};

const judgeScript = (given: K6Threshold, record: RunRecord, figures: RunFigures): Finding => {
  const facts = { k6Passed: given.ok };
  try {
    parseThresholdExpression(given.expression);
    const rule = parseThresholdRule(given.metric, given.expression);
    const finding = judge(rule, 'script', record, figures);
    // `max>=0` is how scripts ask k6 for a submetric: no promise of theirs.
    const level = foregoneAnswer(rule) === true ? { level: 'warn' as const } : {};
    return { ...finding, ...level, facts: { ...finding.facts, ...facts } };
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    return {
      rule: 'threshold',
      origin: 'script',
      metric: given.metric,
      expression: given.expression,
      outcome: 'no-data',
      measured: null,
      unit: 'none',
      samples: 0,
      provenance: null,
      facts: { ...facts, reason: 'not-understood' },
    };
  }
};

/** k6 0.x says of a metric that its thresholds held, and not what they were. */
const unstated = ({ metric, ok }: ThresholdMark): Finding => ({
  rule: 'threshold',
  origin: 'script',
  metric,
  expression: '?',
  outcome: 'no-data',
  measured: null,
  unit: 'none',
  samples: 0,
  provenance: null,
  facts: { k6Passed: ok, reason: 'expression-not-printed' },
});

const judge = (
  rule: ThresholdRule,
  origin: 'plan' | 'script',
  record: RunRecord,
  figures: RunFigures,
): Finding => {
  const { level, forMs } = rule.options;
  const judged =
    brokenDuringLoad(rule, record) ??
    (foregoneAnswer(rule) === true
      ? foregone
      : forMs === undefined
        ? judgeReading(rule, read(rule, record, figures))
        : judgeSustained(rule, forMs, record));
  return {
    rule: 'threshold',
    origin,
    metric: rule.metric,
    expression: rule.text,
    ...(level === 'warn' ? { level } : {}),
    unit: rule.unit,
    ...judged,
    facts: { limit: rule.expression.limit, ...judged.facts },
  };
};

/** A rule whose breach stopped the load is broken, whatever the shortened run came to. */
const brokenDuringLoad = (rule: ThresholdRule, { events }: RunRecord): Judged | undefined => {
  const crossed = events.find(
    ({ name, facts }) =>
      name === 'threshold-crossed' && facts['metric'] === rule.metric && facts['expression'] === rule.text,
  );
  if (!rule.options.abortOnFail || crossed === undefined) return undefined;
  const { measured, samples } = crossed.facts;
  return {
    outcome: 'fail',
    measured: typeof measured === 'number' ? measured : null,
    samples: typeof samples === 'number' ? samples : 0,
    provenance: { kind: 'computed', source: `${rule.metric}, judged while the load ran` },
    facts: { reason: 'rule-broken' },
  };
};

/** Of a rule that holds whatever is measured; `lagline run` takes none, but a script may have one. */
const foregone: Judged = {
  outcome: 'no-data',
  measured: null,
  samples: 0,
  provenance: null,
  facts: { reason: 'cannot-fail' },
};

const read = (rule: ThresholdRule, record: RunRecord, figures: RunFigures): Reading =>
  rule.source === 'k6' ? readK6Metric(rule, record) : readLaglineMetric(rule, record, figures);
