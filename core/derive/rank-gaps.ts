import type { RunReport } from '../report-document.ts';
import { windowsOf } from '../record/find-series.ts';
import { quantileBounds } from '../record/histogram.ts';
import type { RunRecord } from '../record/run-record.ts';
import { onceFor } from './once.ts';

export type RankGaps = NonNullable<NonNullable<RunReport['load']>['rankGaps']>;

const quantiles = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

/**
 * In how many windows of the timeline a quantile of http_req_duration lies in a gap of the distribution, where no one number is
 * near to it; null without a timeline.
 */
export const rankGaps = onceFor((record: RunRecord): RankGaps | null => {
  const windows = windowsOf(record, 'http_req_duration');
  if (windows.length === 0) return null;
  const inGap = { p50: 0, p95: 0, p99: 0 };
  for (const { histogram } of windows)
    for (const [name, q] of quantiles) if (quantileBounds(histogram, q)?.isInGap === true) inGap[name] += 1;
  return { windows: windows.length, ...inGap };
});
