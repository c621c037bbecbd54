import { middleOf } from '../derive/offset-curves.ts';
import { partitionLag } from '../derive/partition-lag.ts';
import type { OffsetSample } from '../record/run-record.ts';

export type Rates = {
  /** Messages per second over the window; null with one reading, or where nothing was ever committed. */
  readonly producePerSecond: number | null;
  readonly consumePerSecond: number | null;
};

export const ratesOf = (samples: readonly OffsetSample[]): Rates => {
  const [first, last] = [samples[0], samples.at(-1)];
  const seconds =
    first === undefined || last === undefined ? 0 : (last.endReceivedMs - first.endReceivedMs) / 1000;
  if (first === undefined || last === undefined || seconds <= 0)
    return { producePerSecond: null, consumePerSecond: null };
  const [from, to] = [first.committedAfter, last.committedAfter];
  return {
    producePerSecond: Math.max(0, Number(last.end - first.end) / seconds),
    consumePerSecond: from === null || to === null || to < from ? null : Number(to - from) / seconds,
  };
};

/** Time until the backlog is gone if both rates stay, in ms; 0 without one, null where it does not shrink. */
export const drainEstimateMs = (samples: readonly OffsetSample[]): number | null => {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const { low, high } = partitionLag(last);
  const lag = middleOf(low, high);
  if (lag === 0) return 0;
  const { producePerSecond, consumePerSecond } = ratesOf(samples);
  if (lag === null || producePerSecond === null || consumePerSecond === null) return null;
  const shrinking = consumePerSecond - producePerSecond;
  return shrinking > 0 ? (lag * 1000) / shrinking : null;
};
