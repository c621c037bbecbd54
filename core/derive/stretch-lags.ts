import { without } from '../record/content-columns.ts';
import { byteRoom, numberRoom } from '../record/room.ts';
import type { Stretches } from '../record/stretches.ts';
import { LagMeter } from './partition-lag.ts';

/** What each stretch of one partition says of its lag, in messages. */
export type StretchLags = {
  /** Both NaN where it is not a number. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Not 0 where the lower bound came out negative and was set to zero. */
  readonly isClamped: Uint8Array;
  /** Not 0 where the group is beyond the end of the log. */
  readonly isBeyondEnd: Uint8Array;
  /** Most messages that retention took. */
  readonly mostLost: number;
};

/** Made once for all that is made of a partition; good until those of another one are asked for. */
export const lagsOf = (stretches: Stretches): StretchLags => {
  if (newest?.of !== stretches) newest = { of: stretches, lags: measure(stretches) };
  return newest.lags;
};

let newest: { readonly of: Stretches; readonly lags: StretchLags } | undefined;
const rooms = { low: numberRoom(), high: numberRoom(), isClamped: byteRoom(), isBeyondEnd: byteRoom() };

const measure = (stretches: Stretches): StretchLags => {
  const { length, committedBefore, committedAfter, end, logStart, marks } = stretches;
  const [low, high] = [rooms.low.of(length), rooms.high.of(length)];
  const [isClamped, isBeyondEnd] = [rooms.isClamped.of(length), rooms.isBeyondEnd.of(length)];
  const meter = new LagMeter();
  let mostLost = 0;
  const read = (index: number): void => {
    meter.read(stretches, index);
    low[index] = meter.low;
    high[index] = meter.high;
    isClamped[index] = meter.isClamped ? 1 : 0;
    isBeyondEnd[index] = meter.state === 'beyond-log-end' ? 1 : 0;
    mostLost = Math.max(mostLost, meter.lost);
  };
  if (
    !(committedBefore instanceof Float64Array) ||
    !(committedAfter instanceof Float64Array) ||
    !(end instanceof Float64Array) ||
    !(logStart instanceof Float64Array)
  ) {
    for (let index = 0; index < length; index += 1) read(index);
    return { low, high, isClamped, isBeyondEnd, mostLost };
  }
  for (let index = 0; index < length; index += 1) {
    const before = committedBefore[index] as number;
    const after = committedAfter[index] as number;
    const endNow = end[index] as number;
    // As a rule nothing but offsets is to be looked at, and they are in order.
    const isPlain =
      marks[index] === without.highWatermark &&
      before <= after &&
      before <= endNow &&
      (logStart[index] as number) <= after;
    if (isPlain) {
      low[index] = after > endNow ? 0 : endNow - after;
      high[index] = endNow - before;
      isClamped[index] = after > endNow ? 1 : 0;
      isBeyondEnd[index] = 0;
    } else read(index);
  }
  return { low, high, isClamped, isBeyondEnd, mostLost };
};
