import type { Readings } from '../../record/readings.ts';
import type { OffsetHistory } from '../../record/run-record.ts';
import type { NoTimeLag, TimeLag } from './time-lag.ts';

/** How a time lag was had, or why there is none, by a small number. */
const hows: readonly (Pick<TimeLag, 'method' | 'clock'> | Pick<NoTimeLag, 'reason'>)[] = [
  { method: 'caught-up' },
  { method: 'interpolation' },
  { method: 'record-timestamp' },
  { method: 'record-timestamp', clock: 'producer' },
  { method: 'record-timestamp', clock: 'broker' },
  { method: 'list-offsets' },
  { method: 'list-offsets', clock: 'producer' },
  { method: 'list-offsets', clock: 'broker' },
  { reason: 'no-lag-reading' },
  { reason: 'too-few-samples' },
  { reason: 'before-history' },
  { reason: 'ahead-of-history' },
  { reason: 'no-record-time' },
  { reason: 'timestamp-ahead' },
];
const firstReason = hows.findIndex((how) => 'reason' in how);

export const howOf = (lag: Pick<TimeLag, 'method' | 'clock'> | Pick<NoTimeLag, 'reason'>): number =>
  hows.findIndex((how) =>
    'reason' in lag
      ? 'reason' in how && how.reason === lag.reason
      : 'method' in how && how.method === lag.method && how.clock === lag.clock,
  );

/** Whether that number is one of a time lag. */
export const isHow = (how: number): boolean => how < firstReason;

export const lagFrom = (
  how: number,
  atMs: number,
  ms: number,
  lowMs: number,
  highMs: number,
): TimeLag | NoTimeLag => {
  const known = hows[how] as (typeof hows)[number];
  return 'reason' in known
    ? { reason: known.reason, atMs, lowMs }
    : {
        method: known.method,
        atMs,
        ms,
        lowMs,
        highMs,
        ...(known.clock === undefined ? {} : { clock: known.clock }),
      };
};

export const [caughtUp, interpolated] = [howOf({ method: 'caught-up' }), howOf({ method: 'interpolation' })];

/** Takes the time lags of one partition, one for each sample in their order; where there is none, `ms` and `highMs` say nothing. */
export type TimeLagSink = {
  set(index: number, how: number, atMs: number, ms: number, lowMs: number, highMs: number): void;
  /** Of the samples from `index` on, taken by readings in which nothing waited. */
  setCaughtUp(index: number, readings: Readings, from: number, to: number): void;
  /**
   * Of the samples from `index` on, taken by readings of which each saw the same: between two changes time alone goes on. When the
   * messages that wait came to be, on our clock: the oldest of them most likely and at the earliest; the newest that may be the oldest at
   * the latest, which is infinite where none may wait.
   */
  setWaiting(
    index: number,
    readings: Readings,
    from: number,
    to: number,
    oldestMs: number,
    oldestLowMs: number,
    newestHighMs: number,
  ): void;
};

/** Time lags of one partition in columns, one for each sample in their order; where there is none, `ms` and `highMs` say nothing. */
export class TimeLags implements TimeLagSink, Iterable<TimeLag | NoTimeLag> {
  readonly length: number;
  readonly how: Uint8Array;
  readonly atMs: Float64Array;
  readonly ms: Float64Array;
  readonly lowMs: Float64Array;
  readonly highMs: Float64Array;

  constructor(length: number) {
    this.length = length;
    this.how = new Uint8Array(length);
    this.atMs = new Float64Array(length);
    this.ms = new Float64Array(length);
    this.lowMs = new Float64Array(length);
    this.highMs = new Float64Array(length);
  }

  set(index: number, how: number, atMs: number, ms: number, lowMs: number, highMs: number): void {
    this.how[index] = how;
    this.atMs[index] = atMs;
    this.ms[index] = ms;
    this.lowMs[index] = lowMs;
    this.highMs[index] = highMs;
  }

  setCaughtUp(index: number, { endSentMs, endReceivedMs }: Readings, from: number, to: number): void {
    for (let reading = from; reading < to; reading += 1) {
      const middleMs = ((endSentMs[reading] as number) + (endReceivedMs[reading] as number)) / 2;
      this.set(index + reading - from, caughtUp, middleMs, 0, 0, 0);
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
    for (let reading = from; reading < to; reading += 1) {
      const sentMs = endSentMs[reading] as number;
      const receivedMs = endReceivedMs[reading] as number;
      const middleMs = (sentMs + receivedMs) / 2;
      const low = Math.max(0, sentMs - newestHighMs);
      const high = Math.max(low, receivedMs - oldestLowMs);
      // A commit that came while the offsets were read was, as likely as not, not there yet when the end was.
      const ms = Math.min(high, Math.max(low, middleMs - oldestMs));
      this.set(index + reading - from, interpolated, middleMs, ms, low, high);
    }
  }

  giveAll(into: TimeLagSink): void {
    for (let index = 0; index < this.length; index += 1)
      into.set(
        index,
        this.how[index] as number,
        this.atMs[index] as number,
        this.ms[index] as number,
        this.lowMs[index] as number,
        this.highMs[index] as number,
      );
  }

  put(index: number, lag: TimeLag | NoTimeLag): void {
    if ('reason' in lag) this.set(index, howOf(lag), lag.atMs, 0, lag.lowMs, 0);
    else this.set(index, howOf(lag), lag.atMs, lag.ms, lag.lowMs, lag.highMs);
  }

  at(index: number): TimeLag | NoTimeLag {
    return lagFrom(
      this.how[index] as number,
      this.atMs[index] as number,
      this.ms[index] as number,
      this.lowMs[index] as number,
      this.highMs[index] as number,
    );
  }

  *[Symbol.iterator](): Generator<TimeLag | NoTimeLag> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index);
  }
}

/** One value for each reading of a partition, in their order. Whoever finds the age of a message does it behind this. */
export type TimeLagEstimator = (history: OffsetHistory) => TimeLags;
