import type { OffsetHistory, OffsetSamples, RunRecord } from '../record/run-record.ts';
import { committedIn, without } from '../record/content-columns.ts';
import type { Stretches } from '../record/stretches.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import { distance, minus, whole, type Whole } from '../record/whole.ts';
import { MomentSums } from './moment-sums.ts';
import { momentsOf, type Moments } from './moments-of.ts';
import { onceFor } from './once.ts';
import { LagMeter } from './partition-lag.ts';

/**
 * One reading of a group's topic over all its partitions. Lag was within [lagLow, lagHigh] while the broker answered
 * with the end offsets, between endSentMs and endReceivedMs; null when one partition's lag was not a number.
 */
export type CurvePoint = {
  readonly endSentMs: number;
  readonly endReceivedMs: number;
  readonly atMs: number;
  /** Messages produced and consumed since the first reading. */
  readonly produced: number;
  readonly consumed: number;
  readonly lagLow: number | null;
  readonly lagHigh: number | null;
  readonly clamped: number;
};

export type GroupCurve = {
  readonly group: string;
  readonly topic: string;
  readonly partitions: readonly OffsetHistory[];
  /** Ascending in time. */
  readonly points: readonly CurvePoint[];
};

/** What else is made of each partition, right when its samples have been unpacked for the curve. */
type Alongside = (history: OffsetHistory, of: Pick<GroupCurve, 'partitions'>) => void;

/** Puts the partitions of each group and topic together, reading by reading. */
export const groupCurves = (histories: readonly OffsetHistory[], alongside?: Alongside): GroupCurve[] => {
  const byGroup = Map.groupBy(histories, ({ group, topic }) => JSON.stringify([group, topic]));
  return [...byGroup.values()].map((partitions) => {
    const { group, topic } = partitions[0] as OffsetHistory;
    return { group, topic, partitions, points: curvePoints(partitions, alongside) };
  });
};

const curvesOfHistories = onceFor(groupCurves);

/** The curves of a record, put together once: rules, timeline, diagnosis and charts all read them. */
export const curvesOf = (
  { offsets }: Pick<RunRecord, 'offsets'>,
  alongside?: Alongside,
): readonly GroupCurve[] => curvesOfHistories(offsets, alongside);

/** Where a partition's two curves begin; both are 0 there. */
const curveBase = ({ samples }: OffsetHistory): { readonly end: Whole; readonly committed: Whole } => {
  const first = samples.at(0);
  // Made while it was watched, it was empty then.
  if (first === undefined || first.isAdded === true) return { end: 0, committed: 0 };
  const committed = first.committedBefore ?? first.logStart;
  return {
    end: whole(first.end),
    committed: committed === null ? (firstCommit(samples) ?? 0) : whole(committed),
  };
};

const firstCommit = (samples: OffsetSamples): Whole | undefined => {
  const stretches = stretchesOf(samples);
  for (let index = 0; index < stretches.length; index += 1) {
    const committed = committedIn(stretches, index);
    if (committed !== undefined) return committed;
  }
  return undefined;
};

/**
 * A partition to which nothing was added and on which the group committed nothing, from the first reading to the last, has no
 * part in the run: it must not make the lag of all others unknown. Where all are like that, nothing is known.
 */
export const withoutInert = (partitions: readonly OffsetHistory[]): readonly OffsetHistory[] => {
  const active = partitions.filter((history) => !isInert(history));
  return active.length === 0 ? partitions : active;
};

const isInert = (history: OffsetHistory): boolean => {
  const first = history.samples.at(0);
  if (first !== undefined && (first.committedBefore !== null || first.committedAfter !== null)) return false;
  const { end: endAtStart } = curveBase(history);
  const { marks, end } = stretchesOf(history.samples);
  const uncommitted = without.committedBefore + without.committedAfter;
  return marks.every((marked, index) => (marked & uncommitted) === uncommitted && end[index] === endAtStart);
};

/** What was produced to one partition, and consumed of it, since its first reading; stretches are given in the order of time. */
export class PartitionCurve {
  produced = 0;
  consumed = 0;
  #baseEnd: Whole;
  #baseCommitted: Whole;
  #end: Whole | undefined;
  #committed: Whole | undefined;

  constructor(history: OffsetHistory) {
    const { end, committed } = curveBase(history);
    this.#baseEnd = end;
    this.#baseCommitted = committed;
  }

  take(stretches: Stretches, index: number): void {
    const end = stretches.end[index] as Whole;
    const committed = committedIn(stretches, index);
    if (this.#end !== undefined && end < this.#end) this.#carryOver(this.#end, end, committed);
    this.#end = end;
    this.#committed = committed;
    this.produced = distance(end, this.#baseEnd);
    this.consumed = committed === undefined ? 0 : distance(committed, this.#baseCommitted);
  }

  /**
   * A log that went back (its topic was deleted and made again, or it was cut off) takes nothing from what was produced and consumed
   * before; both curves go on from where they were.
   */
  #carryOver(endWas: Whole, end: Whole, committed: Whole | undefined): void {
    this.#baseEnd = minus(this.#baseEnd, minus(endWas, end));
    const was = this.#committed ?? this.#baseCommitted;
    if (committed !== undefined && committed < was)
      this.#baseCommitted = minus(this.#baseCommitted, minus(was, committed));
  }
}

/** A partition that one reading lacks keeps its place on both curves; what it holds is not known, so neither is the lag. */
const curvePoints = (all: readonly OffsetHistory[], alongside?: Alongside): CurvePoint[] => {
  const { length, endSentMs, endReceivedMs, produced, consumed, lagLow, lagHigh, clamped } = curveColumns(
    all,
    alongside,
  );
  return Array.from({ length }, (_, at): CurvePoint => {
    const [low, high] = [lagLow[at] as number, lagHigh[at] as number];
    const [sentMs, receivedMs] = [endSentMs[at] as number, endReceivedMs[at] as number];
    return {
      produced: produced[at] as number,
      consumed: consumed[at] as number,
      lagLow: Number.isNaN(low) ? null : low,
      lagHigh: Number.isNaN(high) ? null : high,
      clamped: clamped[at] as number,
      endSentMs: sentMs,
      endReceivedMs: receivedMs,
      atMs: (sentMs + receivedMs) / 2,
    };
  });
};

/** The points of a curve in columns, each with `length` values; a lag that is not known is NaN. */
export type CurveColumns = { readonly length: number } & {
  readonly [Column in Exclude<keyof CurvePoint, 'atMs'>]: Float64Array;
};

/** Middle of the time in which the broker answered. */
export const timeOf = (
  { endSentMs, endReceivedMs }: Pick<CurveColumns, 'endSentMs' | 'endReceivedMs'>,
  index: number,
): number => ((endSentMs[index] as number) + (endReceivedMs[index] as number)) / 2;

/** The curve of some partitions together. */
export const curveColumns = (all: readonly OffsetHistory[], alongside?: Alongside): CurveColumns => {
  const partitions = withoutInert(all);
  const moments = momentsOf(partitions);
  const sums = new CurveSums(moments);
  for (const history of partitions) {
    sums.add(history);
    alongside?.(history, { partitions: all });
  }
  return sums.columns();
};

/** Adds partitions up. */
class CurveSums {
  readonly #moments: Moments;
  readonly #produced: MomentSums;
  readonly #consumed: MomentSums;
  readonly #low: MomentSums;
  readonly #high: MomentSums;
  /** Partitions that are not read, or whose lag is no number, from the first reading of each on; those where it was set to zero. */
  readonly #unknown: MomentSums;
  readonly #clamped: MomentSums;
  readonly #endSentMs: Float64Array;
  readonly #endReceivedMs: Float64Array;
  /** Moments whose times are not known yet. */
  #untimed: number;

  constructor(moments: Moments) {
    const { length } = moments.fromMs;
    this.#moments = moments;
    this.#produced = new MomentSums(length);
    this.#consumed = new MomentSums(length);
    this.#low = new MomentSums(length);
    this.#high = new MomentSums(length);
    this.#unknown = new MomentSums(length);
    this.#clamped = new MomentSums(length);
    this.#endSentMs = new Float64Array(length).fill(Number.NaN);
    this.#endReceivedMs = new Float64Array(length);
    this.#untimed = length;
  }

  add(history: OffsetHistory): void {
    const stretches = this.#moments.stretchesOf(history);
    const { from, to, length } = stretches;
    const { first, at: places } = this.#moments.placesOf(stretches.readings);
    const [producedSums, consumedSums, lowSums, highSums] = [
      this.#produced,
      this.#consumed,
      this.#low,
      this.#high,
    ];
    const [unknownSums, clampedSums] = [this.#unknown, this.#clamped];
    const curve = new PartitionCurve(history);
    const lag = new LagMeter();
    let produced = 0;
    let consumed = 0;
    let low = 0;
    let high = 0;
    let unknown = 0;
    /** Behind the last moment at which it was read. */
    let behind = -1;
    for (let index = 0; index < length; index += 1) {
      const at = places[(from[index] as number) - first] as number;
      if (behind >= 0 && at > behind) unknownSums.change(behind, unknown, (unknown = 1));
      curve.take(stretches, index);
      lag.read(stretches, index);
      const isKnown = lag.low === lag.low;
      const lowNow = isKnown ? lag.low : 0;
      const highNow = isKnown ? lag.high : 0;
      const unknownNow = isKnown ? 0 : 1;
      if (curve.produced !== produced) producedSums.change(at, produced, (produced = curve.produced));
      if (curve.consumed !== consumed) consumedSums.change(at, consumed, (consumed = curve.consumed));
      if (lowNow !== low) lowSums.change(at, low, (low = lowNow));
      if (highNow !== high) highSums.change(at, high, (high = highNow));
      if (unknownNow !== unknown) unknownSums.change(at, unknown, (unknown = unknownNow));
      behind = (places[(to[index] as number) - 1 - first] as number) + 1;
      if (lag.isClamped) {
        const next = index + 1 < length ? (places[(from[index + 1] as number) - first] as number) : behind;
        clampedSums.change(at, 0, 1);
        clampedSums.change(Math.min(behind, next), 1, 0);
      }
      if (this.#untimed > 0) this.#time(stretches, index, first, places);
    }
    if (behind >= 0) unknownSums.change(behind, unknown, 1);
  }

  columns(): CurveColumns {
    const [lagLow, lagHigh, unknown] = [this.#low.sums(), this.#high.sums(), this.#unknown.sums()];
    const { length } = this.#moments.fromMs;
    for (let at = 0; at < length; at += 1) if (unknown[at] !== 0) lagLow[at] = lagHigh[at] = Number.NaN;
    return {
      length,
      endSentMs: this.#endSentMs,
      endReceivedMs: this.#endReceivedMs,
      produced: this.#produced.sums(),
      consumed: this.#consumed.sums(),
      lagLow,
      lagHigh,
      clamped: this.#clamped.sums(),
    };
  }

  /** The first sample of a moment stands for all of them. */
  #time({ readings, from, to }: Stretches, index: number, first: number, places: Int32Array): void {
    for (let number = from[index] as number; number < (to[index] as number); number += 1) {
      const place = places[number - first] as number;
      if (!Number.isNaN(this.#endSentMs[place])) continue;
      this.#endSentMs[place] = readings.endSentMs[number] as number;
      this.#endReceivedMs[place] = readings.endReceivedMs[number] as number;
      this.#untimed -= 1;
    }
  }
}

/** Middle of the interval that a lag lies in, in whole messages; null where lag was not a number. */
export const middleOf = (low: number | null, high: number | null): number | null =>
  low === null || high === null ? null : Math.round((low + high) / 2);

/** Middle of the lag of one reading. */
export const middleLag = ({ lagLow, lagHigh }: CurvePoint): number | null => middleOf(lagLow, lagHigh);

/** The last reading not after `atMs`. */
export const readingAt = (points: readonly CurvePoint[], atMs: number): CurvePoint | undefined =>
  points.findLast((point) => point.atMs <= atMs);
