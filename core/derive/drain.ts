import { committedIn, without } from '../record/content-columns.ts';
import type { OffsetHistory } from '../record/run-record.ts';
import type { Stretches } from '../record/stretches.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import type { Whole } from '../record/whole.ts';
import type { CurvePoint } from './offset-curves.ts';
import { onceFor } from './once.ts';
import { LagMeter, partitionLag } from './partition-lag.ts';

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
export type LagReading = Pick<CurvePoint, 'endSentMs' | 'endReceivedMs' | 'lagLow' | 'lagHigh'>;

/**
 * Looks for the sustained interval, after the load, in which nothing readable remained. The moment it began is
 * interval-censored: after the last reading with a certain backlog (the first reading where none ever was certain), not
 * after the first empty one.
 */
export const deriveDrain = (readings: readonly LagReading[], loadEndMs: number, sustainMs: number): Drain => {
  const watch = new DrainWatch();
  for (let index = readings.length - 1; index >= 0; index -= 1) {
    const { endSentMs, endReceivedMs, lagLow, lagHigh } = readings[index] as LagReading;
    watch.take(endSentMs, endReceivedMs, lagLow ?? Number.NaN, lagHigh ?? Number.NaN);
  }
  return watch.drain(loadEndMs, sustainMs);
};

/** Goes through readings from the last one back: what became of the backlog is told at the end. */
class DrainWatch {
  #firstSentMs = 0;
  #lastSentMs: number | undefined;
  #isKnown = false;
  #lastBacklogMs: number | undefined;
  /** Whether all taken so far were empty, how many were, and when the earliest of those was had. */
  #isEmpty = true;
  #empty = 0;
  #emptySinceMs = 0;
  /** What came and went between two empty readings was a backlog too. */
  #movedReceivedMs: number | undefined;

  /**
   * The reading in front of those taken so far. Bounds are NaN where lag was not a number. `backlogAfterMs`: a backlog stood at this
   * moment or later, before this reading: a commit came after it.
   */
  take(sentMs: number, receivedMs: number, lagLow: number, lagHigh: number, backlogAfterMs?: number): void {
    this.#firstSentMs = sentMs;
    this.#lastSentMs ??= sentMs;
    if (!Number.isNaN(lagHigh)) this.#isKnown = true;
    if (backlogAfterMs !== undefined) this.#lastBacklogMs = latest(this.#lastBacklogMs, backlogAfterMs);
    if (lagLow > 0) this.#lastBacklogMs = latest(this.#lastBacklogMs, sentMs);
    if (lagHigh !== 0) this.#isEmpty = false;
    if (!this.#isEmpty) return;
    this.#empty += 1;
    this.#emptySinceMs = receivedMs;
    if (backlogAfterMs !== undefined) this.#movedReceivedMs ??= receivedMs;
  }

  /** Whether readings in front of those, all of them over by then, would change nothing. */
  isSettled(byMs: number): boolean {
    return (
      this.#isKnown && !this.#isEmpty && this.#lastBacklogMs !== undefined && byMs <= this.#lastBacklogMs
    );
  }

  drain(loadEndMs: number, sustainMs: number): Drain {
    const lastBacklogMs = this.#lastBacklogMs;
    if (!this.#isKnown || this.#lastSentMs === undefined)
      return { state: 'unknown', emptiedAt: undefined, lastBacklogMs };
    const emptyMs = this.#lastSentMs - Math.max(this.#emptySinceMs, loadEndMs);
    if (!isSustained(this.#empty, emptyMs, sustainMs)) {
      const stoodAfterLoad = lastBacklogMs !== undefined && (lastBacklogMs >= loadEndMs || this.#empty === 0);
      return { state: stoodAfterLoad ? 'timed-out' : 'unknown', emptiedAt: undefined, lastBacklogMs };
    }
    return {
      state: this.#emptySinceMs <= loadEndMs ? 'no-backlog' : 'drained',
      emptiedAt: {
        lowMs: lastBacklogMs ?? this.#firstSentMs,
        highMs: this.#movedReceivedMs ?? this.#emptySinceMs,
      },
      lastBacklogMs,
    };
  }
}

const latest = (one: number | undefined, other: number): number =>
  one === undefined ? other : Math.max(one, other);

/** Readings are never exactly an interval apart; without a tolerance a sustained interval would need one tick more. */
const sustainToleranceMs = 100;

/**
 * Whether the newest readings show that the backlog is gone for good, told reading by reading: what the live run waits for. It is
 * what `deriveDrain` says of all of them, of which nothing has to be kept: only since when they have been empty counts.
 */
export class EmptyWatch {
  /** Of the readings without a backlog that were taken last: how many, when the first was had, and when the last was asked for. */
  #empty = 0;
  #sinceMs = 0;
  #lastSentMs = 0;

  take({ endSentMs, endReceivedMs, lagHigh }: LagReading): void {
    this.#lastSentMs = endSentMs;
    if (lagHigh !== 0) this.#empty = 0;
    else if (this.#empty === 0) this.#sinceMs = endReceivedMs;
    if (lagHigh === 0) this.#empty += 1;
  }

  isDrained(loadEndMs: number, sustainMs: number): boolean {
    return isSustained(this.#empty, this.#lastSentMs - Math.max(this.#sinceMs, loadEndMs), sustainMs);
  }
}

/** By one reading nothing is; `emptyMs`: from the first empty one, or the end of the load, to the last. */
const isSustained = (emptyReadings: number, emptyMs: number, sustainMs: number): boolean =>
  emptyReadings > 1 && emptyMs >= sustainMs - sustainToleranceMs;

/** Drain of one partition. A commit tells of a backlog that stood just before it, also where no reading fell into it. */
export const partitionDrain = (history: OffsetHistory, loadEndMs: number, sustainMs: number): Drain =>
  watchPartition(history).drain(loadEndMs, sustainMs);

/** Once for a partition: where it is gone through, nobody knows yet from when on the drain counts. */
export const watchPartition = onceFor(({ samples }: OffsetHistory): DrainWatch => {
  const stretches = stretchesOf(samples);
  const { readings, from, to } = stretches;
  const { endSentMs, endReceivedMs, fromMs } = readings;
  const watch = new DrainWatch();
  const lag = new LagMeter();
  const take = (reading: number, low: number, high: number, moved: Moved, before: number): void =>
    watch.take(
      endSentMs[reading] as number,
      endReceivedMs[reading] as number,
      low,
      high,
      moved === 'between-commits' ? fromMs[reading] : moved === 'since' ? endReceivedMs[before] : undefined,
    );
  const lastMs = (reading: number): number =>
    Math.max(fromMs[reading] as number, endSentMs[reading] as number, endReceivedMs[reading] as number);
  for (let index = stretches.length - 1; index >= 0; index -= 1) {
    lag.read(stretches, index);
    const { low, high } = lag;
    const first = from[index] as number;
    const last = (to[index] as number) - 1;
    // Those in between tell nothing beyond the last one.
    if (last > first) take(last, low, high, movedBetween(stretches, index, high, index), last - 1);
    if (index > 0) lag.read(stretches, index - 1);
    const before = index > 0 ? (to[index - 1] as number) - 1 : -1;
    take(
      first,
      low,
      high,
      movedBetween(stretches, index - 1, index > 0 ? lag.high : Number.NaN, index),
      before,
    );
    if (before >= 0 && readings.isAscending && watch.isSettled(lastMs(before))) break;
  }
  return watch;
});

/** Between the two readings of the committed offset, or since the sample before. */
type Moved = 'between-commits' | 'since' | undefined;

const movedBetween = (stretches: Stretches, before: number, highBefore: number, now: number): Moved => {
  const { committedBefore, end, marks } = stretches;
  // A group that steps over a marker at the end of the log had nothing left to read.
  if (highBefore === 0 && (end[now] as Whole) <= (end[before] as Whole)) return undefined;
  if (((marks[now] as number) & without.committedBefore) !== 0) return undefined;
  const committed = committedBefore[now] as Whole;
  const committedAfter = committedIn(stretches, now);
  if (committedAfter !== undefined && committedAfter > committed) return 'between-commits';
  const earlier = before < 0 ? undefined : committedIn(stretches, before);
  return earlier !== undefined && committed > earlier ? 'since' : undefined;
};

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
