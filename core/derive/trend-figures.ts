import type { Provenance } from '../quantity.ts';
import type { RunReport } from '../report-document.ts';
import { k6Origin } from './k6-source.ts';
import { windowsOf } from '../record/find-series.ts';
import { histogramQuantile, mergeWindows, type Histogram } from '../record/histogram.ts';
import type { RunRecord } from '../record/run-record.ts';

type TrendReport = NonNullable<RunReport['load']>['httpReqDurationMs'];

/** The whole run's histogram of a metric, put together from its windows; undefined where the timeline has none. */
export const mergedHistogram = (record: Pick<RunRecord, 'series'>, name: string): Histogram | undefined => {
  const windows = windowsOf(record, name);
  if (windows.length === 0) return undefined;
  return mergeWindows(windows);
};

/** k6 prints zeros for a trend that got no samples. */
export const isEmptyTrend = (values: Readonly<Record<string, number>>): boolean =>
  Object.values(values).every((value) => value === 0);

const trendKeys = {
  avg: 'avg',
  min: 'min',
  med: 'med',
  max: 'max',
  p90: 'p(90)',
  p95: 'p(95)',
  p99: 'p(99)',
} as const;
const quantileOf: Partial<Record<keyof TrendReport, number>> = { med: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/** Figures of a trend of times: k6's own where its summary has them, else from the timeline's histograms. */
export const trendFigures = (
  record: RunRecord,
  metric: string,
  given: Readonly<Record<string, number>> | undefined,
  path: string,
): { trend: TrendReport; provenance: Record<string, Provenance> } => {
  const merged = mergedHistogram(record, metric);
  const isEmpty = given !== undefined && isEmptyTrend(given);
  const values = isEmpty ? undefined : given;
  const provenance: Record<string, Provenance> = {};
  const figure = (key: keyof TrendReport): number | null => {
    const exact = values?.[trendKeys[key]];
    if (exact !== undefined) {
      provenance[`${path}.${key}`] = k6Origin(record, metric, trendKeys[key]);
      return exact;
    }
    const fromHistogram = merged === undefined ? undefined : histogramFigure(merged, key);
    const source = `k6 timeline ${metric}, histograms merged (up to 4.4 % off)`;
    provenance[`${path}.${key}`] =
      fromHistogram === undefined
        ? { kind: 'computed', source, reason: isEmpty ? 'no-samples' : 'not-in-summary' }
        : { kind: 'computed', source, samples: merged?.count ?? 0 };
    return fromHistogram ?? null;
  };
  const trend = Object.fromEntries(
    Object.keys(trendKeys).map((key) => [key, figure(key as keyof TrendReport)]),
  ) as TrendReport;
  return { trend, provenance };
};

const histogramFigure = (merged: Histogram, key: keyof TrendReport): number | undefined => {
  const q = quantileOf[key];
  if (q !== undefined) return histogramQuantile(merged, q);
  return key === 'avg' && merged.count > 0 ? merged.sum / merged.count : undefined;
};
