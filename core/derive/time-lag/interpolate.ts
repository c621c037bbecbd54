import type { OffsetSample } from '../../record/run-record.ts';
import type { NoTimeLag, TimeLag, TimeLagEstimator } from './time-lag.ts';
import { settledOrWaiting } from './uncommitted.ts';

/**
 * From the history of end offsets, as kafka-lag-exporter does, but within two readings that stand around the moment and
 * never along a line beyond them: extrapolation is where its astronomical values come from (its issues 175 and 496). Both
 * ends of an end offset's request bound when a message was produced, and both readings of the committed offset which one.
 */
export const interpolateTimeLag: TimeLagEstimator = ({ samples }) => {
  let from = 0;
  return samples.map((sample, index) => {
    const before = samples[index - 1];
    // An end that went back is that of another log.
    if (before !== undefined && sample.end < before.end) from = index;
    return lagAt(samples, from, index, sample);
  });
};

/** Of the newest reading alone; undefined without one. */
export const latestTimeLag = (samples: readonly OffsetSample[]): TimeLag | NoTimeLag | undefined => {
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const from = samples.findLastIndex(({ end }, index) => end < (samples[index - 1]?.end ?? 0n));
  return lagAt(samples, Math.max(0, from), samples.length - 1, last);
};

const lagAt = (
  samples: readonly OffsetSample[],
  from: number,
  index: number,
  sample: OffsetSample,
): TimeLag | NoTimeLag => {
  const { endSentMs, endReceivedMs } = sample;
  const found = settledOrWaiting(sample);
  if ('settled' in found) return found.settled;
  const { atMs, committedBefore, committedAfter } = found.waiting;
  const oldest = producedAt(samples, from, index, committedBefore);
  const newest = committedAfter === null ? undefined : producedAt(samples, from, index, committedAfter);
  const lowMs = newest === undefined ? 0 : Math.max(0, endSentMs - newest.highMs);
  if (oldest.lowMs === undefined)
    return { reason: index === from ? 'too-few-samples' : 'before-history', atMs, lowMs };
  const highMs = Math.max(lowMs, endReceivedMs - oldest.lowMs);
  // A commit that came while the offsets were read was, as likely as not, not there yet when the end was.
  const ms = Math.min(highMs, Math.max(lowMs, atMs - oldest.ms));
  return { method: 'interpolation', atMs, ms, lowMs, highMs };
};

type Produced = { readonly ms: number; readonly lowMs: number | undefined; readonly highMs: number };

/** When the message at an offset below the end of reading `index` was produced; `lowMs` undefined: before the history. */
export const producedAt = (
  samples: readonly OffsetSample[],
  from: number,
  index: number,
  offset: bigint,
): Produced => {
  let [low, high] = [from, index];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.end ?? 0n) > offset) high = middle;
    else low = middle + 1;
  }
  const after = samples[low] as OffsetSample;
  const before = low > from ? samples[low - 1] : undefined;
  const middleOf = ({ endSentMs, endReceivedMs }: OffsetSample): number => (endSentMs + endReceivedMs) / 2;
  if (before === undefined) return { ms: middleOf(after), lowMs: undefined, highMs: after.endReceivedMs };
  // The message at `offset` is the last of those that took the end to `offset + 1`.
  const share = (Number(offset - before.end) + 0.5) / Number(after.end - before.end);
  const ms = middleOf(before) + (middleOf(after) - middleOf(before)) * share;
  return { ms, lowMs: before.endSentMs, highMs: after.endReceivedMs };
};
