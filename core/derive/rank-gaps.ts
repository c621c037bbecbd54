import type { RunReport } from '../report-document.ts';
import { windowsOf } from '../record/find-series.ts';
import { quantileBounds } from '../record/histogram.ts';
import type { RunRecord } from '../record/run-record.ts';

export type RankGaps = NonNullable<NonNullable<RunReport['load']>['rankGaps']>;

/**
 * In how many windows of the timeline a quantile of http_req_duration lies in a gap of the distribution, where no one number is
 * near to it; null without a timeline.
 */
export const rankGaps = (record: RunRecord): RankGaps | null => {
  const windows = windowsOf(record, 'http_req_duration');
  if (windows.length === 0) return null;
  const inGap = (q: number): number =>
    windows.filter(({ histogram }) => quantileBounds(histogram, q)?.isInGap).length;
  return { windows: windows.length, p50: inGap(0.5), p95: inGap(0.95), p99: inGap(0.99) };
};
