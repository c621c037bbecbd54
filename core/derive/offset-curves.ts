import { without } from '../record/content-columns.ts';
import { integerRoom, numberRoom } from '../record/room.ts';
import type { OffsetHistory, RunRecord } from '../record/run-record.ts';
import type { Stretches } from '../record/stretches.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import { MomentSums } from './moment-sums.ts';
import { momentsOf, type Moments } from './moments-of.ts';
import { onceFor } from './once.ts';
import { curveBase, partitionCurve } from './partition-curve.ts';
import { lagsOf } from './stretch-lags.ts';

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

/** A partition that one reading lacks keeps its place on both curves; what it holds is not known, so neither is the lag. */
const curvePoints = (all: readonly OffsetHistory[], alongside?: Alongside): CurvePoint[] => {
  const columns = curveColumns(all, { alongside });
  const { length, endSentMs, endReceivedMs, produced, consumed, lagLow, lagHigh, clamped } = columns;
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

/** Columns that one curve after the other is written to, where each is only looked at once. */
export class CurveRoom {
  readonly endSentMs = numberRoom();
  readonly endReceivedMs = numberRoom();
  readonly produced = numberRoom();
  readonly consumed = numberRoom();
  readonly lagLow = numberRoom();
  readonly lagHigh = numberRoom();
  readonly unknown = numberRoom();
  readonly clamped = numberRoom();
}

/** The curve of some partitions together, good until its room is used again. */
export const curveColumns = (
  all: readonly OffsetHistory[],
  { alongside, room = new CurveRoom() }: { alongside?: Alongside | undefined; room?: CurveRoom } = {},
): CurveColumns => {
  const partitions = withoutInert(all);
  const moments = momentsOf(partitions);
  const sums = new CurveSums(moments, room);
  for (const history of partitions) {
    sums.add(history);
    alongside?.(history, { partitions: all });
  }
  return sums.columns();
};

/** At which moment each stretch of a partition begins. */
const begunRoom = integerRoom();

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

  constructor(moments: Moments, room: CurveRoom) {
    const { length } = moments.fromMs;
    this.#moments = moments;
    this.#produced = new MomentSums(length, room.produced);
    this.#consumed = new MomentSums(length, room.consumed);
    this.#low = new MomentSums(length, room.lagLow);
    this.#high = new MomentSums(length, room.lagHigh);
    this.#unknown = new MomentSums(length, room.unknown);
    this.#clamped = new MomentSums(length, room.clamped);
    this.#endSentMs = room.endSentMs.of(length).fill(Number.NaN);
    this.#endReceivedMs = room.endReceivedMs.of(length);
    this.#untimed = length;
  }

  add(history: OffsetHistory): void {
    const stretches = this.#moments.stretchesOf(history);
    const { first, at: places } = this.#moments.placesOf(stretches.readings);
    const { from, length } = stretches;
    const begun = begunRoom.of(length);
    for (let index = 0; index < length; index += 1)
      begun[index] = places[(from[index] as number) - first] as number;
    const { produced, consumed } = partitionCurve(history, stretches);
    const { low, high } = lagsOf(stretches);
    this.#produced.add(produced, begun);
    this.#consumed.add(consumed, begun);
    this.#low.add(low, begun);
    this.#high.add(high, begun);
    this.#addUnknown(stretches, begun, first, places);
    for (let index = 0; index < length && this.#untimed > 0; index += 1)
      this.#time(stretches, index, first, places);
  }

  /** Where it was not read, its lag is no number, or was set to zero. */
  #addUnknown(stretches: Stretches, begun: Int32Array, first: number, places: Int32Array): void {
    const { to, length } = stretches;
    const { low, isClamped } = lagsOf(stretches);
    let unknown = 0;
    /** Behind the last moment at which it was read. */
    let behind = -1;
    for (let index = 0; index < length; index += 1) {
      const at = begun[index] as number;
      if (behind >= 0 && at > behind) this.#unknown.change(behind, unknown, (unknown = 1));
      const unknownNow = Number.isNaN(low[index]) ? 1 : 0;
      if (unknownNow !== unknown) this.#unknown.change(at, unknown, (unknown = unknownNow));
      behind = (places[(to[index] as number) - 1 - first] as number) + 1;
      if (isClamped[index] === 0) continue;
      this.#clamped.change(at, 0, 1);
      this.#clamped.change(
        Math.min(behind, index + 1 < length ? (begun[index + 1] as number) : behind),
        1,
        0,
      );
    }
    if (behind >= 0) this.#unknown.change(behind, unknown, 1);
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
