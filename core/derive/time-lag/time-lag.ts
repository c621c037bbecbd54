import type { OffsetHistory } from '../../record/run-record.ts';

/**
 * How a time lag was had: `caught-up` needs no estimate, `interpolation` goes by the readings around the moment at which
 * the oldest message that waits was produced.
 */
export type TimeLagMethod = 'caught-up' | 'interpolation';

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
  | 'ahead-of-history';

export type NoTimeLag = {
  readonly reason: NoTimeLagReason;
  readonly atMs: number;
  /** What it is at least; 0 where nothing is known. */
  readonly lowMs: number;
};

/** One value for each reading of a partition, in their order. Whoever finds the age of a message does it behind this. */
export type TimeLagEstimator = (history: OffsetHistory) => readonly (TimeLag | NoTimeLag)[];

export const isTimeLag = <Lag extends TimeLag | NoTimeLag>(lag: Lag): lag is Extract<Lag, TimeLag> =>
  !('reason' in lag);
