import type { OffsetContent, OffsetSample, ReadingTimes } from '../../record/run-record.ts';
import { cursorOf } from '../../record/sample-cursor.ts';
import { EndCurve, type Produced } from './end-curve.ts';
import { withoutEstimate, type NoTimeLag, type TimeLag, type TimeLagEstimator } from './time-lag.ts';
import { uncommittedOf, type Uncommitted } from './uncommitted.ts';

/**
 * From the history of end offsets, as kafka-lag-exporter does, but within two readings that stand around the moment and
 * never along a line beyond them: extrapolation is where its astronomical values come from (its issues 175 and 496). Both
 * ends of an end offset's request bound when a message was produced, and both readings of the committed offset which one.
 */
export const interpolateTimeLag: TimeLagEstimator = function* ({ samples }) {
  const ends = new EndCurve(samples);
  const cursor = cursorOf(samples);
  let content: OffsetContent | undefined;
  let found: Found | undefined;
  while (cursor.next()) {
    ends.take(cursor.content.end, cursor.times);
    // Between two changes time alone goes on.
    if (content !== cursor.content || found === undefined) found = find(ends, cursor.content);
    content = cursor.content;
    yield lagAt(found, ends.isFirst, cursor.times);
  }
};

/** Of the newest reading alone; undefined without one. */
export const latestTimeLag = (samples: readonly OffsetSample[]): TimeLag | NoTimeLag | undefined => {
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const ends = new EndCurve(samples);
  for (const sample of samples) ends.take(sample.end, sample);
  return lagAt(find(ends, last), ends.isFirst, last);
};

/** When what waits was produced: the oldest of it, and the oldest of what was left by the second reading of commits. */
type Waiting = { readonly oldest: Produced; readonly newest: Produced | undefined };
type Found = Waiting | Exclude<ReturnType<typeof uncommittedOf>, Uncommitted>;

const find = (ends: EndCurve, content: OffsetContent): Found => {
  const uncommitted = uncommittedOf(content);
  if (typeof uncommitted === 'string') {
    ends.forget(content.end);
    return uncommitted;
  }
  const { committedBefore, committedAfter } = uncommitted;
  const oldest = ends.producedAt(committedBefore);
  const newest = committedAfter === null ? undefined : ends.producedAt(committedAfter);
  ends.forget(committedBefore);
  return { oldest, newest };
};

const lagAt = (found: Found, isFirst: boolean, times: ReadingTimes): TimeLag | NoTimeLag => {
  const { endSentMs, endReceivedMs } = times;
  const atMs = (endSentMs + endReceivedMs) / 2;
  if (typeof found === 'string') return withoutEstimate(found, atMs);
  const { oldest, newest } = found;
  const lowMs = newest === undefined ? 0 : Math.max(0, endSentMs - newest.highMs);
  if (oldest.lowMs === undefined)
    return { reason: isFirst ? 'too-few-samples' : 'before-history', atMs, lowMs };
  const highMs = Math.max(lowMs, endReceivedMs - oldest.lowMs);
  // A commit that came while the offsets were read was, as likely as not, not there yet when the end was.
  const ms = Math.min(highMs, Math.max(lowMs, atMs - oldest.ms));
  return { method: 'interpolation', atMs, ms, lowMs, highMs };
};
