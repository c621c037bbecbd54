import type { Readings } from '../../record/readings.ts';
import type { OffsetHistory } from '../../record/run-record.ts';
import { stretchesOf } from '../../record/stretches-of.ts';
import { momentsOf, type Moments } from '../moments-of.ts';
import { onceFor } from '../once.ts';
import { withoutInert, type GroupCurve } from '../offset-curves.ts';
import { bestTimeLag, bestTimeLagInto } from './best-time-lag.ts';
import type { NoTimeLag, TimeLag } from './time-lag.ts';
import { caughtUp, interpolated, isHow, TimeLags, type TimeLagSink } from './time-lags.ts';

/** One reading of a group: the lag of the partition that is furthest behind, or why there is none. */
export type GroupTimeLag = (TimeLag | NoTimeLag) & { readonly partition: number };

/**
 * Reading by reading, each made as it is come to: of a day there are 86,400. Where one partition has no time lag, neither has the
 * group.
 */
export const groupTimeLag = ({ partitions }: Pick<GroupCurve, 'partitions'>): Iterable<GroupTimeLag> => ({
  [Symbol.iterator]: () => timeLagsOf(partitions).all().furthest(),
});

/** Likewise of the partition that is least behind; nothing where all of them have none, or there is but one. */
export const leastTimeLag = ({ partitions }: Pick<GroupCurve, 'partitions'>): Iterable<Known> => ({
  [Symbol.iterator]: () => timeLagsOf(partitions).all().least(),
});

type Known = Extract<GroupTimeLag, TimeLag>;

/**
 * Of all partitions that have a part in the run. They are gone through one by one and in their order, but no sooner than somebody
 * asks for one of them: who makes other figures of the same partition right behind does so before its samples are packed again.
 */
class GroupTimeLags {
  readonly #active: readonly OffsetHistory[];
  readonly #moments: Moments;
  readonly #readings: ReadingLags;
  readonly #peaks = new Map<OffsetHistory, number | null>();

  constructor(partitions: readonly OffsetHistory[]) {
    this.#active = withoutInert(partitions);
    this.#moments = momentsOf(this.#active);
    this.#readings = new ReadingLags(this.#moments.fromMs.length);
  }

  peakMs(history: OffsetHistory): number | null {
    const at = this.#active.indexOf(history);
    this.#takeUpTo(at);
    return at < 0 ? peakTimeLagMs(history) : (this.#peaks.get(history) ?? null);
  }

  all(): ReadingLags {
    this.#takeUpTo(this.#active.length - 1);
    return this.#readings;
  }

  #takeUpTo(last: number): void {
    for (let at = this.#peaks.size; at <= last; at += 1) {
      const history = this.#active[at] as OffsetHistory;
      this.#readings.begin(history, placesOf(history, this.#moments));
      bestTimeLagInto(history, this.#readings);
      this.#peaks.set(history, this.#readings.peakMs);
    }
  }
}

const timeLagsOf = onceFor((partitions: GroupCurve['partitions']) => new GroupTimeLags(partitions));

/** At which moment each sample was taken, in the order of the samples, which is that of time but where a clock went back. */
const placesOf = (history: OffsetHistory, moments: Moments): Int32Array => {
  const { readings, from, to, first, length, samples } = stretchesOf(history.samples);
  const ordered = moments.stretchesOf(history).readings;
  const known = ordered === readings ? moments.placesOf(readings) : undefined;
  const begun = from[0] ?? 0;
  if (known !== undefined && (to[length - 1] ?? 0) - begun === samples)
    return known.at.subarray(begun - known.first, begun - known.first + samples);
  const places = new Int32Array(samples);
  for (let index = 0; index < length; index += 1) {
    const begin = from[index] as number;
    for (let reading = begin; reading < (to[index] as number); reading += 1)
      places[(first[index] as number) + reading - begin] =
        known === undefined
          ? moments.fromMs.indexOf(readings.fromMs[reading] as number)
          : (known.at[reading - known.first] as number);
  }
  return places;
};

/** The time lags of each reading, put together partition by partition. */
class ReadingLags implements TimeLagSink {
  readonly #partitions: number[] = [];
  readonly #counts: Uint32Array;
  /** Of the first partition that has none. */
  readonly #none: Lags;
  readonly #most: Lags;
  readonly #least: Lags;
  readonly #lowMs: Float64Array;
  readonly #highMs: Float64Array;
  /** Of the newest partition: at which moment each of its samples was taken, and its greatest time lag. */
  #places: Int32Array = new Int32Array();
  #peakMs = Number.NEGATIVE_INFINITY;

  constructor(length: number) {
    this.#counts = new Uint32Array(length);
    this.#none = new Lags(length);
    this.#most = new Lags(length);
    this.#most.lags.ms.fill(Number.NEGATIVE_INFINITY);
    this.#least = new Lags(length);
    this.#least.lags.ms.fill(Number.POSITIVE_INFINITY);
    this.#lowMs = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
    this.#highMs = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
  }

  /** What comes next is that of this partition. */
  begin({ partition }: OffsetHistory, places: Int32Array): void {
    this.#partitions.push(partition);
    this.#places = places;
    this.#peakMs = Number.NEGATIVE_INFINITY;
  }

  set(index: number, how: number, atMs: number, ms: number, lowMs: number, highMs: number): void {
    const at = this.#places[index] as number;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    if (lowMs > (this.#lowMs[at] as number)) this.#lowMs[at] = lowMs;
    if (!isHow(how)) {
      if (this.#none.of[at] === unset) this.#none.keep(at, this.#newest, how, atMs, ms, lowMs, highMs);
      return;
    }
    if (highMs > (this.#highMs[at] as number)) this.#highMs[at] = highMs;
    if (ms > this.#peakMs) this.#peakMs = ms;
    if (ms > (this.#most.lags.ms[at] as number))
      this.#most.keep(at, this.#newest, how, atMs, ms, lowMs, highMs);
    if (ms < (this.#least.lags.ms[at] as number))
      this.#least.keep(at, this.#newest, how, atMs, ms, lowMs, highMs);
  }

  setCaughtUp(index: number, { endSentMs, endReceivedMs }: Readings, from: number, to: number): void {
    const places = this.#places;
    const counts = this.#counts;
    const lows = this.#lowMs;
    const highs = this.#highMs;
    const mostMs = this.#most.lags.ms;
    const leastMs = this.#least.lags.ms;
    if (0 > this.#peakMs) this.#peakMs = 0;
    for (let reading = from; reading < to; reading += 1) {
      const at = places[index + reading - from] as number;
      counts[at] = (counts[at] as number) + 1;
      if (0 > (lows[at] as number)) lows[at] = 0;
      if (0 > (highs[at] as number)) highs[at] = 0;
      if ((mostMs[at] as number) >= 0 && (leastMs[at] as number) <= 0) continue;
      const middleMs = ((endSentMs[reading] as number) + (endReceivedMs[reading] as number)) / 2;
      if (0 > (mostMs[at] as number)) this.#most.keep(at, this.#newest, caughtUp, middleMs, 0, 0, 0);
      if (0 < (leastMs[at] as number)) this.#least.keep(at, this.#newest, caughtUp, middleMs, 0, 0, 0);
    }
  }

  setWaiting(
    index: number,
    { endSentMs, endReceivedMs }: Readings,
    from: number,
    to: number,
    oldestMs: number,
    oldestLowMs: number,
    newestHighMs: number,
  ): void {
    const places = this.#places;
    const counts = this.#counts;
    const lows = this.#lowMs;
    const highs = this.#highMs;
    const mostMs = this.#most.lags.ms;
    const leastMs = this.#least.lags.ms;
    // As `TimeLags` has it, over columns that stay where they are.
    for (let reading = from; reading < to; reading += 1) {
      const at = places[index + reading - from] as number;
      const sentMs = endSentMs[reading] as number;
      const receivedMs = endReceivedMs[reading] as number;
      const middleMs = (sentMs + receivedMs) / 2;
      const low = Math.max(0, sentMs - newestHighMs);
      const high = Math.max(low, receivedMs - oldestLowMs);
      const ms = Math.min(high, Math.max(low, middleMs - oldestMs));
      counts[at] = (counts[at] as number) + 1;
      if (low > (lows[at] as number)) lows[at] = low;
      if (high > (highs[at] as number)) highs[at] = high;
      if (ms > this.#peakMs) this.#peakMs = ms;
      if (ms > (mostMs[at] as number))
        this.#most.keep(at, this.#newest, interpolated, middleMs, ms, low, high);
      if (ms < (leastMs[at] as number))
        this.#least.keep(at, this.#newest, interpolated, middleMs, ms, low, high);
    }
  }

  /** Greatest time lag of the newest partition; null where it has none. */
  get peakMs(): number | null {
    return this.#peakMs === Number.NEGATIVE_INFINITY ? null : this.#peakMs;
  }

  *furthest(): Generator<GroupTimeLag> {
    for (let at = 0; at < this.#counts.length; at += 1) yield this.#furthestAt(at);
  }

  /** The first reading with the greatest time lag of all; undefined where none has one. */
  get peak(): Known | undefined {
    let [peak, peakMs] = [-1, Number.NEGATIVE_INFINITY];
    for (let at = 0; at < this.#counts.length; at += 1) {
      const ms = this.#most.lags.ms[at] as number;
      if (this.#none.of[at] === unset && ms > peakMs) [peak, peakMs] = [at, ms];
    }
    return peak < 0 ? undefined : (this.#furthestAt(peak) as Known);
  }

  *least(): Generator<Known> {
    for (const [at, count] of this.#counts.entries()) {
      if (count < 2 || this.#least.of[at] === unset) continue;
      yield { ...(this.#least.lags.at(at) as TimeLag), partition: this.#partitionOf(this.#least, at) };
    }
  }

  #furthestAt(at: number): GroupTimeLag {
    const lowMs = this.#lowMs[at] as number;
    if (this.#none.of[at] !== unset)
      return {
        ...(this.#none.lags.at(at) as NoTimeLag),
        partition: this.#partitionOf(this.#none, at),
        lowMs,
      };
    return {
      ...(this.#most.lags.at(at) as TimeLag),
      partition: this.#partitionOf(this.#most, at),
      lowMs,
      highMs: this.#highMs[at] as number,
    };
  }

  get #newest(): number {
    return this.#partitions.length - 1;
  }

  #partitionOf({ of }: Lags, at: number): number {
    return this.#partitions[of[at] as number] as number;
  }
}

const unset = -1;

/** One time lag of each reading, and of which partition. */
class Lags {
  readonly lags: TimeLags;
  readonly of: Int32Array;

  constructor(length: number) {
    this.lags = new TimeLags(length);
    this.of = new Int32Array(length).fill(unset);
  }

  keep(at: number, of: number, how: number, atMs: number, ms: number, lowMs: number, highMs: number): void {
    this.of[at] = of;
    this.lags.set(at, how, atMs, ms, lowMs, highMs);
  }
}

/** The reading with the greatest time lag; null where none has one. */
export const peakTimeLag = (
  curve: Pick<GroupCurve, 'partitions'>,
): (TimeLag & { partition: number }) | null => timeLagsOf(curve.partitions).all().peak ?? null;

/** Greatest time lag of one partition, in ms; null where it has none. */
export const peakTimeLagOf = (
  history: OffsetHistory,
  { partitions }: Pick<GroupCurve, 'partitions'>,
): number | null => timeLagsOf(partitions).peakMs(history);

const peakOf = ({ length, how, ms }: TimeLags): number | null => {
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < length; index += 1)
    if (isHow(how[index] as number) && (ms[index] as number) > most) most = ms[index] as number;
  return most === Number.NEGATIVE_INFINITY ? null : most;
};

const peakTimeLagMs = (history: OffsetHistory): number | null => peakOf(bestTimeLag(history));
