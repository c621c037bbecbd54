import type { LinePoint } from './series-points.ts';

/**
 * Thins a line to at most two points per bucket of time, the lowest and the highest, so that no peak is lost.
 * Breaks stay breaks. Lines with fewer points than buckets come back as they are.
 */
export const downsample = (
  points: readonly LinePoint[],
  durationMs: number,
  buckets: number,
): LinePoint[] => {
  if (points.length <= buckets * 2) return [...points];
  const widthMs = Math.max(1, durationMs / buckets);
  const kept: LinePoint[] = [];
  let bucket: LinePoint[] = [];
  let bucketIndex = Number.NaN;
  for (const point of points) {
    const index = Math.floor(point[0] / widthMs);
    if (index !== bucketIndex || point[1] === null) {
      kept.push(...extremes(bucket));
      bucket = [];
      bucketIndex = index;
    }
    if (point[1] === null) kept.push(point);
    else bucket.push(point);
  }
  return [...kept, ...extremes(bucket)];
};

const extremes = (points: readonly LinePoint[]): LinePoint[] => {
  const [first] = points;
  if (first === undefined) return [];
  let [lowest, highest] = [first, first];
  for (const point of points) {
    if ((point[1] ?? 0) < (lowest[1] ?? 0)) lowest = point;
    if ((point[1] ?? 0) > (highest[1] ?? 0)) highest = point;
  }
  if (lowest === highest) return [lowest];
  return lowest[0] < highest[0] ? [lowest, highest] : [highest, lowest];
};
