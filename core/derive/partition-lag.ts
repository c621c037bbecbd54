import { marks, without, type Contents } from '../record/content-columns.ts';
import type { OffsetContent } from '../record/run-record.ts';
import { distance, type Whole } from '../record/whole.ts';
import type { lagStates } from '../report-document.ts';

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

/** Lag of one partition by one reading. */
export const partitionLag = (content: OffsetContent): PartitionLag => {
  const { committedBefore, committedAfter, end, logStart, highWatermark = end } = content;
  const meter = new LagMeter();
  meter.measure(committedBefore ?? 0n, committedAfter ?? 0n, end, logStart ?? 0n, highWatermark, {
    hasCommits: committedBefore !== null && committedAfter !== null,
    hasLogStart: logStart !== null,
    isMarkersOnly: content.isMarkersOnly === true,
    isCompacted: content.isCompacted === true,
    whenCounted: stateOfGroup[content.groupState ?? 'consuming'],
  });
  const { state, low, high, isClamped, lost } = meter;
  return {
    state,
    low: Number.isNaN(low) ? null : low,
    high: Number.isNaN(high) ? null : high,
    isClamped,
    lost,
  };
};

const stateOfGroup = { consuming: 'ok', rebalancing: 'rebalancing', empty: 'group-empty' } as const;

type Circumstances = {
  readonly hasCommits: boolean;
  readonly hasLogStart: boolean;
  readonly isMarkersOnly: boolean;
  readonly isCompacted: boolean;
  readonly whenCounted: LagState;
};

/** What marks say of a content beside its offsets, made once for each of the few that there are. */
const circumstances = new Map<number, Circumstances>();

const circumstancesOf = (marked: number): Circumstances => {
  let known = circumstances.get(marked);
  if (known === undefined) {
    const has = (mark: number): boolean => (marked & mark) !== 0;
    known = {
      hasCommits: !has(without.committedBefore) && !has(without.committedAfter),
      hasLogStart: !has(without.logStart),
      isMarkersOnly: has(marks.markersOnly),
      isCompacted: has(marks.compacted),
      whenCounted: has(marks.rebalancing) ? 'rebalancing' : has(marks.empty) ? 'group-empty' : 'ok',
    };
    circumstances.set(marked, known);
  }
  return known;
};

/** The same of many contents, without an object for each; bounds are NaN where lag is not a number. */
export class LagMeter {
  state: LagState = 'ok';
  low = 0;
  high = 0;
  isClamped = false;
  lost = 0;
  /** Those of the newest content: as a rule the next one has the same. */
  #marks = 0;
  #circumstances = circumstancesOf(0);

  read(contents: Contents, index: number): void {
    const { committedBefore, committedAfter, end, logStart, highWatermark } = contents;
    const marked = contents.marks[index] as number;
    if (marked !== this.#marks) {
      this.#marks = marked;
      this.#circumstances = circumstancesOf(marked);
    }
    this.measure(
      committedBefore[index] as Whole,
      committedAfter[index] as Whole,
      end[index] as Whole,
      logStart[index] as Whole,
      highWatermark[index] as Whole,
      this.#circumstances,
    );
  }

  /** Offsets are compared and subtracted as they are; only their distance is a number. */
  measure(
    committedBefore: Whole,
    committedAfter: Whole,
    end: Whole,
    logStart: Whole,
    highWatermark: Whole,
    { hasCommits, hasLogStart, isMarkersOnly, isCompacted, whenCounted }: Circumstances,
  ): void {
    this.lost = 0;
    // Where it is not known, it is 0.
    if (!hasCommits) {
      const isEmpty =
        !(end > logStart) && !(end < logStart) && !(highWatermark > end) && !(highWatermark < end);
      return isEmpty ? this.#counted('ok', 0, 0) : this.#noNumber('no-commit');
    }
    // Where it came forward again meanwhile, the end was answered while it stood still further back.
    if (committedAfter < committedBefore) return this.#noNumber('offsets-reset');
    if (hasLogStart && committedAfter < logStart) {
      this.#noNumber('below-log-start');
      this.lost = distance(logStart, committedAfter);
      return;
    }
    // Read before the end was, it can only be greater where the log went back: deleted and made again, or cut off.
    if (committedBefore > highWatermark) return this.#noNumber('beyond-log-end');
    if (isMarkersOnly) return this.#counted('markers-only', 0, 0);
    if (highWatermark > end) {
      // Only a reader of uncommitted messages gets past the last stable offset.
      const least = committedBefore > end ? highWatermark : end;
      const low = isCompacted ? 0 : distance(least, committedAfter);
      return this.#counted('open-transaction', low, distance(highWatermark, committedBefore));
    }
    const high = distance(end, committedBefore);
    // Any of the offsets may be without a message: compacted away, or the marker of a transaction.
    if (isCompacted && high > 0) return this.#counted('compacted', 0, high);
    this.#counted(whenCounted, distance(end, committedAfter), high);
  }

  #noNumber(state: LagState): void {
    this.state = state;
    this.low = Number.NaN;
    this.high = Number.NaN;
    this.isClamped = false;
  }

  #counted(state: LagState, low: number, high: number): void {
    this.state = state;
    this.low = low < 0 ? 0 : low;
    this.high = high < 0 ? 0 : high;
    this.isClamped = low < 0;
  }
}
