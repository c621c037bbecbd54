import { parseThresholdRule, parseThresholdRules, type ThresholdRule } from '../metric-table.ts';
import { KnownError } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import type { K6Threshold } from '../record/load-outcome.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { holdsForInterval } from '../threshold-expression.ts';
import { readK6Metric } from './read-k6-metric.ts';
import { readLaglineMetric } from './read-lagline-metric.ts';
import type { Reading } from './reading.ts';
import type { Finding, Rule } from './rule.ts';

/** The user's rules, and the k6 script's own thresholds judged again from the data. */
export const threshold: Rule = {
  id: 'threshold',
  evaluate: (record, figures) => [
    ...parseThresholdRules(record.plan.thresholds).map((rule) => judge(rule, 'plan', record, figures)),
    ...(record.load?.summary?.thresholds ?? []).map((given) => judgeScript(given, record, figures)),
  ],
};

const judgeScript = (given: K6Threshold, record: RunRecord, figures: RunFigures): Finding => {
  const facts = { k6Passed: given.ok };
  try {
    const finding = judge(parseThresholdRule(given.metric, given.expression), 'script', record, figures);
    return { ...finding, facts: { ...finding.facts, ...facts } };
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

const judge = (
  rule: ThresholdRule,
  origin: 'plan' | 'script',
  record: RunRecord,
  figures: RunFigures,
): Finding => {
  const reading =
    rule.source === 'k6' ? readK6Metric(rule, record) : readLaglineMetric(rule, record, figures);
  const { outcome, reason } = outcomeOf(rule, reading);
  const known = reading.state === 'known' ? reading : undefined;
  const bounds =
    known !== undefined && known.low !== known.high
      ? { low: known.low, ...(Number.isFinite(known.high) ? { high: known.high } : {}) }
      : {};
  return {
    rule: 'threshold',
    origin,
    metric: rule.metric,
    expression: rule.text,
    outcome,
    measured: known?.value ?? null,
    unit: rule.unit,
    samples: known?.samples ?? 0,
    provenance: known?.provenance ?? null,
    facts: {
      limit: rule.expression.limit,
      ...reading.of,
      ...bounds,
      ...(reason === undefined ? {} : { reason }),
    },
  };
};

const outcomeOf = (rule: ThresholdRule, reading: Reading): { outcome: Outcome; reason?: string } => {
  if (reading.state === 'unknown') return { outcome: 'no-data', reason: reading.reason };
  if (reading.samples < minimumSamples(rule))
    return { outcome: 'no-data', reason: reading.reason ?? 'too-few-samples' };
  const answer = holdsForInterval(rule.expression, reading.low, reading.high);
  if (answer === undefined)
    return {
      outcome: 'no-data',
      reason:
        reading.reason ?? (reading.value === null ? 'only-lower-bound-known' : 'limit-inside-uncertainty'),
    };
  return { outcome: answer ? 'pass' : 'fail' };
};

/** A percentile needs at least as many samples as it takes for one of them to lie above it: 20 for p(95), 100 for p(99). */
const minimumSamples = ({ expression: { aggregation } }: ThresholdRule): number => {
  if (aggregation.method !== 'p' || aggregation.percentile === 100) return 1;
  return Math.ceil(100 / (100 - aggregation.percentile) - 1e-9);
};
