import type { Stretches } from '../../record/stretches.ts';
import type { Whole } from '../../record/whole.ts';
import type { LagMeter } from '../partition-lag.ts';
import type { NoTimeLagReason } from './time-lag.ts';

/** What every estimator answers alike: nothing waits, or the lag of the reading is no number; else what waits. */
export const uncommittedOf = (
  stretches: Stretches,
  index: number,
  lag: LagMeter,
): 'waiting' | NoTimeLagReason | 'caught-up' => {
  lag.read(stretches, index);
  if (lag.high === 0) return 'caught-up';
  if (lag.state === 'beyond-log-end') return 'ahead-of-history';
  // What stands beyond the last stable offset has no time that is known.
  return Number.isNaN(lag.high) ||
    (stretches.committedBefore[index] as Whole) >= (stretches.end[index] as Whole)
    ? 'no-lag-reading'
    : 'waiting';
};

/** The group may have caught up while the offsets were read. */
export const mayHaveCaughtUp = ({ committedAfter, end }: Stretches, index: number): boolean =>
  (committedAfter[index] as Whole) >= (end[index] as Whole);
