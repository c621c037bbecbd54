import { elapsedAtWallTime, type Clock } from '../clock.ts';
import { clockReading } from '../record/clock-reading.ts';
import type { Observation } from '../record/observation.ts';
import type { PushedSeries } from './remote-write-decode.ts';

export type StampWatch = {
  /** `receivedAtMs` is elapsed time on the run's clock. */
  take(pushed: readonly PushedSeries[], receivedAtMs: number): Observation[];
};

/**
 * Reads k6's clock from the times its pushes carry. The newest sample of a push was stamped after the push before it was
 * received and before this one was: k6 counts its VUs every second, and pushes as often.
 */
export const createStampWatch = (clock: Pick<Clock, 'startedAtEpochMs'>): StampWatch => {
  let before: { readonly newest: number; readonly receivedAtMs: number } | undefined;
  return {
    take: (pushed, receivedAtMs) => {
      const newest = pushed.reduce((latest, { timestampMs }) => Math.max(latest, timestampMs), -Infinity);
      if (!Number.isFinite(newest) || newest === before?.newest) return [];
      const earliestMs = before?.receivedAtMs;
      before = { newest, receivedAtMs };
      if (earliestMs === undefined) return [];
      const stampedMs = elapsedAtWallTime(clock, newest);
      return clockReading('k6', { stampedMs, earliestMs, latestMs: receivedAtMs });
    },
  };
};
