import type { ThresholdRule } from '../metric-table.ts';
import type { Outcome } from '../outcome.ts';
import { holdsForInterval } from '../threshold-expression.ts';
import type { Reading } from './reading.ts';
import type { Judged } from './rule.ts';

/** Judges a rule on one value, which may be known only to lie in an interval. */
export const judgeReading = (rule: ThresholdRule, reading: Reading): Judged => {
  const { outcome, reason } = outcomeOf(rule, reading);
  const known = reading.state === 'known' ? reading : undefined;
  const bounds =
    known !== undefined && known.low !== known.high
      ? { low: known.low, ...(Number.isFinite(known.high) ? { high: known.high } : {}) }
      : {};
  return {
    outcome,
    measured: known?.value ?? null,
    samples: known?.samples ?? 0,
    provenance: known?.provenance ?? null,
    facts: { ...reading.of, ...bounds, ...(reason === undefined ? {} : { reason }) },
  };
};

const outcomeOf = (rule: ThresholdRule, reading: Reading): { outcome: Outcome; reason?: string } => {
  if (reading.state === 'unknown') return { outcome: 'no-data', reason: reading.reason };
  if (reading.samples < (rule.options.minSamples ?? minimumSamples(rule)))
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
