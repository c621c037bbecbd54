import type { lagStates } from '../report-document.ts';
import type { OffsetContent } from '../record/run-record.ts';

export type LagState = (typeof lagStates)[number];

/** What one reading says about one partition, in messages; null where lag is not a number. */
export type PartitionLag = {
  readonly state: LagState;
  readonly low: number | null;
  readonly high: number | null;
  /** The lower bound came out negative and was set to zero. */
  readonly isClamped: boolean;
  /** Messages that retention deleted before the group got to them; 0 in every other state than `below-log-start`. */
  readonly lost: number;
};

/** Lag of one partition by one reading. Offsets are compared and subtracted as they are; only their distance is a number. */
export const partitionLag = (sample: OffsetContent): PartitionLag => {
  const { committedBefore, committedAfter, end, logStart, highWatermark = end } = sample;
  if (committedBefore === null || committedAfter === null)
    return end === (logStart ?? 0n) && highWatermark === end ? counted('ok', 0n, 0n) : noNumber('no-commit');
  // Where it came forward again meanwhile, the end was answered while it stood still further back.
  if (committedAfter < committedBefore) return noNumber('offsets-reset');
  if (logStart !== null && committedAfter < logStart)
    return { ...noNumber('below-log-start'), lost: Number(logStart - committedAfter) };
  // Read before the end was, it can only be greater where the log went back: deleted and made again, or cut off.
  if (committedBefore > highWatermark) return noNumber('beyond-log-end');
  if (sample.isMarkersOnly === true) return counted('markers-only', 0n, 0n);
  if (highWatermark > end) {
    // Only a reader of uncommitted messages gets past the last stable offset.
    const least = committedBefore > end ? highWatermark : end;
    const low = sample.isCompacted === true ? 0n : least - committedAfter;
    return counted('open-transaction', low, highWatermark - committedBefore);
  }
  const low = end - committedAfter;
  const high = end - committedBefore;
  // Any of the offsets may be without a message: compacted away, or the marker of a transaction.
  if (sample.isCompacted === true && high > 0n) return counted('compacted', 0n, high);
  return counted(stateOfGroup[sample.groupState ?? 'consuming'], low, high);
};

const stateOfGroup = { consuming: 'ok', rebalancing: 'rebalancing', empty: 'group-empty' } as const;

const noNumber = (state: LagState): PartitionLag => ({
  state,
  low: null,
  high: null,
  isClamped: false,
  lost: 0,
});

const counted = (state: LagState, low: bigint, high: bigint): PartitionLag => ({
  state,
  low: Number(low < 0n ? 0n : low),
  high: Number(high < 0n ? 0n : high),
  isClamped: low < 0n,
  lost: 0,
});
