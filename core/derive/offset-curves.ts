import type { OffsetHistory, OffsetSample, RunRecord } from '../record/run-record.ts';
import { onceFor } from './once.ts';
import { partitionLag } from './partition-lag.ts';

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
  const first = samples[0];
  // Made while it was watched, it was empty then.
  if (first?.isAdded === true) return { end: 0n, committed: 0n };
  const firstCommit = samples.find(({ committedAfter }) => committedAfter !== null)?.committedAfter;
  return {
    end: first?.end ?? 0n,
    committed: first?.committedBefore ?? first?.logStart ?? firstCommit ?? 0n,
  };
};

/**
 * A partition to which nothing was added and on which the group committed nothing, from the first reading to the last, has no
 * part in the run: it must not make the lag of all others unknown. Where all are like that, nothing is known.
 */
export const withoutInert = (partitions: readonly OffsetHistory[]): readonly OffsetHistory[] => {
  const active = partitions.filter((history) => {
    const { end: endAtStart } = curveBase(history);
    return history.samples.some(
      ({ committedBefore, committedAfter, end }) =>
        committedBefore !== null || committedAfter !== null || end !== endAtStart,
    );
  });
  return active.length === 0 ? partitions : active;
};

/** A partition that one reading lacks keeps its place on both curves; what it holds is not known, so neither is the lag. */
const curvePoints = (all: readonly OffsetHistory[]): CurvePoint[] => {
  const partitions = withoutInert(all);
  const bases = partitions.map(curveBase);
  const latest = partitions.map((): OffsetSample | undefined => undefined);
  const readings = Map.groupBy(
    partitions.flatMap(({ samples }, index) => samples.map((sample) => ({ sample, index }))),
    ({ sample }) => sample.fromMs,
  );
  return [...readings]
    .sort(([left], [right]) => left - right)
    .map(([fromMs, parts]) => {
      for (const { sample, index } of parts) {
        const base = bases[index];
        if (base !== undefined) bases[index] = carriedOver(base, latest[index], sample);
        latest[index] = sample;
      }
      const { endSentMs, endReceivedMs } = (parts[0] as (typeof parts)[number]).sample;
      const sums = sumPartitions(latest, bases, fromMs);
      return { ...sums, endSentMs, endReceivedMs, atMs: (endSentMs + endReceivedMs) / 2 };
    });
};

/**
 * A log that went back (its topic was deleted and made again, or it was cut off) takes nothing from what was produced and consumed
 * before; both curves go on from where they were.
 */
const carriedOver = (base: CurveBase, before: OffsetSample | undefined, now: OffsetSample): CurveBase => {
  if (before === undefined || now.end >= before.end) return base;
  const [was, is] = [before.committedAfter ?? base.committed, now.committedAfter];
  return {
    end: base.end - (before.end - now.end),
    committed: is === null || is >= was ? base.committed : base.committed - (was - is),
  };
};

const sumPartitions = (
  latest: readonly (OffsetSample | undefined)[],
  bases: readonly CurveBase[],
  fromMs: number,
): Pick<CurvePoint, 'produced' | 'consumed' | 'lagLow' | 'lagHigh' | 'clamped'> => {
  const sums = {
    produced: 0,
    consumed: 0,
    lagLow: 0 as number | null,
    lagHigh: 0 as number | null,
    clamped: 0,
  };
  latest.forEach((sample, index) => {
    const base = bases[index];
    if (sample === undefined || base === undefined) return;
    sums.produced += Number(sample.end - base.end);
    sums.consumed += Number((sample.committedAfter ?? base.committed) - base.committed);
    const lag = sample.fromMs === fromMs ? partitionLag(sample) : { low: null, high: null, isClamped: false };
    sums.lagLow = sums.lagLow === null || lag.low === null ? null : sums.lagLow + lag.low;
    sums.lagHigh = sums.lagHigh === null || lag.high === null ? null : sums.lagHigh + lag.high;
    sums.clamped += lag.isClamped ? 1 : 0;
  });
  return sums;
};

/** Middle of the interval that a lag lies in, in whole messages; null where lag was not a number. */
export const middleOf = (low: number | null, high: number | null): number | null =>
  low === null || high === null ? null : Math.round((low + high) / 2);

/** Middle of the lag of one reading. */
export const middleLag = ({ lagLow, lagHigh }: CurvePoint): number | null => middleOf(lagLow, lagHigh);

/** The last reading not after `atMs`. */
export const readingAt = (points: readonly CurvePoint[], atMs: number): CurvePoint | undefined =>
  points.findLast((point) => point.atMs <= atMs);
