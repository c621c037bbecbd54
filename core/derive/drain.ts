import type { OffsetContent, OffsetHistory, ReadingTimes } from '../record/run-record.ts';
import { cursorOf } from '../record/sample-cursor.ts';
import type { CurvePoint } from './offset-curves.ts';
import { partitionLag, type PartitionLag } from './partition-lag.ts';

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
export const deriveDrain = (readings: Iterable<LagReading>, loadEndMs: number, sustainMs: number): Drain => {
  let first: LagReading | undefined;
  let last: LagReading | undefined;
  let emptySince: LagReading | undefined;
  let lastBacklogMs: number | undefined;
  /** What came and went between two empty readings was a backlog too. */
  let movedSinceEmpty: LagReading | undefined;
  let isKnown = false;
  for (const reading of readings) {
    first ??= reading;
    last = reading;
    if (reading.lagHigh !== null) isKnown = true;
    const backlogMs = hasBacklog(reading) ? reading.endSentMs : undefined;
    lastBacklogMs = latest(latest(lastBacklogMs, reading.backlogAfterMs), backlogMs);
    if (!isEmpty(reading)) emptySince = movedSinceEmpty = undefined;
    else {
      emptySince ??= reading;
      if (reading.backlogAfterMs !== undefined) movedSinceEmpty = reading;
    }
  }
  if (first === undefined || last === undefined || !isKnown)
    return { state: 'unknown', emptiedAt: undefined, lastBacklogMs };
  const isSustained =
    emptySince !== undefined &&
    emptySince !== last &&
    last.endSentMs - Math.max(emptySince.endReceivedMs, loadEndMs) >= sustainMs - sustainToleranceMs;
  if (emptySince === undefined || !isSustained) {
    const stoodAfterLoad = lastBacklogMs !== undefined && (lastBacklogMs >= loadEndMs || !isEmpty(last));
    return { state: stoodAfterLoad ? 'timed-out' : 'unknown', emptiedAt: undefined, lastBacklogMs };
  }
  const emptiedBy = movedSinceEmpty ?? emptySince;
  return {
    state: emptySince.endReceivedMs <= loadEndMs ? 'no-backlog' : 'drained',
    emptiedAt: { lowMs: lastBacklogMs ?? first.endSentMs, highMs: emptiedBy.endReceivedMs },
    lastBacklogMs,
  };
};

const latest = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined ? other : other === undefined ? one : Math.max(one, other);

/** Readings are never exactly an interval apart; without a tolerance a sustained interval would need one tick more. */
const sustainToleranceMs = 100;

/** True once the newest readings show that the backlog is gone for good; what the live run waits for. */
export const isDrained = (readings: readonly LagReading[], loadEndMs: number, sustainMs: number): boolean => {
  const { state } = deriveDrain(readings, loadEndMs, sustainMs);
  return state === 'drained' || state === 'no-backlog';
};

/** Drain of one partition. A commit tells of a backlog that stood just before it, also where no reading fell into it. */
export const partitionDrain = (history: OffsetHistory, loadEndMs: number, sustainMs: number): Drain =>
  deriveDrain(lagReadings(history), loadEndMs, sustainMs);

function* lagReadings({ samples }: OffsetHistory): Generator<LagReading> {
  const cursor = cursorOf(samples);
  let before: Seen | undefined;
  while (cursor.next()) {
    const { content, times } = cursor;
    const lag = content === before?.content ? before.lag : partitionLag(content);
    const now = { content, times, lag };
    const { endSentMs, endReceivedMs } = times;
    yield { endSentMs, endReceivedMs, lagLow: lag.low, lagHigh: lag.high, ...movedBetween(before, now) };
    before = now;
  }
}

type Seen = { readonly content: OffsetContent; readonly times: ReadingTimes; readonly lag: PartitionLag };

const movedBetween = (
  before: Seen | undefined,
  now: Seen,
): Pick<LagReading, 'backlogAfterMs'> | undefined => {
  const { committedBefore, committedAfter, end } = now.content;
  // A group that steps over a marker at the end of the log had nothing left to read.
  if (before?.lag.high === 0 && end <= before.content.end) return undefined;
  if (isRise(committedBefore, committedAfter)) return { backlogAfterMs: now.times.fromMs };
  return before !== undefined && isRise(before.content.committedAfter, committedBefore)
    ? { backlogAfterMs: before.times.endReceivedMs }
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
