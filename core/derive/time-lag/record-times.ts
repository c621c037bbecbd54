import type { OffsetHistory, OffsetSample, OffsetTime } from '../../record/run-record.ts';
import { producedAt } from './interpolate.ts';
import type { NoTimeLag, TimeLag, TimeLagEstimator } from './time-lag.ts';
import { settledOrWaiting } from './uncommitted.ts';

/**
 * From the timestamps of messages at and around the committed offset, which are those of another clock: it is taken to agree with
 * ours, and timestamps to ascend along the log. A message cannot be seen before it was made, so the reading in which it was first
 * seen bounds its time from above as well.
 */
export const recordTimeLag =
  (by: OffsetTime['by']): TimeLagEstimator =>
  ({ samples }: Pick<OffsetHistory, 'samples'>) => {
    let from = 0;
    let points: OffsetTime[] = [];
    return samples.map((sample, index) => {
      const before = samples[index - 1];
      // An end that went back is that of another log.
      if (before !== undefined && sample.end < before.end) [from, points] = [index, []];
      for (const time of sample.recordTimes ?? []) if (time.by === by) insert(points, time);
      return lagAt({ samples, from, index, points, by }, sample);
    });
  };

type Known = {
  readonly samples: readonly OffsetSample[];
  readonly from: number;
  readonly index: number;
  /** By offset, ascending. */
  readonly points: readonly OffsetTime[];
  readonly by: OffsetTime['by'];
};

/** A timestamp counts whole milliseconds; the message was made within the one it names. */
const resolutionMs = 1;

const lagAt = (known: Known, sample: OffsetSample): TimeLag | NoTimeLag => {
  const { endSentMs, endReceivedMs } = sample;
  const found = settledOrWaiting(sample);
  if ('settled' in found) return found.settled;
  const { atMs, committedBefore, committedAfter } = found.waiting;
  const oldest = madeAt(known, committedBefore);
  const newestMs = committedAfter === null ? undefined : madeAt(known, committedAfter).highMs;
  const lowMs = newestMs === undefined ? 0 : Math.max(0, endSentMs - newestMs);
  if (oldest.lowMs === null) return { reason: 'no-record-time', atMs, lowMs };
  if (oldest.lowMs > Math.min(oldest.highMs, endReceivedMs))
    return { reason: 'timestamp-ahead', atMs, lowMs: 0 };
  const highMs = Math.max(lowMs, endReceivedMs - oldest.lowMs);
  const ms = Math.min(highMs, Math.max(lowMs, atMs - oldest.ms));
  return {
    method: known.by,
    atMs,
    ms,
    lowMs,
    highMs,
    ...(oldest.clock === null ? {} : { clock: oldest.clock }),
  };
};

type Made = {
  readonly ms: number;
  /** null: no earlier message is known. */
  readonly lowMs: number | null;
  readonly highMs: number;
  readonly clock: OffsetTime['clock'];
};

const madeAt = ({ samples, from, index, points }: Known, offset: bigint): Made => {
  const seenMs = producedAt(samples, from, index, offset).highMs;
  const next = firstFrom(points, offset);
  const below = [points[next], ...points.slice(0, next).toReversed()].find(
    (point) => point !== undefined && point.offset <= offset && point.lowMs !== null,
  );
  const above = points.slice(next).find(({ highMs }) => highMs !== null);
  const highMs = Math.min(seenMs, (above?.highMs ?? Number.POSITIVE_INFINITY) + resolutionMs);
  if (below?.lowMs == null) return { ms: highMs, lowMs: null, highMs, clock: null };
  const upTo = Math.max(highMs, below.lowMs);
  const knotOffset = above?.offset ?? samples[index]?.end ?? offset;
  const share =
    knotOffset > below.offset ? Number(offset - below.offset) / Number(knotOffset - below.offset) : 0.5;
  return { ms: below.lowMs + (upTo - below.lowMs) * share, lowMs: below.lowMs, highMs, clock: below.clock };
};

/** Index of the first point at or behind an offset. */
const firstFrom = (points: readonly OffsetTime[], offset: bigint): number => {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as OffsetTime).offset >= offset) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** What is known of one offset comes together. */
const insert = (points: OffsetTime[], time: OffsetTime): void => {
  const at = firstFrom(points, time.offset);
  const there = points[at];
  if (there?.offset !== time.offset) {
    points.splice(at, 0, time);
    return;
  }
  points[at] = { ...there, lowMs: there.lowMs ?? time.lowMs, highMs: there.highMs ?? time.highMs };
};
