import type { TrendContent } from '../../load/trend-content.ts';
import type { Unit } from '../../quantity.ts';
import type { K6Metric } from '../../record/load-outcome.ts';
import type { Point, Series, SeriesKey, Window } from '../../record/run-record.ts';
import type { MetricType } from './sample.ts';
import { SecondBuckets, TrendValues } from './trend-values.ts';

/** Epoch ms of elapsed 0 and of the end; `isInSeconds` where all times are whole seconds, so that the end is up to 1 s late. */
export type Span = { readonly startMs: number; readonly endMs: number; readonly isInSeconds: boolean };

/** Rates over a time that is known to a second are given where that second makes a difference of 1 % at most. */
const longEnoughMs = 100_000;

/** How long the run took, for its rates; the middle of what is possible, undefined where that is too wide. */
const countedSeconds = ({ startMs, endMs, isInSeconds }: Span): number | undefined => {
  if (!isInSeconds) return endMs > startMs ? (endMs - startMs) / 1000 : undefined;
  return endMs - startMs < longEnoughMs ? undefined : (endMs - startMs - 500) / 1000;
};

/** Takes the samples of one metric, or of the part of it that has certain tags. */
export type MetricSink = {
  /** `atMs` in epoch ms. */
  add(atMs: number, value: number): void;
  /** undefined where no sample came. */
  metric(span: Span, percentiles: Iterable<number>): K6Metric | undefined;
  /** Second by second; undefined where the type has no series, or there is nothing to show. */
  series(key: SeriesKey, span: Span): Series | undefined;
  /** Whether every figure is that of the samples, and none of buckets. */
  readonly isExact: boolean;
};

export const createMetricSink = (type: MetricType, contains: TrendContent): MetricSink =>
  ({
    counter: () => new CounterSink(),
    gauge: () => new GaugeSink(),
    rate: () => new RateSink(),
    trend: () => new TrendSink(contains),
  })[type]();

/** What a metric's series is in. */
export const unitOf = (name: string, type: MetricType, contains: TrendContent): Unit =>
  contains === 'time'
    ? 'ms'
    : contains === 'data'
      ? 'bytes'
      : type === 'counter' || name.startsWith('vus')
        ? 'count'
        : 'none';

/** A value for each second that something fell into; the last one is kept at hand, for most samples follow each other. */
class BySecond<Cell> {
  readonly #cells = new Map<number, Cell>();
  readonly #make: () => Cell;
  #second = Number.NaN;
  #cell: Cell | undefined;

  constructor(make: () => Cell) {
    this.#make = make;
  }

  at(atMs: number): Cell {
    const second = Math.floor(atMs / 1000);
    if (second === this.#second && this.#cell !== undefined) return this.#cell;
    let cell = this.#cells.get(second);
    if (cell === undefined) {
      cell = this.#make();
      this.#cells.set(second, cell);
    }
    this.#second = second;
    this.#cell = cell;
    return cell;
  }

  /** Ascending, each with its bounds on the run's clock; the first and the last second are cut to the run. */
  spans({ startMs, endMs }: Span): { readonly fromMs: number; readonly toMs: number; readonly cell: Cell }[] {
    return [...this.#cells]
      .sort(([left], [right]) => left - right)
      .map(([second, cell]) => ({
        fromMs: Math.max(0, second * 1000 - startMs),
        toMs: Math.max(0, Math.min(endMs, (second + 1) * 1000) - startMs),
        cell,
      }));
  }
}

class CounterSink implements MetricSink {
  readonly isExact = true;
  #samples = 0;
  #total = 0;
  readonly #seconds = new BySecond(() => ({ added: 0 }));

  add(atMs: number, value: number): void {
    this.#samples += 1;
    this.#total += value;
    this.#seconds.at(atMs).added += value;
  }

  metric(span: Span): K6Metric | undefined {
    if (this.#samples === 0) return undefined;
    const seconds = countedSeconds(span);
    return {
      type: 'counter',
      count: this.#total,
      rate: seconds === undefined ? null : this.#total / seconds,
    };
  }

  series(key: SeriesKey, span: Span): Series {
    let total = 0;
    const points = this.#seconds.spans(span).map(({ toMs, cell }): Point => {
      total += cell.added;
      return [toMs, total];
    });
    return { ...key, kind: 'counter', points: [[0, 0], ...points] };
  }
}

class GaugeSink implements MetricSink {
  readonly isExact = true;
  #value: number | undefined;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #seconds = new BySecond(() => ({ value: 0 }));

  add(atMs: number, value: number): void {
    this.#value = value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#seconds.at(atMs).value = value;
  }

  metric(): K6Metric | undefined {
    return this.#value === undefined
      ? undefined
      : { type: 'gauge', value: this.#value, min: this.#min, max: this.#max };
  }

  series(key: SeriesKey, span: Span): Series {
    const points = this.#seconds.spans(span).map(({ toMs, cell }): Point => [toMs, cell.value]);
    return { ...key, kind: 'gauge', points };
  }
}

class RateSink implements MetricSink {
  readonly isExact = true;
  #passes = 0;
  #total = 0;

  add(_atMs: number, value: number): void {
    this.#total += 1;
    if (value !== 0) this.#passes += 1;
  }

  metric(): K6Metric | undefined {
    return this.#total === 0
      ? undefined
      : {
          type: 'rate',
          passes: this.#passes,
          fails: this.#total - this.#passes,
          rate: this.#passes / this.#total,
        };
  }

  series(): undefined {
    return undefined;
  }
}

class TrendSink implements MetricSink {
  readonly #contains: TrendContent;
  readonly #values = new TrendValues();
  readonly #seconds = new BySecond(() => new SecondBuckets());

  constructor(contains: TrendContent) {
    this.#contains = contains;
  }

  get isExact(): boolean {
    return this.#values.isExact;
  }

  add(atMs: number, value: number): void {
    this.#values.add(value);
    this.#seconds.at(atMs).add(value);
  }

  metric(_span: Span, percentiles: Iterable<number>): K6Metric | undefined {
    return this.#values.count === 0
      ? undefined
      : { type: 'trend', contains: this.#contains, values: this.#values.values(percentiles) };
  }

  series(key: SeriesKey, span: Span): Series | undefined {
    const windows: Window[] = [];
    for (const { fromMs, toMs, cell } of this.#seconds.spans(span)) {
      const histogram = cell.histogram();
      if (histogram === undefined) return undefined;
      windows.push({ fromMs, toMs, histogram });
    }
    return { ...key, kind: 'distribution', windows };
  }
}
