import type { OffsetSample } from '../../record/run-record.ts';
import { partitionLag } from '../partition-lag.ts';
import type { NoTimeLag, TimeLag } from './time-lag.ts';

/** Between which offsets the oldest uncommitted message of a reading stands; its age is for an estimator to say. */
export type Uncommitted = {
  readonly atMs: number;
  readonly committedBefore: bigint;
  /** Null where the group may have caught up while the offsets were read. */
  readonly committedAfter: bigint | null;
};

/** What every estimator answers alike: nothing waits, or the lag of the reading is no number; else what waits. */
export const settledOrWaiting = (
  sample: OffsetSample,
): { readonly settled: TimeLag | NoTimeLag } | { readonly waiting: Uncommitted } => {
  const { committedBefore, committedAfter, end, endSentMs, endReceivedMs } = sample;
  const atMs = (endSentMs + endReceivedMs) / 2;
  const { state, high } = partitionLag(sample);
  if (high === 0) return { settled: { method: 'caught-up', atMs, ms: 0, lowMs: 0, highMs: 0 } };
  if (state === 'beyond-log-end') return { settled: { reason: 'ahead-of-history', atMs, lowMs: 0 } };
  // What stands beyond the last stable offset has no time that is known.
  if (high === null || committedBefore === null || committedAfter === null || committedBefore >= end)
    return { settled: { reason: 'no-lag-reading', atMs, lowMs: 0 } };
  return {
    waiting: { atMs, committedBefore, committedAfter: committedAfter >= end ? null : committedAfter },
  };
};
