import { committedIn, without } from '../record/content-columns.ts';
import type { OffsetHistory } from '../record/run-record.ts';
import type { Stretches } from '../record/stretches.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import type { Whole } from '../record/whole.ts';
import type { CurvePoint } from './offset-curves.ts';
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
export const deriveDrain = (readings: Iterable<LagReading>, loadEndMs: number, sustainMs: number): Drain => {
  const watch = new DrainWatch();
  for (const { endSentMs, endReceivedMs, lagLow, lagHigh } of readings)
    watch.take(endSentMs, endReceivedMs, lagLow ?? Number.NaN, lagHigh ?? Number.NaN);
  return watch.drain(loadEndMs, sustainMs);
};

class DrainWatch {
  #readings = 0;
  #firstSentMs = 0;
  #lastSentMs = 0;
  #isEmpty = false;
  #isKnown = false;
  #lastBacklogMs: number | undefined;
  /** The first of the empty readings since the last one that was not. */
  #emptySince: { readonly reading: number; readonly receivedMs: number } | undefined;
  /** What came and went between two empty readings was a backlog too. */
  #movedReceivedMs: number | undefined;

  /**
   * Bounds are NaN where lag was not a number. `backlogAfterMs`: a backlog stood at this moment or later, before this reading: a
   * commit came after it.
   */
  take(sentMs: number, receivedMs: number, lagLow: number, lagHigh: number, backlogAfterMs?: number): void {
    if (this.#readings === 0) this.#firstSentMs = sentMs;
    this.#readings += 1;
    this.#lastSentMs = sentMs;
    if (!Number.isNaN(lagHigh)) this.#isKnown = true;
    if (backlogAfterMs !== undefined) this.#lastBacklogMs = latest(this.#lastBacklogMs, backlogAfterMs);
    if (lagLow > 0) this.#lastBacklogMs = latest(this.#lastBacklogMs, sentMs);
    this.#isEmpty = lagHigh === 0;
    if (!this.#isEmpty) this.#emptySince = this.#movedReceivedMs = undefined;
    else {
      this.#emptySince ??= { reading: this.#readings, receivedMs };
      if (backlogAfterMs !== undefined) this.#movedReceivedMs = receivedMs;
    }
  }

  drain(loadEndMs: number, sustainMs: number): Drain {
    const [emptySince, lastBacklogMs] = [this.#emptySince, this.#lastBacklogMs];
    if (!this.#isKnown) return { state: 'unknown', emptiedAt: undefined, lastBacklogMs };
    const isSustained =
      emptySince !== undefined &&
      emptySince.reading !== this.#readings &&
      this.#lastSentMs - Math.max(emptySince.receivedMs, loadEndMs) >= sustainMs - sustainToleranceMs;
    if (emptySince === undefined || !isSustained) {
      const stoodAfterLoad = lastBacklogMs !== undefined && (lastBacklogMs >= loadEndMs || !this.#isEmpty);
      return { state: stoodAfterLoad ? 'timed-out' : 'unknown', emptiedAt: undefined, lastBacklogMs };
    }
    return {
      state: emptySince.receivedMs <= loadEndMs ? 'no-backlog' : 'drained',
      emptiedAt: {
        lowMs: lastBacklogMs ?? this.#firstSentMs,
        highMs: this.#movedReceivedMs ?? emptySince.receivedMs,
      },
      lastBacklogMs,
    };
  }
}

const latest = (one: number | undefined, other: number): number =>
  one === undefined ? other : Math.max(one, other);

/** Readings are never exactly an interval apart; without a tolerance a sustained interval would need one tick more. */
const sustainToleranceMs = 100;

/** True once the newest readings show that the backlog is gone for good; what the live run waits for. */
export const isDrained = (readings: readonly LagReading[], loadEndMs: number, sustainMs: number): boolean => {
  const { state } = deriveDrain(readings, loadEndMs, sustainMs);
  return state === 'drained' || state === 'no-backlog';
};

/** Drain of one partition. A commit tells of a backlog that stood just before it, also where no reading fell into it. */
export const partitionDrain = ({ samples }: OffsetHistory, loadEndMs: number, sustainMs: number): Drain => {
  const stretches = stretchesOf(samples);
  const { endSentMs, endReceivedMs, fromMs } = stretches.readings;
  const watch = new DrainWatch();
  const lag = new LagMeter();
  let before = -1;
  let highBefore = Number.NaN;
  for (let index = 0; index < stretches.length; index += 1) {
    lag.read(stretches, index);
    const first = stretches.from[index] as number;
    const last = (stretches.to[index] as number) - 1;
    const moved = movedBetween(stretches, before, highBefore, index);
    watch.take(
      endSentMs[first] as number,
      endReceivedMs[first] as number,
      lag.low,
      lag.high,
      moved === 'between-commits'
        ? fromMs[first]
        : moved === 'since'
          ? endReceivedMs[(stretches.to[before] as number) - 1]
          : undefined,
    );
    if (last > first) {
      // Those in between tell nothing beyond the last one.
      const again = movedBetween(stretches, index, lag.high, index);
      watch.take(
        endSentMs[last] as number,
        endReceivedMs[last] as number,
        lag.low,
        lag.high,
        again === 'between-commits' ? fromMs[last] : again === 'since' ? endReceivedMs[last - 1] : undefined,
      );
    }
    before = index;
    highBefore = lag.high;
  }
  return watch.drain(loadEndMs, sustainMs);
};

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
