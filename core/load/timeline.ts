import { elapsedAtWallTime, type Clock } from '../clock.ts';
import type { Unit } from '../quantity.ts';
import { formatMetricSelector, type MetricSelector } from '../threshold-expression.ts';
import { mergeHistograms, subtractHistogram, type Histogram } from '../record/histogram.ts';
import type { Observation } from '../record/observation.ts';
import type { Labels, SeriesKey } from '../record/run-record.ts';
import { failedTags, shareLabels } from '../record/share-series.ts';
import { metricOf, secondsToMs, usedHistograms } from './k6-series.ts';
import type { PushedSeries } from './remote-write-decode.ts';

export type Timeline = {
  /** Observations that one push adds; `receivedAtMs` is elapsed time on the run's clock. */
  take(pushed: readonly PushedSeries[], receivedAtMs: number): Observation[];
};

/** A push is stamped with its newest sample; further from its arrival than this, the wall clock has jumped. */
const plausibleAgeMs = { min: -100, max: 10_000 };

/**
 * Turns the readings that k6 pushes into observations. All of them are cumulative since k6's start, per set of tags, so one
 * that comes twice adds nothing. k6 pushes none again, and each time only what has new samples: a push that was lost is made up
 * for by the next that has the same series, and what no later one has is missing beside k6's summary.
 * Counters and windows of a push end at its newest sample. `startedAtMs` is where the first window begins. Of each metric
 * the whole is kept, and the parts that somebody asks for: k6 has one series for each set of tags. Of rates, and of the parts of
 * a request's duration, there is nothing but what is asked for.
 */
export const createTimeline = (
  clock: Clock,
  startedAtMs: number,
  askedFor: readonly MetricSelector[] = [],
): Timeline => {
  const parts = partsByName([...alwaysKept, ...askedFor, ...askedFor.flatMap(countsOf)]);
  const named = new Set(askedFor.map(({ name }) => name));
  const isUsed = usedHistograms([...named]);
  const variantsOf = (name: string, unit: Unit, labels: Labels): SeriesKey[] => [
    { name, labels: {}, unit },
    ...(parts.get(name) ?? []).flatMap((tags): SeriesKey[] =>
      Object.entries(tags).every(([tag, value]) => labels[tag] === value)
        ? [{ name, labels: tags, unit }]
        : [],
    ),
  ];
  const readings = new Map<string, PushedSeries>();
  const shares = new Map<string, { readonly series: SeriesKey; readonly ofTags: Map<string, number> }>();
  const totals = new Map<string, { readonly series: SeriesKey; value: number }>();
  let endMs = startedAtMs;

  const endOf = (fresh: readonly PushedSeries[], receivedAtMs: number): number => {
    const newest = fresh.reduce((latest, { timestampMs }) => Math.max(latest, timestampMs), -Infinity);
    const stampedMs = elapsedAtWallTime(clock, newest);
    const ageMs = receivedAtMs - stampedMs;
    const isPlausible = ageMs >= plausibleAgeMs.min && ageMs <= plausibleAgeMs.max && stampedMs > endMs;
    return isPlausible ? stampedMs : Math.max(receivedAtMs, endMs + 1);
  };

  return {
    take(pushed, receivedAtMs) {
      const fresh = pushed.filter((series) => isNewer(series, readings.get(identityOf(series))));
      if (fresh.length === 0) return [];

      const fromMs = endMs;
      endMs = endOf(fresh, receivedAtMs);
      const observations: Observation[] = [];
      const gauges = new Map<string, Observation>();
      const gauge = (series: SeriesKey, value: number): void => {
        gauges.set(keyOf(series), { kind: 'gauge', series, atMs: endMs, value });
      };
      const windows = new Map<string, { readonly series: SeriesKey; histogram: Histogram }>();

      const count = (series: SeriesKey, added: number): void => {
        const key = keyOf(series);
        const total = totals.get(key);
        if (total !== undefined) total.value += added;
        else {
          totals.set(key, { series, value: added });
          // Nothing had been counted before the first push that names it.
          observations.push({ kind: 'counter', series, atMs: fromMs, value: 0 });
        }
      };

      for (const reading of fresh) {
        const before = readings.get(identityOf(reading));
        readings.set(identityOf(reading), reading);
        const metric = metricOf(reading);
        if (metric === undefined) continue;
        if (metric.kind === 'share' && (!named.has(metric.name) || isCounted(reading))) continue;
        if (metric.kind === 'trend' && !isUsed(reading.name)) continue;
        const variants = variantsOf(metric.name, metric.unit, reading.labels);
        if (metric.kind === 'counter') {
          for (const series of variants) count(series, metric.value - numberOf(before));
        } else if (metric.kind === 'gauge') {
          for (const series of variants) gauge(series, metric.value);
        } else if (metric.kind === 'share') {
          for (const series of variants) {
            const share = shares.get(keyOf(series)) ?? { series, ofTags: new Map<string, number>() };
            shares.set(keyOf(series), share);
            share.ofTags.set(identityOf(reading), metric.value);
          }
        } else {
          const added = addedSince(metric.histogram, before);
          if (added.count <= 0) continue;
          const histogram = metric.unit === 'ms' ? secondsToMs(added) : added;
          for (const series of variants) {
            const window = windows.get(keyOf(series));
            if (window === undefined) windows.set(keyOf(series), { series, histogram });
            else window.histogram = mergeHistograms(window.histogram, histogram);
          }
        }
      }
      // k6 names these only once there is something to count; until then their count is known to be 0.
      count({ name: 'dropped_iterations', labels: {}, unit: 'count' }, 0);
      for (const { name, labels } of fresh) {
        if (name !== 'k6_http_reqs_total' || !('expected_response' in labels)) continue;
        for (const series of variantsOf('http_reqs', 'count', failedTags(labels))) count(series, 0);
      }

      for (const { series, value } of totals.values()) {
        observations.push({ kind: 'counter', series, atMs: endMs, value });
      }
      for (const { series, ofTags } of shares.values()) {
        const { low, high } = shareLabels(series.labels);
        gauge({ ...series, labels: low }, Math.min(...ofTags.values()));
        gauge({ ...series, labels: high }, Math.max(...ofTags.values()));
      }
      observations.push(...gauges.values());
      for (const { series, histogram } of windows.values()) {
        observations.push({ kind: 'window', series, fromMs, toMs: endMs, histogram });
      }
      return observations;
    },
  };
};

const alwaysKept: readonly MetricSelector[] = [
  { name: 'http_reqs', tags: failedTags({}) },
  { name: 'http_req_duration', tags: { expected_response: 'true' } },
];

/** What the share of failed requests is made of, for the parts that somebody asks for. */
const countsOf = ({ name, tags }: MetricSelector): MetricSelector[] =>
  name === 'http_req_failed'
    ? [tags, failedTags(tags)].map((each) => ({ name: 'http_reqs', tags: each }))
    : [];

/** Of failed requests there are counts, which say more than shares. */
const isCounted = ({ name, labels }: PushedSeries): boolean =>
  name === 'k6_http_req_failed_rate' && 'expected_response' in labels;

/** Each part once: several rules may ask for the same. */
const partsByName = (selectors: readonly MetricSelector[]): ReadonlyMap<string, readonly Labels[]> => {
  const ofParts = selectors.filter(({ tags }) => Object.keys(tags).length > 0);
  const once = new Map(ofParts.map((selector) => [formatMetricSelector(selector), selector]));
  const byName = Map.groupBy(once.values(), ({ name }) => name);
  return new Map([...byName].map(([name, all]) => [name, all.map(({ tags }) => tags)]));
};

/** What has grown is newer too, whatever it is stamped with: the wall clock may have been set back. */
const isNewer = (series: PushedSeries, known: PushedSeries | undefined): boolean =>
  known === undefined || series.timestampMs > known.timestampMs || sizeOf(series) > sizeOf(known);

/** Grows with every sample; 0 for gauges, which may fall. */
const sizeOf = ({ name, reading }: PushedSeries): number => {
  if (reading.kind === 'histogram') return reading.histogram.count;
  if (reading.kind === 'unread') return reading.count;
  return name.endsWith('_total') ? reading.value : 0;
};

const identityOf = ({ name, labels }: PushedSeries): string =>
  JSON.stringify([name, ...Object.entries(labels).flat()]);

const keyOf = ({ name, labels }: SeriesKey): string =>
  JSON.stringify([name, ...Object.entries(labels).flat()]);

const numberOf = (before: PushedSeries | undefined): number =>
  before?.reading.kind === 'number' ? before.reading.value : 0;

const addedSince = (histogram: Histogram, before: PushedSeries | undefined): Histogram =>
  before?.reading.kind === 'histogram' ? subtractHistogram(histogram, before.reading.histogram) : histogram;
