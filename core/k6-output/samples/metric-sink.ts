import type { TrendContent } from '../../load/trend-content.ts';
import type { Unit } from '../../quantity.ts';
import type { K6Metric } from '../../record/load-outcome.ts';
import type { Point, Series, SeriesKey, Window } from '../../record/run-record.ts';
import type { MetricType } from './sample.ts';
import type { SampleBatch } from './sample-batch.ts';
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
  add(batch: SampleBatch): void;
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

/** A value for each second that something fell into. */
class BySecond<Cell> {
  readonly #cells = new Map<number, Cell>();
  readonly #make: () => Cell;

  constructor(make: () => Cell) {
    this.#make = make;
  }

  at(atMs: number): Cell {
    const second = Math.floor(atMs / 1000);
    let cell = this.#cells.get(second);
    if (cell === undefined) {
      cell = this.#make();
      this.#cells.set(second, cell);
    }
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

/** Where the samples end that fell into one second with the one at `from`, and follow it: most do. */
const endOfSecond = ({ times, count }: SampleBatch, from: number): number => {
  const startMs = Math.floor((times[from] ?? 0) / 1000) * 1000;
  const endMs = startMs + 1000;
  let to = from + 1;
  for (; to < count; to += 1) {
    const atMs = times[to] ?? 0;
    if (atMs < startMs || atMs >= endMs) break;
  }
  return to;
};

class CounterSink implements MetricSink {
  readonly isExact = true;
  #samples = 0;
  #total = 0;
  readonly #seconds = new BySecond(() => ({ added: 0 }));

  add(batch: SampleBatch): void {
    const { times, values, count } = batch;
    this.#samples += count;
    let total = this.#total;
    for (let from = 0; from < count;) {
      const to = endOfSecond(batch, from);
      const second = this.#seconds.at(times[from] ?? 0);
      let { added } = second;
      for (; from < to; from += 1) {
        const value = values[from] ?? 0;
        total += value;
        added += value;
      }
      second.added = added;
    }
    this.#total = total;
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

  add({ times, values, count }: SampleBatch): void {
    for (let index = 0; index < count; index += 1) {
      const value = values[index] ?? 0;
      this.#value = value;
      this.#min = Math.min(this.#min, value);
      this.#max = Math.max(this.#max, value);
      this.#seconds.at(times[index] ?? 0).value = value;
    }
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

  add({ values, count }: SampleBatch): void {
    let passes = 0;
    for (let index = 0; index < count; index += 1) if (values[index] !== 0) passes += 1;
    this.#total += count;
    this.#passes += passes;
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

  add(batch: SampleBatch): void {
    const { times, values, count } = batch;
    this.#values.add(values, count);
    for (let from = 0; from < count;) {
      const to = endOfSecond(batch, from);
      this.#seconds.at(times[from] ?? 0).add(values, from, to);
      from = to;
    }
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
