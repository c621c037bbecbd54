import { k6MetricOf, type ThresholdRule } from '../../metric-table.ts';
import { partsOfDuration } from '../../load/k6-series.ts';
import { containsOf, type TrendContent } from '../../load/trend-content.ts';
import type { Ambiguity, K6Check, K6Metric, K6Summary, K6Threshold } from '../../record/load-outcome.ts';
import type { Series } from '../../record/run-record.ts';
import {
  formatMetricSelector,
  parseMetricSelector,
  parseThresholdExpression,
  type MetricSelector,
} from '../../threshold-expression.ts';
import { createMetricSink, unitOf, type MetricSink, type Span } from './metric-sink.ts';
import { SampleBatch, type TagValues } from './sample-batch.ts';
import type { Declaration, MetricType, Sample } from './sample.ts';

/** Rules whose metrics and percentiles are to be had from the samples. */
export type AskedFor = Pick<ThresholdRule, 'selector' | 'expression'>;

/** What k6's samples come to. */
export type SampledRun = {
  readonly summary: K6Summary;
  /** Second by second. */
  readonly series: readonly Series[];
  /** Of the first sample, less what it says to have taken, and of the last one. */
  readonly span: Span;
  /** Trends with more samples than are kept: their percentiles come from buckets of 0.27 %. */
  readonly bucketed: readonly string[];
  readonly ambiguous: readonly Ambiguity[];
};

/** A metric that is counted. */
export type CountedMetric = {
  /** The tags that it looks at. */
  readonly wantedTags: readonly string[];
  /** `tags` in the order of `wantedTags`, in a list that is not changed any more. */
  add(atMs: number, value: number, tags: TagValues): void;
};

type Kind = { readonly type: MetricType; readonly contains: TrendContent };
type Part = {
  readonly tags: MetricSelector['tags'];
  readonly sink: MetricSink;
  readonly selector: MetricSelector;
};

const alwaysKept: readonly MetricSelector[] = [
  { name: 'http_req_duration', tags: { expected_response: 'true' } },
];
const usualPercentiles: readonly number[] = [90, 95, 99];
/** A sample of these tells how long before it something began. */
const durations: readonly string[] = ['iteration_duration', 'http_req_duration'];

/** Adds up the samples of a run. Not counted, where nobody asks for them: the parts of http_req_duration. */
export class SampleSink {
  readonly #asked: readonly AskedFor[];
  readonly #metrics = new Map<string, Counted | undefined>();
  readonly #declared = new Map<string, Kind>();
  readonly #selectors: MetricSelector[];
  readonly #thresholds: K6Threshold[] = [];
  readonly #untyped = new Map<string, number>();
  readonly #checks = new Map<string, CheckCounts>();
  readonly #failed = createMetricSink('counter', 'default');
  readonly #span = new SpanOf();
  readonly #ofPart = new SampleBatch();

  constructor(asked: readonly AskedFor[] = []) {
    this.#asked = asked;
    this.#selectors = [...alwaysKept, ...asked.map(({ selector }) => selector)];
  }

  /** Holds for samples to come; a metric that had samples already stays what it was. */
  declare({ metric, type, contains, thresholds, submetrics }: Declaration): void {
    if (this.#declared.has(metric)) return;
    this.#declared.set(metric, { type, contains });
    if (this.#metrics.get(metric)?.hasSamples !== true) this.#metrics.delete(metric);
    this.#selectors.push(...submetrics.flatMap(selectorOf));
    if (thresholds.length > 0) this.#selectors.push({ name: metric, tags: {} });
    for (const expression of thresholds) this.#thresholds.push({ metric, expression, ok: null });
  }

  /** undefined: samples of this metric are not counted. The answer stays the same until something is declared. */
  counted(metric: string): CountedMetric | undefined {
    return this.#find(metric);
  }

  #find(metric: string): Counted | undefined {
    if (!this.#metrics.has(metric)) this.#metrics.set(metric, this.#begin(metric));
    return this.#metrics.get(metric);
  }

  /** Whether samples of the metric are passed over by intent, and not for want of its type. */
  isLeftOut(metric: string): boolean {
    return this.counted(metric) === undefined && isPart(metric);
  }

  take({ metric, atMs, value, tags }: Sample): void {
    const counted = this.#find(metric);
    if (counted !== undefined) counted.take(atMs, value, tags);
    else if (!this.isLeftOut(metric)) this.#untyped.set(metric, (this.#untyped.get(metric) ?? 0) + 1);
  }

  /** undefined where no sample came. */
  finish(): SampledRun | undefined {
    for (const counted of this.#metrics.values()) counted?.countBatch();
    const span = this.#span.span();
    if (span === undefined) return undefined;
    const metrics = new Map<string, K6Metric>();
    const bucketed: string[] = [];
    const shown: { readonly selector: MetricSelector; readonly sink: MetricSink; readonly kind: Kind }[] = [];
    for (const each of this.#inOrder()) {
      const name = formatMetricSelector(each.selector);
      const metric = each.sink.metric(span, this.#percentiles(name));
      if (metric === undefined) continue;
      metrics.set(name, metric);
      if (!each.sink.isExact) bucketed.push(name);
      shown.push(each);
    }
    // After all metrics, which give up the values of trends: series need room, too.
    const series = shown.flatMap(({ selector: { name, tags }, sink, kind }) => {
      const unit = unitOf(name, kind.type, kind.contains);
      const found = sink.series({ name, labels: tags, unit }, span);
      return found === undefined ? [] : [found];
    });
    const failures = this.#failed.series(failedKey, span);
    if (metrics.has('http_req_failed') && failures !== undefined) series.push(failures);
    return {
      summary: {
        metrics: Object.fromEntries(metrics),
        checks: [...this.#checks.values()] satisfies K6Check[],
        thresholds: this.#thresholds,
      },
      series,
      span,
      bucketed,
      ambiguous: [...this.#untyped].map(([metric, samples]) => ({
        id: 'type-unknown',
        metric,
        text: String(samples),
      })),
    };
  }

  /** By name, each metric before its parts. */
  *#inOrder(): Generator<{ selector: MetricSelector; sink: MetricSink; kind: Kind }> {
    const byName = [...this.#metrics].sort(([left], [right]) => (left < right ? -1 : 1));
    for (const [name, counted] of byName) {
      if (counted === undefined) continue;
      const { kind, whole, parts } = counted;
      yield { selector: { name, tags: {} }, sink: whole, kind };
      for (const { selector, sink } of parts) yield { selector, sink, kind };
    }
  }

  #begin(metric: string): Counted | undefined {
    const kind = this.#declared.get(metric) ?? builtIn(metric);
    if (kind === undefined) return undefined;
    const selectors = this.#selectors.filter(({ name }) => name === metric);
    if (isPart(metric) && selectors.length === 0) return undefined;
    const parts = new Map<string, Part>();
    for (const selector of selectors)
      if (Object.keys(selector.tags).length > 0)
        parts.set(formatMetricSelector(selector), {
          selector,
          tags: selector.tags,
          sink: createMetricSink(kind.type, kind.contains),
        });
    const counted = {
      kind,
      whole: createMetricSink(kind.type, kind.contains),
      parts: [...parts.values()],
      span: this.#span,
      ofPart: this.#ofPart,
      isDuration: durations.includes(metric),
    };
    if (metric === 'checks') return new CountedChecks(counted, this.#checks);
    return metric === 'http_req_failed' ? new CountedFailures(counted, this.#failed) : new Counted(counted);
  }

  #percentiles(metric: string): Set<number> {
    const expressions = [
      ...this.#asked
        .filter(({ selector }) => formatMetricSelector(selector) === metric)
        .map(({ expression }) => expression),
      ...this.#thresholds
        .filter((threshold) => threshold.metric === metric)
        .flatMap(({ expression }) => parsed(expression)),
    ];
    const asked = expressions.flatMap(({ aggregation }) =>
      aggregation.method === 'p' ? [aggregation.percentile] : [],
    );
    return new Set([...usualPercentiles, ...asked]);
  }
}

const failedKey = { name: 'http_reqs', labels: { expected_response: 'false' }, unit: 'count' } as const;

const isPart = (metric: string): boolean => partsOfDuration.has(metric);

const builtIn = (metric: string): Kind | undefined => {
  const known = k6MetricOf(metric);
  return known === undefined
    ? undefined
    : { type: known.type, contains: known.unit === 'bytes' ? 'data' : containsOf(metric) };
};

/** A submetric whose name cannot be read as tags is left out, as k6 itself could not have had samples for it. */
const selectorOf = (name: string): MetricSelector[] => {
  try {
    return [parseMetricSelector(name)];
  } catch {
    return [];
  }
};

const parsed = (expression: string) => {
  try {
    return [parseThresholdExpression(expression)];
  } catch {
    return [];
  }
};

/** When the run began and ended, by its samples. */
class SpanOf {
  #startMs = Number.POSITIVE_INFINITY;
  #endMs = Number.NEGATIVE_INFINITY;
  #isInSeconds = true;

  add({ times, values, count }: SampleBatch, isDuration: boolean): void {
    let startMs = this.#startMs;
    let endMs = this.#endMs;
    for (let index = 0; index < count; index += 1) {
      const atMs = times[index] ?? 0;
      const value = values[index] ?? 0;
      const beganMs = isDuration && value > 0 ? atMs - value : atMs;
      if (beganMs < startMs) startMs = beganMs;
      if (atMs > endMs) endMs = atMs;
    }
    this.#startMs = startMs;
    this.#endMs = endMs;
    for (let index = 0; this.#isInSeconds && index < count; index += 1)
      if ((times[index] ?? 0) % 1000 !== 0) this.#isInSeconds = false;
  }

  span(): Span | undefined {
    return this.#endMs === Number.NEGATIVE_INFINITY
      ? undefined
      : {
          startMs: Math.floor(this.#startMs),
          endMs: this.#isInSeconds ? this.#endMs + 1000 : this.#endMs,
          isInSeconds: this.#isInSeconds,
        };
  }
}

type CountedParts = {
  readonly kind: Kind;
  readonly whole: MetricSink;
  readonly parts: readonly Part[];
  readonly span: SpanOf;
  /** Room for those of a batch that one part takes. */
  readonly ofPart: SampleBatch;
  readonly isDuration: boolean;
};

class Counted implements CountedMetric {
  readonly kind: Kind;
  readonly whole: MetricSink;
  readonly parts: readonly Part[];
  readonly wantedTags: readonly string[];
  readonly #batch = new SampleBatch();
  #isEmpty = true;
  readonly #span: SpanOf;
  readonly #ofPart: SampleBatch;
  readonly #isDuration: boolean;
  /** Which of the wanted tags a part goes by, and what they are to be. */
  readonly #conditions: readonly (readonly { readonly at: number; readonly value: string }[])[];

  constructor(
    { kind, whole, parts, span, ofPart, isDuration }: CountedParts,
    ownTags: readonly string[] = [],
  ) {
    this.kind = kind;
    this.whole = whole;
    this.parts = parts;
    this.#span = span;
    this.#ofPart = ofPart;
    this.#isDuration = isDuration;
    const wanted = [...new Set([...ownTags, ...parts.flatMap(({ tags }) => Object.keys(tags))])];
    this.wantedTags = wanted;
    this.#conditions = parts.map(({ tags }) =>
      Object.entries(tags).map(([key, value]) => ({ at: wanted.indexOf(key), value })),
    );
  }

  /** The same with all tags of a sample, by name. */
  take(atMs: number, value: number, tags: Sample['tags']): void {
    this.add(
      atMs,
      value,
      this.wantedTags.map((key) => (Object.hasOwn(tags, key) ? tags[key] : undefined)),
    );
  }

  add(atMs: number, value: number, tags: TagValues): void {
    if (this.#batch.add(atMs, value, tags)) this.countBatch();
  }

  get hasSamples(): boolean {
    return !this.#isEmpty || this.#batch.count > 0;
  }

  /** Counts the samples that were added since the last time. */
  countBatch(): void {
    const batch = this.#batch;
    if (batch.count === 0) return;
    this.count(batch);
    batch.count = 0;
    this.#isEmpty = false;
  }

  protected count(batch: SampleBatch): void {
    this.#span.add(batch, this.#isDuration);
    this.whole.add(batch);
    for (let index = 0; index < this.parts.length; index += 1)
      this.parts[index]?.sink.add(this.#partOf(index, batch));
  }

  #partOf(index: number, { times, values, tags, count }: SampleBatch): SampleBatch {
    const part = this.#ofPart;
    part.count = 0;
    let before: TagValues | undefined;
    let isPart = false;
    for (let at = 0; at < count; at += 1) {
      const own = tags[at] ?? [];
      // Samples with the same tags mostly have the same list of them.
      if (own !== before) isPart = this.#isPart(index, own);
      before = own;
      if (isPart) part.add(times[at] ?? 0, values[at] ?? 0, own);
    }
    return part;
  }

  #isPart(index: number, tags: TagValues): boolean {
    const conditions = this.#conditions[index] ?? [];
    for (let each = 0; each < conditions.length; each += 1) {
      const condition = conditions[each];
      if (condition !== undefined && tags[condition.at] !== condition.value) return false;
    }
    return true;
  }
}

type CheckCounts = { name: string; passes: number; fails: number };

class CountedChecks extends Counted {
  readonly #checks: Map<string, CheckCounts>;
  /** The same by name and group, without a text that joins them. */
  readonly #known = new Map<string, Map<string, CheckCounts>>();

  constructor(parts: CountedParts, checks: Map<string, CheckCounts>) {
    super(parts, ['check', 'group']);
    this.#checks = checks;
  }

  protected override count(batch: SampleBatch): void {
    super.count(batch);
    const { values, tags, count } = batch;
    for (let index = 0; index < count; index += 1) {
      const [name, group = ''] = tags[index] ?? [];
      if (name === undefined) continue;
      const check = this.#known.get(group)?.get(name) ?? this.#begin(name, group);
      if (values[index] === 0) check.fails += 1;
      else check.passes += 1;
    }
  }

  #begin(name: string, group: string): CheckCounts {
    const check = { name, passes: 0, fails: 0 };
    this.#checks.set(`${group}\n${name}`, check);
    const ofGroup = this.#known.get(group) ?? new Map<string, CheckCounts>();
    this.#known.set(group, ofGroup.set(name, check));
    return check;
  }
}

class CountedFailures extends Counted {
  readonly #failed: MetricSink;

  constructor(parts: CountedParts, failed: MetricSink) {
    super(parts);
    this.#failed = failed;
  }

  protected override count(batch: SampleBatch): void {
    super.count(batch);
    const { values, count } = batch;
    for (let index = 0; index < count; index += 1) values[index] = values[index] === 0 ? 0 : 1;
    this.#failed.add(batch);
  }
}
