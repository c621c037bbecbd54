import type { OffsetHistory } from '../record/run-record.ts';
import type { CurvePoint } from './offset-curves.ts';
import { partitionLag } from './partition-lag.ts';

/** A moment known only to lie in [lowMs, highMs] on the run's clock. */
export type Moment = { readonly lowMs: number; readonly highMs: number };

export type DrainState = 'drained' | 'no-backlog' | 'timed-out' | 'unknown';

export type Drain = {
  readonly state: DrainState;
  /** When the backlog was gone for good; undefined unless it was seen to be. */
  readonly emptiedAt: Moment | undefined;
  /** Last moment at which a backlog certainly stood; undefined if none was ever seen. */
  readonly lastBacklogMs: number | undefined;
};

/** One reading of a lag; lag was within [lagLow, lagHigh] at some moment from endSentMs to endReceivedMs. */
export type LagReading = Pick<CurvePoint, 'endSentMs' | 'endReceivedMs' | 'lagLow' | 'lagHigh'> & {
  /** A backlog stood at this moment or later, before this reading: a commit came after it. Absent: none is known to have. */
  readonly backlogAfterMs?: number | undefined;
};

const isEmpty = (reading: LagReading): boolean => reading.lagHigh === 0;
const hasBacklog = (reading: LagReading): boolean => reading.lagLow !== null && reading.lagLow > 0;

/**
 * Looks for the sustained interval, after the load, in which nothing readable remained. The moment it began is
 * interval-censored: after the last reading with a certain backlog (the first reading where none ever was certain), not
 * after the first empty one.
 */
export const deriveDrain = (readings: readonly LagReading[], loadEndMs: number, sustainMs: number): Drain => {
  const firstEmpty = readings.findLastIndex((reading) => !isEmpty(reading)) + 1;
  const emptySince = readings[firstEmpty];
  const last = readings.at(-1);
  const lastBacklogMs = lastBacklogOf(readings);
  if (last === undefined || readings.every((reading) => reading.lagHigh === null)) {
    return { state: 'unknown', emptiedAt: undefined, lastBacklogMs };
  }
  const isSustained =
    emptySince !== undefined &&
    emptySince !== last &&
    last.endSentMs - Math.max(emptySince.endReceivedMs, loadEndMs) >= sustainMs - sustainToleranceMs;
  if (!isSustained) {
    const stoodAfterLoad = lastBacklogMs !== undefined && (lastBacklogMs >= loadEndMs || !isEmpty(last));
    return { state: stoodAfterLoad ? 'timed-out' : 'unknown', emptiedAt: undefined, lastBacklogMs };
  }
  // What came and went between two empty readings was a backlog too.
  const lastMoved = readings.findLastIndex(({ backlogAfterMs }) => backlogAfterMs !== undefined);
  const emptiedBy = readings[Math.max(firstEmpty, lastMoved)] ?? emptySince;
  const emptiedAt = {
    lowMs: lastBacklogMs ?? readings[0]?.endSentMs ?? emptySince.endSentMs,
    highMs: emptiedBy.endReceivedMs,
  };
  return {
    state: emptySince.endReceivedMs <= loadEndMs ? 'no-backlog' : 'drained',
    emptiedAt,
    lastBacklogMs,
  };
};

const lastBacklogOf = (readings: readonly LagReading[]): number | undefined =>
  readings.reduce<number | undefined>((latest, reading) => {
    const moments = [latest, reading.backlogAfterMs, hasBacklog(reading) ? reading.endSentMs : undefined];
    const known = moments.filter((ms) => ms !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  }, undefined);

/** Readings are never exactly an interval apart; without a tolerance a sustained interval would need one tick more. */
const sustainToleranceMs = 100;

/** True once the newest readings show that the backlog is gone for good; what the live run waits for. */
export const isDrained = (readings: readonly LagReading[], loadEndMs: number, sustainMs: number): boolean => {
  const { state } = deriveDrain(readings, loadEndMs, sustainMs);
  return state === 'drained' || state === 'no-backlog';
};

/** Drain of one partition. A commit tells of a backlog that stood just before it, also where no reading fell into it. */
export const partitionDrain = ({ samples }: OffsetHistory, loadEndMs: number, sustainMs: number): Drain =>
  deriveDrain(
    samples.map((sample, index): LagReading => {
      const { low, high } = partitionLag(sample);
      const { endSentMs, endReceivedMs } = sample;
      return { endSentMs, endReceivedMs, lagLow: low, lagHigh: high, ...movedBefore(samples, index) };
    }),
    loadEndMs,
    sustainMs,
  );

const movedBefore = (
  samples: OffsetHistory['samples'],
  index: number,
): Pick<LagReading, 'backlogAfterMs'> | undefined => {
  const [before, sample] = [samples[index - 1], samples[index]];
  if (sample === undefined) return undefined;
  const wasEmpty = before !== undefined && partitionLag(before).high === 0;
  // A group that steps over a marker at the end of the log had nothing left to read.
  if (wasEmpty && sample.end <= before.end) return undefined;
  if (isRise(sample.committedBefore, sample.committedAfter)) return { backlogAfterMs: sample.fromMs };
  return before !== undefined && isRise(before.committedAfter, sample.committedBefore)
    ? { backlogAfterMs: before.endReceivedMs }
    : undefined;
};

const isRise = (from: bigint | null, to: bigint | null): boolean => to !== null && from !== null && to > from;

/**
 * The group's drain from that of all its partitions: state by the readings of the whole group, moment by the partition that was
 * last. Partitions that never had a backlog do not count.
 */
export const wholeDrain = (group: Drain, parts: readonly Drain[]): Drain => {
  const emptied = parts.map(({ emptiedAt }) => emptiedAt).filter((moment) => moment !== undefined);
  const stood = parts.map(({ lastBacklogMs }) => lastBacklogMs).filter((ms) => ms !== undefined);
  const lastBacklogMs = stood.length === 0 ? group.lastBacklogMs : Math.max(...stood);
  if (group.emptiedAt === undefined || emptied.length === 0) return { ...group, lastBacklogMs };
  return {
    ...group,
    lastBacklogMs,
    emptiedAt: {
      lowMs: Math.max(...emptied.map(({ lowMs }) => lowMs)),
      highMs: Math.max(...emptied.map(({ highMs }) => highMs)),
    },
  };
};

/**
 * The partition that was emptied last; of those that were not, the one with the greatest backlog that is left. null
 * where none ever had a backlog.
 */
export const slowestOf = (histories: readonly OffsetHistory[], parts: readonly Drain[]): number | null => {
  const rank = histories.map(({ partition, samples }, index) => {
    const { emptiedAt, lastBacklogMs } = parts[index] ?? {};
    const last = samples.at(-1);
    const left = emptiedAt === undefined && last !== undefined ? (partitionLag(last).high ?? Infinity) : 0;
    return { partition, left, lastMs: lastBacklogMs ?? Number.NEGATIVE_INFINITY };
  });
  const [slowest] = rank
    .filter(({ left, lastMs }) => left > 0 || lastMs > Number.NEGATIVE_INFINITY)
    .sort((one, other) => compare(other.left, one.left) || compare(other.lastMs, one.lastMs));
  return slowest?.partition ?? null;
};

const compare = (left: number, right: number): number => (left < right ? -1 : left > right ? 1 : 0);
