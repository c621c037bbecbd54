import type { ThresholdRule } from '../metric-table.ts';
import { formatMetricSelector, type MetricSelector } from '../threshold-expression.ts';
import { pointsOf, seriesName } from '../record/find-series.ts';
import type { K6Metric } from '../record/load-outcome.ts';
import type { Labels, RunRecord } from '../record/run-record.ts';
import { failedTags, shareLabels } from '../record/share-series.ts';
import { k6Error, k6Origin } from '../derive/k6-source.ts';
import { isEmptyTrend, mergedHistogram } from '../derive/trend-figures.ts';
import { boundsOf } from './moments.ts';
import { exactly, unknown, type Reading } from './reading.ts';

/** Value of a k6 metric from k6's own summary; a percentile that the summary lacks comes from the merged timeline. */
export const readK6Metric = (rule: ThresholdRule, record: RunRecord): Reading => {
  const name = formatMetricSelector(rule.selector);
  const summary = record.load?.summary;
  if (!summary) return unknown(record.plan.reconstruction === undefined ? 'no-k6-summary' : 'no-load');
  const metric = summary.metrics[name] ?? silentCounter(name, record.load);
  if (metric === undefined) return readK6Timeline(rule, record);
  const { aggregation } = rule.expression;
  const statistic = metric.type === 'counter' ? aggregation.method : undefined;
  const { source, kind } = k6Origin(record, name, statistic);
  if (metric.type === 'counter') {
    if (metric.count === 0 && countsEveryStart.includes(name)) return unknown('no-samples');
    if (aggregation.method === 'count')
      return exactly(metric.count, countSamples(metric.count), source, kind);
    if (aggregation.method === 'rate' && metric.rate !== null)
      return within(
        exactly(metric.rate, countSamples(metric.count), source, kind),
        k6Error(record, name, 'rate'),
      );
    if (aggregation.method === 'rate' && record.load?.isInSeconds === true)
      return unknown('times-in-seconds');
  } else if (metric.type === 'rate' && aggregation.method === 'rate') {
    const samples = metric.passes + metric.fails;
    return samples === 0 ? unknown('no-samples') : exactly(metric.rate, samples, source, kind);
  } else if (metric.type === 'gauge' && aggregation.method === 'value') {
    return isEmptyGauge(metric) ? unknown('no-samples') : exactly(metric.value, 1, source, kind);
  } else if (metric.type === 'trend') {
    return readTrend(rule, name, metric, record);
  }
  return unknown('aggregation-not-available');
};

/** Counters of k6 that are zero only where nothing was done; a script's own counter of mishaps may well stay at zero. */
const countsEveryStart: readonly string[] = ['http_reqs', 'iterations'];

/** k6 prints zeros for a gauge that was never set. */
const isEmptyGauge = ({ value, min, max }: Extract<K6Metric, { type: 'gauge' }>): boolean =>
  value === 0 && (min ?? 0) === 0 && (max ?? 0) === 0;

/** What a counter's value rests on: k6 tells no number of samples, and a counter may count in fractions (bytes, sums). */
const countSamples = (count: number): number => Math.max(1, Math.round(count));

/** k6 leaves a counter that never counted out of its summary; dropping no iteration is a fact, not missing data. */
const silentCounter = (name: string, load: RunRecord['load']): K6Metric | undefined =>
  name === 'dropped_iterations' &&
  load?.summary?.metrics['iterations'] !== undefined &&
  load.mayHideDrops !== true
    ? { type: 'counter', count: 0, rate: 0 }
    : undefined;

const readTrend = (
  rule: ThresholdRule,
  name: string,
  metric: Extract<K6Metric, { type: 'trend' }>,
  record: RunRecord,
): Reading => {
  const { aggregation } = rule.expression;
  const key = aggregation.method === 'p' ? `p(${aggregation.percentile})` : aggregation.method;
  const samples = trendSamples(name, record);
  // Zeros are what k6 prints for no samples; they are values where the samples were counted (TLS times of plain HTTP).
  if (samples === 0 || (samples === undefined && isEmptyTrend(metric.values))) return unknown('no-samples');
  const exact = metric.values[key] ?? (key === 'p(50)' ? metric.values['med'] : undefined);
  if (exact !== undefined) {
    const { source, kind } = k6Origin(record, name, key);
    const reading = within(exactly(exact, samples ?? 1, source, kind), k6Error(record, name, key));
    return samples === undefined ? { ...reading, reason: 'sample-count-unknown' } : reading;
  }
  return mergedHistogram(record, name) === undefined
    ? unknown('not-in-summary')
    : readK6Timeline(rule, record);
};

/** A figure that may be off lies somewhere around its value. */
const within = (reading: Reading, error: number): Reading => {
  if (error === 0 || reading.state !== 'known' || reading.value === null) return reading;
  const off = Math.abs(reading.value) * error;
  return { ...reading, low: reading.value - off, high: reading.value + off };
};

/** What the summary lacks, such as a submetric that the script has no threshold on, as far as the timeline has it. */
export const readK6Timeline = (
  { selector, expression: { aggregation } }: ThresholdRule,
  record: Pick<RunRecord, 'series'>,
): Reading => {
  const name = formatMetricSelector(selector);
  if (selector.name === 'http_req_failed')
    return failedShare(selector, record) ?? pushedShare(selector, record);
  const merged = mergedHistogram(record, name);
  if (merged !== undefined) {
    const bounds = boundsOf(aggregation, merged);
    if (bounds === undefined) return unknown('no-samples');
    const { count: samples } = merged;
    const source = `k6 timeline ${name}, histograms merged`;
    const value = Math.sqrt(bounds.low * bounds.high);
    return { state: 'known', ...bounds, value, samples, provenance: { kind: 'computed', source, samples } };
  }
  const [first, last] = [pointsOf(record, name)[0], pointsOf(record, name).at(-1)];
  if (first === undefined || last === undefined)
    return aggregation.method === 'rate' ? pushedShare(selector, record) : unknown('no-such-metric-in-run');
  const source = `k6 timeline ${name}`;
  if (aggregation.method === 'count') return exactly(last[1], countSamples(last[1]), source);
  if (aggregation.method === 'value') return exactly(last[1], 1, source);
  if (aggregation.method !== 'rate' || last[0] <= first[0]) return unknown('aggregation-not-available');
  return exactly((last[1] * 1000) / (last[0] - first[0]), countSamples(last[1]), source, 'computed');
};

/** Undefined where requests are not told apart by whether they failed. */
const failedShare = ({ tags }: MetricSelector, record: Pick<RunRecord, 'series'>): Reading | undefined => {
  const last = (labels: Labels): number | undefined =>
    pointsOf(record, seriesName({ name: 'http_reqs', labels })).at(-1)?.[1];
  const [requests = 0, failed] = [last(tags), last(failedTags(tags))];
  if (requests === 0) return unknown('no-samples');
  return failed === undefined
    ? undefined
    : exactly(failed / requests, requests, 'k6 timeline http_reqs', 'computed');
};

/** The share of a k6 rate: of several sets of tags it lies between the least and the greatest of theirs. */
const pushedShare = ({ name, tags }: MetricSelector, record: Pick<RunRecord, 'series'>): Reading => {
  const ends = shareLabels(tags);
  const [low, high] = [ends.low, ends.high].map(
    (labels) => pointsOf(record, seriesName({ name, labels })).at(-1)?.[1],
  );
  if (low === undefined || high === undefined) return unknown('no-such-metric-in-run');
  const source = `k6 timeline ${name}`;
  const kind = low === high ? 'measured' : 'computed';
  return {
    state: 'known',
    low,
    high,
    value: (low + high) / 2,
    samples: 1,
    provenance: { kind, source, samples: 1 },
    reason: 'sample-count-unknown',
  };
};

/** How many values a trend holds, as far as that can be told; undefined where it cannot. */
const trendSamples = (name: string, record: RunRecord): number | undefined => {
  const metrics = record.load?.summary?.metrics ?? {};
  const failed = metrics['http_req_failed'];
  if (name === 'http_req_duration{expected_response:true}' && failed?.type === 'rate') return failed.fails;
  if (name.startsWith('http_req_') && !name.includes('{')) {
    const requests = metrics['http_reqs'];
    if (requests?.type === 'counter') return requests.count;
  }
  return mergedHistogram(record, name)?.count;
};
