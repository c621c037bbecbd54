import type { OffsetHistory, OffsetTime } from '../../record/run-record.ts';
import { stretchesOf } from '../../record/stretches-of.ts';
import { interpolateInto, interpolateTimeLag } from './interpolate.ts';
import { recordTimeLag } from './record-times.ts';
import { TimeLags, type TimeLagEstimator, type TimeLagSink } from './time-lags.ts';
import { isTimeLag, type NoTimeLag, type TimeLag } from './time-lag.ts';

const others = {
  'record-timestamp': recordTimeLag('record-timestamp'),
  'list-offsets': recordTimeLag('list-offsets'),
};

/**
 * The closest answer of all estimators, reading by reading. Interpolation alone goes by our own clock: one whose bounds do not meet
 * those of it (the producer's clock is another, or messages are kept back before they are sent) is not taken.
 */
export const bestTimeLag: TimeLagEstimator = (history) => {
  const own = interpolateTimeLag(history);
  const byTimes = [...waysOf(history)].map((by) => others[by](history));
  if (byTimes.length === 0) return own;
  const lags = new TimeLags(own.length);
  for (let index = 0; index < own.length; index += 1) {
    let best = own.at(index);
    for (const other of byTimes) best = closer(own.at(index), best, other.at(index));
    lags.put(index, best);
  }
  return lags;
};

/** The same, told one by one: as a rule there is but one estimator, and nothing has to be kept to choose from. */
export const bestTimeLagInto = (history: OffsetHistory, into: TimeLagSink): void => {
  if (waysOf(history).size > 0) bestTimeLag(history).giveAll(into);
  else interpolateInto(stretchesOf(history.samples), into);
};

/** How times were had that were read with the samples. */
const waysOf = ({ samples }: OffsetHistory): ReadonlySet<OffsetTime['by']> => {
  const { recordTimes } = stretchesOf(samples);
  // In the order of the samples: of equal answers the first way stands.
  const ordered = [...recordTimes].sort(([left], [right]) => left - right);
  return new Set(ordered.flatMap(([, times]) => times.map(({ by }) => by)));
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
