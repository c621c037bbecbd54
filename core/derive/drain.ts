import type { CurvePoint } from './offset-curves.ts';

/** A moment known only to lie in [lowMs, highMs] on the run's clock. */
export type Moment = { readonly lowMs: number; readonly highMs: number };

export type DrainState = 'drained' | 'no-backlog' | 'timed-out' | 'unknown';

export type Drain = {
  readonly state: DrainState;
  /** When the backlog was gone for good; undefined unless it was seen to be. */
  readonly emptiedAt: Moment | undefined;
  /** Last moment at which a backlog certainly stood; undefined if none was ever seen. */
  readonly lastBacklogMs: number | undefined;
};

const isEmpty = (point: CurvePoint): boolean => point.lagHigh === 0;
const hasBacklog = (point: CurvePoint): boolean => point.lagLow !== null && point.lagLow > 0;

/**
 * Looks for the sustained interval, after the load, in which nothing readable remained. The moment it began is
 * interval-censored: after the last reading with a certain backlog (the first reading where none ever was certain), not
 * after the first empty one.
 */
export const deriveDrain = (points: readonly CurvePoint[], loadEndMs: number, sustainMs: number): Drain => {
  const backlog = points.findLastIndex(hasBacklog);
  const lastBacklogMs = points[backlog]?.endSentMs;
  const firstEmpty = points.findLastIndex((point) => !isEmpty(point)) + 1;
  const emptySince = points[firstEmpty];
  const last = points.at(-1);
  if (last === undefined || points.every((point) => point.lagHigh === null)) {
    return { state: 'unknown', emptiedAt: undefined, lastBacklogMs };
  }
  const isSustained =
    emptySince !== undefined &&
    emptySince !== last &&
    last.endSentMs - Math.max(emptySince.endReceivedMs, loadEndMs) >= sustainMs - sustainToleranceMs;
  if (!isSustained) {
    const stoodAfterLoad = lastBacklogMs !== undefined && (lastBacklogMs >= loadEndMs || !isEmpty(last));
    return { state: stoodAfterLoad ? 'timed-out' : 'unknown', emptiedAt: undefined, lastBacklogMs };
  }
  const emptiedAt = {
    lowMs: lastBacklogMs ?? points[0]?.endSentMs ?? emptySince.endSentMs,
    highMs: emptySince.endReceivedMs,
  };
  return { state: emptiedAt.highMs <= loadEndMs ? 'no-backlog' : 'drained', emptiedAt, lastBacklogMs };
};

/** Readings are never exactly an interval apart; without a tolerance a sustained interval would need one tick more. */
const sustainToleranceMs = 100;

/** True once the newest readings show that the backlog is gone for good; what the live run waits for. */
export const isDrained = (points: readonly CurvePoint[], loadEndMs: number, sustainMs: number): boolean => {
  const { state } = deriveDrain(points, loadEndMs, sustainMs);
  return state === 'drained' || state === 'no-backlog';
};
