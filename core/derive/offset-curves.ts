import type {
  OffsetContent,
  OffsetHistory,
  OffsetSamples,
  ReadingTimes,
  RunRecord,
} from '../record/run-record.ts';
import { contentsOf } from '../record/sample-cursor.ts';
import { eachReading } from './each-reading.ts';
import { LagOfLatest } from './lag-of-latest.ts';
import { onceFor } from './once.ts';
import { partitionLag } from './partition-lag.ts';
import { SumOfLatest } from './sum-of-latest.ts';

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

type CurveBase = { readonly end: bigint; readonly committed: bigint };

/** Where a partition's two curves begin; both are 0 there. */
const curveBase = ({ samples }: OffsetHistory): CurveBase => {
  const first = samples.at(0);
  // Made while it was watched, it was empty then.
  if (first?.isAdded === true) return { end: 0n, committed: 0n };
  return {
    end: first?.end ?? 0n,
    committed: first?.committedBefore ?? first?.logStart ?? firstCommit(samples) ?? 0n,
  };
};

const firstCommit = (samples: OffsetSamples): bigint | undefined => {
  for (const { committedAfter } of contentsOf(samples)) if (committedAfter !== null) return committedAfter;
  return undefined;
};

/**
 * A partition to which nothing was added and on which the group committed nothing, from the first reading to the last, has no
 * part in the run: it must not make the lag of all others unknown. Where all are like that, nothing is known.
 */
export const withoutInert = (partitions: readonly OffsetHistory[]): readonly OffsetHistory[] => {
  const active = partitions.filter((history) => {
    const { end: endAtStart } = curveBase(history);
    for (const { committedBefore, committedAfter, end } of contentsOf(history.samples))
      if (committedBefore !== null || committedAfter !== null || end !== endAtStart) return true;
    return false;
  });
  return active.length === 0 ? partitions : active;
};

/** What was produced to one partition, and consumed of it, since its first reading; samples are given in the order of time. */
export class PartitionCurve {
  produced = 0;
  consumed = 0;
  #base: CurveBase;
  #latest: OffsetContent | undefined;

  constructor(history: OffsetHistory) {
    this.#base = curveBase(history);
  }

  take(now: OffsetContent): void {
    if (now === this.#latest) return;
    this.#base = carriedOver(this.#base, this.#latest, now);
    this.#latest = now;
    this.produced = Number(now.end - this.#base.end);
    this.consumed = Number((now.committedAfter ?? this.#base.committed) - this.#base.committed);
  }
}

/**
 * A log that went back (its topic was deleted and made again, or it was cut off) takes nothing from what was produced and consumed
 * before; both curves go on from where they were.
 */
const carriedOver = (base: CurveBase, before: OffsetContent | undefined, now: OffsetContent): CurveBase => {
  if (before === undefined || now.end >= before.end) return base;
  const [was, is] = [before.committedAfter ?? base.committed, now.committedAfter];
  return {
    end: base.end - (before.end - now.end),
    committed: is === null || is >= was ? base.committed : base.committed - (was - is),
  };
};

/** A partition that one reading lacks keeps its place on both curves; what it holds is not known, so neither is the lag. */
const curvePoints = (all: readonly OffsetHistory[]): CurvePoint[] => {
  const partitions = withoutInert(all);
  const curves = partitions.map((history) => new PartitionCurve(history));
  const latest = partitions.map((): OffsetContent | undefined => undefined);
  const [produced, consumed] = [new SumOfLatest(), new SumOfLatest()];
  const lag = new LagOfLatest();
  const points: CurvePoint[] = [];
  let times: ReadingTimes | undefined;
  eachReading(partitions, {
    partition: (index, { content, times: read }) => {
      times ??= read;
      lag.see(index);
      const curve = curves[index];
      if (content === latest[index] || curve === undefined) return;
      latest[index] = content;
      curve.take(content);
      produced.set(index, curve.produced);
      consumed.set(index, curve.consumed);
      lag.set(index, partitionLag(content));
    },
    end: () => {
      const { endSentMs, endReceivedMs } = times as ReadingTimes;
      times = undefined;
      points.push({
        produced: produced.sum,
        consumed: consumed.sum,
        ...lag.endReading(),
        endSentMs,
        endReceivedMs,
        atMs: (endSentMs + endReceivedMs) / 2,
      });
    },
  });
  return points;
};

/** Middle of the interval that a lag lies in, in whole messages; null where lag was not a number. */
export const middleOf = (low: number | null, high: number | null): number | null =>
  low === null || high === null ? null : Math.round((low + high) / 2);

/** Middle of the lag of one reading. */
export const middleLag = ({ lagLow, lagHigh }: CurvePoint): number | null => middleOf(lagLow, lagHigh);

/** The last reading not after `atMs`. */
export const readingAt = (points: readonly CurvePoint[], atMs: number): CurvePoint | undefined =>
  points.findLast((point) => point.atMs <= atMs);
