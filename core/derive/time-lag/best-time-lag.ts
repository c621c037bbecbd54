import type { OffsetHistory } from '../../record/run-record.ts';
import { interpolateTimeLag } from './interpolate.ts';
import { recordTimeLag } from './record-times.ts';
import { isTimeLag, type NoTimeLag, type TimeLag, type TimeLagEstimator } from './time-lag.ts';

const others = {
  'record-timestamp': recordTimeLag('record-timestamp'),
  'list-offsets': recordTimeLag('list-offsets'),
};

/**
 * The closest answer of all estimators, reading by reading. Interpolation alone goes by our own clock: one whose bounds do not meet
 * those of it (the producer's clock is another, or messages are kept back before they are sent) is not taken.
 */
export const bestTimeLag: TimeLagEstimator = (history: OffsetHistory) => {
  const ownClock = interpolateTimeLag(history);
  const ways = new Set(history.samples.flatMap(({ recordTimes }) => recordTimes?.map(({ by }) => by) ?? []));
  const byTimes = [...ways].map((by) => others[by](history));
  if (byTimes.length === 0) return ownClock;
  return ownClock.map((own, index) =>
    byTimes.reduce<TimeLag | NoTimeLag>((best, lags) => closer(own, best, lags[index] ?? best), own),
  );
};

const closer = (
  own: TimeLag | NoTimeLag,
  best: TimeLag | NoTimeLag,
  other: TimeLag | NoTimeLag,
): TimeLag | NoTimeLag => {
  if (!isTimeLag(other) || other.highMs < own.lowMs) return best;
  if (isTimeLag(own) && other.lowMs > own.highMs) return best;
  return !isTimeLag(best) || widthOf(other) < widthOf(best) ? other : best;
};

const widthOf = ({ lowMs, highMs }: TimeLag): number => highMs - lowMs;
