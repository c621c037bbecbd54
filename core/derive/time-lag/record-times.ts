import type { OffsetContent, OffsetTime, ReadingTimes } from '../../record/run-record.ts';
import { cursorOf } from '../../record/sample-cursor.ts';
import { EndCurve } from './end-curve.ts';
import { withoutEstimate, type NoTimeLag, type TimeLag, type TimeLagEstimator } from './time-lag.ts';
import { uncommittedOf } from './uncommitted.ts';

/**
 * From the timestamps of messages at and around the committed offset, which are those of another clock: it is taken to agree with
 * ours, and timestamps to ascend along the log. A message cannot be seen before it was made, so the reading in which it was first
 * seen bounds its time from above as well.
 */
export const recordTimeLag = (by: OffsetTime['by']): TimeLagEstimator =>
  function* ({ samples }) {
    const ends = new EndCurve(samples);
    const cursor = cursorOf(samples);
    let points: OffsetTime[] = [];
    while (cursor.next()) {
      const { content, times, recordTimes } = cursor;
      ends.take(content.end, times);
      // Those of another log say nothing of this one.
      if (ends.isFirst) points = [];
      for (const time of recordTimes ?? []) if (time.by === by) insert(points, time);
      yield lagAt({ ends, points, by, end: content.end }, content, times);
    }
  };

type Known = {
  readonly ends: EndCurve;
  /** By offset, ascending. */
  readonly points: readonly OffsetTime[];
  readonly by: OffsetTime['by'];
  readonly end: bigint;
};

/** A timestamp counts whole milliseconds; the message was made within the one it names. */
const resolutionMs = 1;

const lagAt = (known: Known, content: OffsetContent, times: ReadingTimes): TimeLag | NoTimeLag => {
  const { endSentMs, endReceivedMs } = times;
  const atMs = (endSentMs + endReceivedMs) / 2;
  const uncommitted = uncommittedOf(content);
  if (typeof uncommitted === 'string') return withoutEstimate(uncommitted, atMs);
  const { committedBefore, committedAfter } = uncommitted;
  const oldest = madeAt(known, committedBefore);
  const newestMs = committedAfter === null ? undefined : madeAt(known, committedAfter).highMs;
  known.ends.forget(committedBefore);
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

const madeAt = ({ ends, points, end }: Known, offset: bigint): Made => {
  const seenMs = ends.producedAt(offset).highMs;
  const next = firstFrom(points, offset);
  const below = [points[next], ...points.slice(0, next).toReversed()].find(
    (point) => point !== undefined && point.offset <= offset && point.lowMs !== null,
  );
  const above = points.slice(next).find(({ highMs }) => highMs !== null);
  const highMs = Math.min(seenMs, (above?.highMs ?? Number.POSITIVE_INFINITY) + resolutionMs);
  if (below?.lowMs == null) return { ms: highMs, lowMs: null, highMs, clock: null };
  const upTo = Math.max(highMs, below.lowMs);
  const knotOffset = above?.offset ?? end;
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

/** What is known of one offset comes together: a later look may have found out more. */
const insert = (points: OffsetTime[], time: OffsetTime): void => {
  const at = firstFrom(points, time.offset);
  const there = points[at];
  if (there?.offset !== time.offset) {
    points.splice(at, 0, time);
    return;
  }
  points[at] = {
    ...there,
    lowMs: pick(Math.max, there.lowMs, time.lowMs),
    highMs: pick(Math.min, there.highMs, time.highMs),
  };
};

const pick = (
  of: (one: number, other: number) => number,
  one: number | null,
  other: number | null,
): number | null => (one === null || other === null ? (one ?? other) : of(one, other));
