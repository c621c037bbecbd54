import type { OffsetTime } from '../../record/run-record.ts';
import { stretchesOf } from '../../record/stretches-of.ts';
import { distance, whole, type Whole } from '../../record/whole.ts';
import { lagsOf } from '../stretch-lags.ts';
import { EndCurve } from './end-curve.ts';
import type { NoTimeLag, TimeLag } from './time-lag.ts';
import { TimeLags, type TimeLagEstimator } from './time-lags.ts';
import { mayHaveCaughtUp, uncommittedOf } from './uncommitted.ts';

/**
 * From the timestamps of messages at and around the committed offset, which are those of another clock: it is taken to agree with
 * ours, and timestamps to ascend along the log. A message cannot be seen before it was made, so the reading in which it was first
 * seen bounds its time from above as well.
 */
export const recordTimeLag =
  (by: OffsetTime['by']): TimeLagEstimator =>
  ({ samples }) => {
    const stretches = stretchesOf(samples);
    const { endSentMs, endReceivedMs } = stretches.readings;
    const lags = new TimeLags(stretches.samples);
    const ends = new EndCurve(stretches);
    const measured = lagsOf(stretches);
    let points: Point[] = [];
    for (let index = 0; index < stretches.length; index += 1) {
      ends.take();
      // Those of another log say nothing of this one.
      if (ends.isFirst) points = [];
      const uncommitted = uncommittedOf(stretches, measured, index);
      const from = stretches.from[index] as number;
      const first = stretches.first[index] as number;
      for (let reading = from; reading < (stretches.to[index] as number); reading += 1) {
        const at = first + reading - from;
        for (const time of stretches.recordTimes.get(at) ?? [])
          if (time.by === by) insert(points, { ...time, offset: whole(time.offset) });
        const times = { sentMs: endSentMs[reading] as number, receivedMs: endReceivedMs[reading] as number };
        const known: Known = { ends, points, by, end: stretches.end[index] as Whole };
        const committedAfter = mayHaveCaughtUp(stretches, index)
          ? undefined
          : (stretches.committedAfter[index] as Whole);
        const atMs = (times.sentMs + times.receivedMs) / 2;
        lags.put(
          at,
          uncommitted === 'waiting'
            ? lagAt(known, stretches.committedBefore[index] as Whole, committedAfter, times)
            : uncommitted === 'caught-up'
              ? { method: uncommitted, atMs, ms: 0, lowMs: 0, highMs: 0 }
              : { reason: uncommitted, atMs, lowMs: 0 },
        );
      }
    }
    return lags;
  };

type Point = Omit<OffsetTime, 'offset'> & { readonly offset: Whole };

type Known = {
  readonly ends: EndCurve;
  /** By offset, ascending. */
  readonly points: readonly Point[];
  readonly by: OffsetTime['by'];
  readonly end: Whole;
};

/** A timestamp counts whole milliseconds; the message was made within the one it names. */
const resolutionMs = 1;

/** `committedAfter` is undefined where the group may have caught up while the offsets were read. */
const lagAt = (
  known: Known,
  committedBefore: Whole,
  committedAfter: Whole | undefined,
  { sentMs, receivedMs }: { readonly sentMs: number; readonly receivedMs: number },
): TimeLag | NoTimeLag => {
  const atMs = (sentMs + receivedMs) / 2;
  const oldest = madeAt(known, committedBefore);
  const newestMs = committedAfter === undefined ? undefined : madeAt(known, committedAfter).highMs;
  const lowMs = newestMs === undefined ? 0 : Math.max(0, sentMs - newestMs);
  if (oldest.lowMs === null) return { reason: 'no-record-time', atMs, lowMs };
  if (oldest.lowMs > Math.min(oldest.highMs, receivedMs))
    return { reason: 'timestamp-ahead', atMs, lowMs: 0 };
  const highMs = Math.max(lowMs, receivedMs - oldest.lowMs);
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

const madeAt = ({ ends, points, end }: Known, offset: Whole): Made => {
  ends.find(offset);
  const seenMs = ends.highMs;
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
    knotOffset > below.offset ? distance(offset, below.offset) / distance(knotOffset, below.offset) : 0.5;
  return { ms: below.lowMs + (upTo - below.lowMs) * share, lowMs: below.lowMs, highMs, clock: below.clock };
};

/** Index of the first point at or behind an offset. */
const firstFrom = (points: readonly Point[], offset: Whole): number => {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as Point).offset >= offset) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** What is known of one offset comes together: a later look may have found out more. */
const insert = (points: Point[], time: Point): void => {
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
