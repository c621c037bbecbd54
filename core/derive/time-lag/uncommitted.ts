import type { Stretches } from '../../record/stretches.ts';
import type { Whole } from '../../record/whole.ts';
import type { StretchLags } from '../stretch-lags.ts';
import type { NoTimeLagReason } from './time-lag.ts';

/** What every estimator answers alike: nothing waits, or the lag of the reading is no number; else what waits. */
export const uncommittedOf = (
  { committedBefore, end }: Stretches,
  { high, isBeyondEnd }: StretchLags,
  index: number,
): 'waiting' | NoTimeLagReason | 'caught-up' => {
  if (high[index] === 0) return 'caught-up';
  if (isBeyondEnd[index] !== 0) return 'ahead-of-history';
  // What stands beyond the last stable offset has no time that is known.
  return Number.isNaN(high[index]) || (committedBefore[index] as Whole) >= (end[index] as Whole)
    ? 'no-lag-reading'
    : 'waiting';
};

/** The group may have caught up while the offsets were read. */
export const mayHaveCaughtUp = ({ committedAfter, end }: Stretches, index: number): boolean =>
  (committedAfter[index] as Whole) >= (end[index] as Whole);
