import { pointsOf } from '../record/find-series.ts';
import type { Point, RunRecord } from '../record/run-record.ts';
import { sampleAgeSeries } from '../record/series-names.ts';
import type { RunReport } from '../report-document.ts';
import { loadStartMs } from './phases.ts';
import { validityLimits } from './validity-limits.ts';

type QueryReport = RunReport['measurement']['queries'][number];

/** The ages of the newest samples behind a query, by when they were read. */
const agesOf = (record: Pick<RunRecord, 'series'>, query: string): readonly Point[] =>
  pointsOf(record, `${sampleAgeSeries}{query:${query}}`);

/** How old the newest samples behind each PromQL query were. */
export const queryFigures = (record: RunRecord): QueryReport[] =>
  record.plan.prometheus?.url === undefined || record.plan.reconstruction !== undefined
    ? []
    : Object.keys(record.plan.prometheus.queries).map((query) => {
        const ages = agesOf(record, query);
        const isStale = staleReadings(record, query);
        return {
          query,
          maxAgeMs: ages.reduce<number | null>((most, [, age]) => Math.max(most ?? 0, age), null),
          readings: ages.length,
          staleReadings: ages.filter(([atMs]) => isStale(atMs)).length,
          reason: ages.length === 0 ? 'no-samples' : null,
        };
      });

/**
 * Whether what a query answered at a time rests on samples that say nothing of the run: older than allowed, or all of them from
 * before the load. Where no age was read, nothing is known against the answer.
 */
export const staleReadings = (
  record: Pick<RunRecord, 'series' | 'plan' | 'phases'>,
  query: string,
): ((atMs: number) => boolean) => {
  const ages = agesOf(record, query);
  const { limit } = validityLimits(record.plan).maxSampleAgeMs;
  const newestSampleMs = ages.reduce((newest, [atMs, age]) => Math.max(newest, atMs - age), -Infinity);
  const isAllFromBefore = record.phases.length > 0 && newestSampleMs < loadStartMs(record);
  return (atMs) => {
    const nearest = nearestTo(ages, atMs);
    return nearest !== undefined && (isAllFromBefore || nearest[1] > limit);
  };
};

/** `points` ascend in time. */
const nearestTo = (points: readonly Point[], atMs: number): Point | undefined => {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [points[low - 1], points[low]];
  if (before === undefined || after === undefined) return before ?? after;
  return atMs - before[0] <= after[0] - atMs ? before : after;
};
