import type { OffsetContent } from '../../record/run-record.ts';
import { partitionLag } from '../partition-lag.ts';
import type { NoTimeLagReason } from './time-lag.ts';

/** Between which offsets the oldest uncommitted message of a reading stands; its age is for an estimator to say. */
export type Uncommitted = {
  readonly committedBefore: bigint;
  /** Null where the group may have caught up while the offsets were read. */
  readonly committedAfter: bigint | null;
};

/** What every estimator answers alike: nothing waits, or the lag of the reading is no number; else what waits. */
export const uncommittedOf = (content: OffsetContent): Uncommitted | NoTimeLagReason | 'caught-up' => {
  const { committedBefore, committedAfter, end } = content;
  const { state, high } = partitionLag(content);
  if (high === 0) return 'caught-up';
  if (state === 'beyond-log-end') return 'ahead-of-history';
  // What stands beyond the last stable offset has no time that is known.
  if (high === null || committedBefore === null || committedAfter === null || committedBefore >= end)
    return 'no-lag-reading';
  return { committedBefore, committedAfter: committedAfter >= end ? null : committedAfter };
};
