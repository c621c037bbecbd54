import type { OffsetHistory, OffsetSamples, RunRecord } from '../record/run-record.ts';
import { committedIn, without } from '../record/content-columns.ts';
import type { Stretches } from '../record/stretches.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import { distance, minus, whole, type Whole } from '../record/whole.ts';
import { MomentSums } from './moment-sums.ts';
import { momentsOf } from './moments-of.ts';
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

/** Puts the partitions of each group and topic together, reading by reading. */
export const groupCurves = (histories: readonly OffsetHistory[]): GroupCurve[] => {
  const byGroup = Map.groupBy(histories, ({ group, topic }) => JSON.stringify([group, topic]));
  return [...byGroup.values()].map((partitions) => {
    const { group, topic } = partitions[0] as OffsetHistory;
    return { group, topic, partitions, points: curvePoints(partitions) };
  });
};

const curvesOfHistories = onceFor(groupCurves);

/** The curves of a record, put together once: rules, timeline, diagnosis and charts all read them. */
export const curvesOf = ({ offsets }: Pick<RunRecord, 'offsets'>): readonly GroupCurve[] =>
  curvesOfHistories(offsets);

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
const curvePoints = (all: readonly OffsetHistory[]): CurvePoint[] => {
  const partitions = withoutInert(all);
  const moments = momentsOf(partitions);
  const { length } = moments.fromMs;
  const newSums = () => new MomentSums(length);
  const sums = { produced: newSums(), consumed: newSums(), low: newSums(), high: newSums() };
  /** Partitions of which there is a lag, those among them where it is no number; read ones, and those where it was set to zero. */
  const counts = { known: newSums(), unknown: newSums(), read: newSums(), clamped: newSums() };
  const endSentMs = new Float64Array(length).fill(Number.NaN);
  const endReceivedMs = new Float64Array(length);
  let untimed = length;
  const lag = new LagMeter();
  for (const history of partitions) {
    const stretches = moments.stretchesOf(history);
    const { readings, from, to } = stretches;
    const places = moments.placesOf(readings);
    const placeOf = (number: number): number => places.at[number - places.first] as number;
    const curve = new PartitionCurve(history);
    let [produced, consumed, low, high, unknown] = [0, 0, 0, 0, 0];
    for (let index = 0; index < stretches.length; index += 1) {
      const at = placeOf(from[index] as number);
      const last = placeOf((to[index] as number) - 1);
      const next = index + 1 < stretches.length ? placeOf(from[index + 1] as number) : length;
      const behind = Math.min(last + 1, next);
      curve.take(stretches, index);
      lag.read(stretches, index);
      const isKnown = lag.low === lag.low;
      const [lowNow, highNow] = isKnown ? [lag.low, lag.high] : [0, 0];
      sums.produced.change(at, produced, curve.produced);
      sums.consumed.change(at, consumed, curve.consumed);
      sums.low.change(at, low, lowNow);
      sums.high.change(at, high, highNow);
      counts.unknown.change(at, unknown, isKnown ? 0 : 1);
      ({ produced, consumed } = curve);
      [low, high, unknown] = [lowNow, highNow, isKnown ? 0 : 1];
      if (index === 0) counts.known.change(at, 0, 1);
      counts.read.change(at, 0, 1);
      counts.read.change(behind, 1, 0);
      if (lag.isClamped) {
        counts.clamped.change(at, 0, 1);
        counts.clamped.change(behind, 1, 0);
      }
      if (untimed === 0) continue;
      for (let number = from[index] as number; number < (to[index] as number); number += 1) {
        const place = placeOf(number);
        if (!Number.isNaN(endSentMs[place])) continue;
        endSentMs[place] = readings.endSentMs[number] as number;
        endReceivedMs[place] = readings.endReceivedMs[number] as number;
        untimed -= 1;
      }
    }
  }
  const [produced, consumed] = [sums.produced.sums(), sums.consumed.sums()];
  const [low, high] = [sums.low.sums(), sums.high.sums()];
  const [known, unknown, read] = [counts.known.sums(), counts.unknown.sums(), counts.read.sums()];
  const clamped = counts.clamped.sums();
  return Array.from({ length }, (_, at): CurvePoint => {
    const isKnown = unknown[at] === 0 && read[at] === known[at];
    const [sentMs, receivedMs] = [endSentMs[at] as number, endReceivedMs[at] as number];
    return {
      produced: produced[at] as number,
      consumed: consumed[at] as number,
      lagLow: isKnown ? (low[at] as number) : null,
      lagHigh: isKnown ? (high[at] as number) : null,
      clamped: clamped[at] as number,
      endSentMs: sentMs,
      endReceivedMs: receivedMs,
      atMs: (sentMs + receivedMs) / 2,
    };
  });
};

/** Middle of the interval that a lag lies in, in whole messages; null where lag was not a number. */
export const middleOf = (low: number | null, high: number | null): number | null =>
  low === null || high === null ? null : Math.round((low + high) / 2);

/** Middle of the lag of one reading. */
export const middleLag = ({ lagLow, lagHigh }: CurvePoint): number | null => middleOf(lagLow, lagHigh);

/** The last reading not after `atMs`. */
export const readingAt = (points: readonly CurvePoint[], atMs: number): CurvePoint | undefined =>
  points.findLast((point) => point.atMs <= atMs);
