import type { ThresholdRule } from '../../metric-table.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { judgeReading } from '../judge-reading.ts';
import { judgeSustained } from '../judge-sustained.ts';
import { readK6Timeline } from '../read-k6-metric.ts';
import { readSampled } from '../read-lagline-metric.ts';
import type { Judged } from '../rule.ts';

/** Judges a rule on all that has been seen so far; k6's summary, which will be exact, is not there yet. */
export const judgeWhole = (rule: ThresholdRule, soFar: RunRecord): Judged => {
  const { forMs } = rule.options;
  if (forMs !== undefined) return judgeSustained(rule, forMs, soFar);
  return judgeReading(rule, rule.source === 'k6' ? readK6Timeline(rule, soFar) : readSampled(rule, soFar));
};
