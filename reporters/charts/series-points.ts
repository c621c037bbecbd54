import { pointsOf, windowsOf } from '../../core/record/find-series.ts';
import { interpolatedQuantile } from '../../core/record/histogram.ts';
import type { Gap, RunRecord } from '../../core/record/run-record.ts';

/** A place on a line; null where the line must not go through. */
export type LinePoint = readonly [elapsedMs: number, value: number | null];

/**
 * Increase per second of the counter of that name, at the middle of each interval between readings.
 * A counter that went back was reset: that interval has no rate.
 */
export const counterRate = (record: RunRecord, name: string): LinePoint[] => {
  const points = pointsOf(record, name);
  return points.slice(1).flatMap(([atMs, value], index): LinePoint[] => {
    const [beforeMs, before] = points[index] ?? [atMs, value];
    if (atMs <= beforeMs) return [];
    const middleMs = (atMs + beforeMs) / 2;
    return [[middleMs, value < before ? null : ((value - before) * 1000) / (atMs - beforeMs)]];
  });
};

/** Quantile of each window of the distribution of that name, at the window's middle. */
export const windowQuantile = (record: RunRecord, name: string, q: number): LinePoint[] =>
  windowsOf(record, name).map(({ fromMs, toMs, histogram }) => [
    (fromMs + toMs) / 2,
    interpolatedQuantile(histogram, q) ?? null,
  ]);

/** Three usual distances without a point mean that nothing was measured there, whether or not a gap was noted. */
const breakAfterDistances = 3.5;

/** Puts breaks into a line: where a noted gap lies between two points, and where points stay away for long. */
export const breakAtGaps = (
  points: readonly LinePoint[],
  gaps: readonly Pick<Gap, 'fromMs' | 'toMs'>[],
): LinePoint[] => {
  const limitMs = breakAfterDistances * medianDistance(points);
  const noted = gaps.filter(({ fromMs, toMs }) => toMs > fromMs);
  const broken: LinePoint[] = [];
  for (const [index, point] of points.entries()) {
    const [toMs] = point;
    const fromMs = points[index - 1]?.[0] ?? toMs;
    if (index > 0 && (toMs - fromMs > limitMs || noted.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs)))
      broken.push([(fromMs + toMs) / 2, null]);
    broken.push(point);
  }
  return broken;
};

const medianDistance = (points: readonly LinePoint[]): number => {
  const distances = new Float64Array(Math.max(0, points.length - 1));
  for (let index = 0; index < distances.length; index += 1)
    distances[index] = (points[index + 1]?.[0] ?? 0) - (points[index]?.[0] ?? 0);
  return distances.sort()[distances.length >> 1] ?? Infinity;
};
