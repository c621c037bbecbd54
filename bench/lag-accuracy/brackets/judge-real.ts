import { partitionLag, type LagState } from '../../../core/derive/partition-lag.ts';
import type { OffsetSample } from '../../../core/record/run-record.ts';
import type { TruthLog } from './truth-log.ts';

/** One partition as those who changed it have logged it. */
export type PartitionTruth = {
  /** Last stable offset, high watermark and log start. */
  readonly stable: TruthLog<number>;
  readonly watermark: TruthLog<number>;
  readonly start: TruthLog<number>;
  /** Offsets of the markers that end transactions. */
  readonly markers: ReadonlySet<number>;
  /** What one group committed; null: nothing, or it went with its topic. */
  readonly committed: TruthLog<number | null>;
  /** How often the topic was made. */
  readonly life: TruthLog<number>;
};

/**
 * `proven`: whichever of the changes under way had arrived, the lag lies in the interval. `open`: the log does not tell. The others
 * are wrong whatever had arrived.
 */
export type RealVerdict =
  | 'no-number'
  | 'proven'
  | 'open'
  | 'outside'
  | 'too-wide'
  | 'wrong-end'
  | 'wrong-state';

export const judgeReal = (
  sample: OffsetSample,
  truth: PartitionTruth,
): { readonly state: LagState; readonly verdict: RealVerdict } => {
  const lag = partitionLag(sample);
  const { state, low, high } = lag;
  const possible = possibleOf(sample, truth);
  if (!possible.stables.includes(Number(sample.end)) || !isWatermark(sample, possible))
    return { state, verdict: 'wrong-end' };
  if (!isState(state, lag.lost, sample, possible)) return { state, verdict: 'wrong-state' };
  if (low === null || high === null) return { state, verdict: 'no-number' };
  if (high - low > widest(sample, possible)) return { state, verdict: 'too-wide' };
  const fits = possible.committed.map((committed) => {
    const lags = committed === null ? [0] : lagsOf(state, committed, sample);
    return lags.every((each) => each >= low && each <= high);
  });
  const inside = fits.filter(Boolean).length;
  return { state, verdict: inside === fits.length ? 'proven' : inside === 0 ? 'outside' : 'open' };
};

type Possible = {
  readonly stables: readonly number[];
  readonly watermarks: readonly number[];
  readonly starts: readonly number[];
  readonly markers: ReadonlySet<number>;
  /** While the ends were asked for. */
  readonly committed: readonly (number | null)[];
  /** From the first request to the last response. */
  readonly committedInAll: readonly (number | null)[];
  readonly lives: number;
};

const possibleOf = (
  { fromMs, endSentMs, endReceivedMs, toMs }: OffsetSample,
  { stable, watermark, start, committed, life, markers }: PartitionTruth,
): Possible => ({
  stables: stable.possible(endSentMs, endReceivedMs),
  watermarks: watermark.possible(endSentMs, endReceivedMs),
  starts: start.possible(endSentMs, endReceivedMs),
  committed: committed.possible(endSentMs, endReceivedMs),
  committedInAll: committed.possible(fromMs, toMs),
  lives: life.possible(fromMs, toMs).length,
  markers,
});

/** It is told only where it is beyond the stable end. */
const isWatermark = ({ end, highWatermark }: OffsetSample, { watermarks }: Possible): boolean =>
  highWatermark === undefined
    ? watermarks.some((each) => each <= Number(end))
    : watermarks.includes(Number(highWatermark));

const isState = (state: LagState, lost: number, sample: OffsetSample, possible: Possible): boolean => {
  const { committedInAll, watermarks, starts, markers, lives } = possible;
  const numbers = committedInAll.filter((each) => each !== null);
  switch (state) {
    case 'no-commit':
      return committedInAll.includes(null);
    case 'below-log-start':
      return starts.some((start) => numbers.some((committed) => start - committed === lost));
    case 'beyond-log-end':
      return lives > 1 || numbers.some((committed) => watermarks.some((end) => committed > end));
    case 'offsets-reset':
      // The log has them in the order in which they came.
      return numbers.some((committed, index) => index > 0 && committed < (numbers[index - 1] ?? 0));
    case 'markers-only':
      return isOnlyMarkers(Number(sample.committedBefore), Number(sample.end), markers);
    case 'compacted':
      return false;
    default:
      return (
        numbers.length < committedInAll.length ||
        !starts.every((start) => numbers.every((each) => each < start))
      );
  }
};

const isOnlyMarkers = (from: number, to: number, markers: ReadonlySet<number>): boolean => {
  for (let offset = from; offset < to; offset += 1) if (!markers.has(offset)) return false;
  return from < to;
};

/** What the reader of committed messages has before it, and in an open transaction that of all messages too. */
const lagsOf = (state: LagState, committed: number, { end, highWatermark = end }: OffsetSample): number[] => {
  const stable = Number(end) - committed;
  switch (state) {
    case 'markers-only':
      return [0];
    case 'open-transaction':
      return [...(stable < 0 ? [] : [stable]), Number(highWatermark) - committed];
    default:
      return [Math.max(0, stable)];
  }
};

/** Messages committed between the first request and the last response, and what an open transaction holds back. */
const widest = ({ end, highWatermark = end }: OffsetSample, { committedInAll }: Possible): number => {
  const numbers = committedInAll.filter((each) => each !== null);
  return (
    Math.max(...numbers, 0) - Math.min(...numbers, Math.max(...numbers, 0)) + Number(highWatermark - end)
  );
};
