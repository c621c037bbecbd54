/**
 * How a time lag was had: `caught-up` needs no estimate; `interpolation` goes by the readings around the moment at which the
 * oldest message that waits came to be readable; `record-timestamp` by the record at the committed offset, and `list-offsets`
 * by the first records from some times on: both of them by when it was made.
 */
export type TimeLagMethod = 'caught-up' | 'interpolation' | 'record-timestamp' | 'list-offsets';

/**
 * Age of the oldest message that a group has not committed, at one reading, in ms; never negative. The truth is within
 * [lowMs, highMs].
 */
export type TimeLag = {
  readonly method: TimeLagMethod;
  readonly atMs: number;
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** Whose clock the timestamps are of, where it goes by them and that is known; with another clock the bounds are as far off as it is. */
  readonly clock?: 'producer' | 'broker';
};

/** Why there is none. */
export type NoTimeLagReason =
  /** The lag of that reading was no number: nothing committed, deleted by retention, an open transaction. */
  | 'no-lag-reading'
  /** One reading has no time between it and another. */
  | 'too-few-samples'
  /** The message was there before the first reading: it is at least as old as that. */
  | 'before-history'
  /** The group is beyond the end of the log: the topic was made anew, or its end was lost. */
  | 'ahead-of-history'
  /** No timestamp was read of it, or of one before it. */
  | 'no-record-time'
  /** Its timestamp is later than when it was seen: another clock is ahead of ours. */
  | 'timestamp-ahead';

export type NoTimeLag = {
  readonly reason: NoTimeLagReason;
  readonly atMs: number;
  /** What it is at least; 0 where nothing is known. */
  readonly lowMs: number;
};

export const isTimeLag = <Lag extends TimeLag | NoTimeLag>(lag: Lag): lag is Extract<Lag, TimeLag> =>
  !('reason' in lag);
