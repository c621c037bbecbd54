import type { Provenance } from '../quantity.ts';
import type { RunRecord } from '../record/run-record.ts';

/** Samples have no summary of k6's: what it would say was added up from them. */
export const hasSamplesOnly = ({ plan }: RunRecord): boolean =>
  plan.savedOutput?.format === 'ndjson' || plan.savedOutput?.format === 'csv';

/**
 * Where a figure of a whole run comes from, by its metric and what of it the figure is: `rate`, `p(95)` … A figure that was
 * added up from samples may be off by a share of itself.
 */
export const k6Origin = (record: RunRecord, metric: string, statistic?: string): Provenance =>
  hasSamplesOnly(record)
    ? { kind: 'computed', ...sampled(record, metric, statistic) }
    : { kind: 'measured', source: `k6 summary ${metric}` };

const sampled = (
  record: RunRecord,
  metric: string,
  statistic: string | undefined,
): Pick<Provenance, 'source'> & Partial<Provenance> => {
  if (k6Error(record, metric, statistic) === 0) return { source: `k6 samples ${metric}` };
  return statistic === 'rate'
    ? { kind: 'estimated', source: `k6 samples ${metric}, over times in whole seconds` }
    : { source: `k6 samples ${metric}, in buckets (up to 0.14 % off)` };
};

/** Half a bucket of 0.27 %. */
const bucketError = 2 ** (0.5 * 2 ** -8) - 1;

/** By which share a figure may be off; 0 for one that is exact. */
export const k6Error = ({ load, durationMs }: RunRecord, metric: string, statistic?: string): number => {
  if (statistic === 'rate') return load?.isInSeconds === true ? 500 / (durationMs - 1000) : 0;
  const isFromBuckets = /^(?:med|p\()/.test(statistic ?? '') && load?.bucketed?.includes(metric) === true;
  return isFromBuckets ? bucketError : 0;
};
