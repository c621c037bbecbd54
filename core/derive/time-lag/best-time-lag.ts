import type { OffsetHistory, OffsetTime } from '../../record/run-record.ts';
import { cursorOf } from '../../record/sample-cursor.ts';
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
export const bestTimeLag: TimeLagEstimator = function* (history: OffsetHistory) {
  const byTimes = [...waysOf(history)].map((by) => others[by](history)[Symbol.iterator]());
  for (const own of interpolateTimeLag(history)) {
    let best: TimeLag | NoTimeLag = own;
    for (const lags of byTimes) best = closer(own, best, lags.next().value ?? best);
    yield best;
  }
};

/** How times were had that were read with the samples. */
const waysOf = ({ samples }: OffsetHistory): ReadonlySet<OffsetTime['by']> => {
  const ways = new Set<OffsetTime['by']>();
  const cursor = cursorOf(samples);
  while (cursor.next()) for (const { by } of cursor.recordTimes ?? []) ways.add(by);
  return ways;
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
