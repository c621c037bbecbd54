import { seriesName } from '../record/find-series.ts';
import type { Point, RunRecord, Series } from '../record/run-record.ts';
import { loadEndMs, loadStartMs } from './phases.ts';

type PointSeries = Extract<Series, { readonly points: unknown }>;

/** What one PromQL query, or one series of a `/metrics` address, gave over the run. */
export type PrometheusResult = {
  /** Id of the query, or name of the series. */
  readonly id: string;
  /** PromQL; undefined where lagline scraped the series itself. */
  readonly query: string | undefined;
  readonly series: readonly PointSeries[];
};

export type PrometheusResults = {
  readonly results: readonly PrometheusResult[];
  /** Series of `/metrics` addresses that are too many to be shown. */
  readonly unshownSeries: number;
  /** Queries that are not shown beside the others. */
  readonly unshownQueries: readonly string[];
};

const mostResults = 4;

/** The queries in the plan's order, then scraped series where there are few of them. */
export const prometheusResults = (record: RunRecord): PrometheusResults => {
  const { queries = {}, scrape = [] } = record.plan.prometheus ?? {};
  const pointSeries = record.series.filter((series) => series.kind !== 'distribution');
  const asked = Object.entries(queries).map(([id, query]) => ({
    id,
    query,
    series: pointSeries.filter(({ name, labels }) => name === 'prometheus' && labels['query'] === id),
  }));
  const hosts = new Set(scrape.flatMap((address) => (URL.canParse(address) ? [new URL(address).host] : [])));
  const scraped = pointSeries.filter(
    ({ name, labels }) => name !== 'prometheus' && hosts.has(labels['instance'] ?? ''),
  );
  const room = Math.max(0, mostResults - asked.length);
  const isScrapedShown = scraped.length <= room;
  return {
    results: [
      ...asked.slice(0, mostResults),
      ...(isScrapedShown
        ? scraped.map((series) => ({ id: seriesName(series), query: undefined, series: [series] }))
        : []),
    ],
    unshownSeries: isScrapedShown ? 0 : scraped.length,
    unshownQueries: asked.slice(mostResults).map(({ id }) => id),
  };
};

/** The same stretch after the load as the resources of the host are given for. */
const settlingMs = 5000;
const minimumIdleSamples = 3;

/** What the name of a bare metric says about its values, as Prometheus names metrics; nothing of other expressions. */
export type ValueKind = 'counter' | 'bytes' | 'plain';

export const valueKind = ({ query }: PrometheusResult, { kind, name }: PointSeries): ValueKind => {
  const metric = /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{[^}]*\})?\s*$/.exec(query ?? name)?.[1] ?? '';
  if (kind === 'counter' || /_(?:total|count|sum)$/.test(metric)) return 'counter';
  return metric.endsWith('_bytes') ? 'bytes' : 'plain';
};

/** Labels that tell the series of one result apart; empty for the only one. */
export const seriesLabel = ({ labels }: PointSeries, { series }: PrometheusResult): string =>
  Object.entries(labels)
    .filter(([label, value]) => series.some((other) => other.labels[label] !== value))
    .map(([label, value]) => `${label}=${value}`)
    .join(', ');

export type SeriesFigures = {
  readonly loadAvg: number | null;
  readonly loadMax: number | null;
  readonly loadMaxAtMs: number | null;
  /** Mean from 5 s after the load on; null with fewer than 3 samples there. */
  readonly idleAvg: number | null;
};

export const seriesFigures = ({ points }: { readonly points: readonly Point[] }, record: RunRecord) => {
  const [fromMs, toMs] = [loadStartMs(record), loadEndMs(record)];
  const loaded = points.filter(([atMs]) => atMs >= fromMs && atMs <= toMs);
  const highest = loaded.toSorted((left, right) => right[1] - left[1])[0];
  const idle = points.filter(([atMs]) => atMs >= toMs + settlingMs);
  return {
    loadAvg: meanOf(loaded),
    loadMax: highest?.[1] ?? null,
    loadMaxAtMs: highest?.[0] ?? null,
    idleAvg: idle.length < minimumIdleSamples ? null : meanOf(idle),
  } satisfies SeriesFigures;
};

/** Increase of a counter over a stretch, from its first to its last reading there; null with less than two, or a reset. */
export type Increase = {
  readonly by: number;
  readonly perSecond: number;
  readonly fromMs: number;
  readonly toMs: number;
};

export const counterIncrease = (
  { points }: { readonly points: readonly Point[] },
  record: RunRecord,
): { readonly load: Increase | null; readonly idle: Increase | null } => {
  const [fromMs, toMs] = [loadStartMs(record), loadEndMs(record)];
  return {
    load: increaseOf(points.filter(([atMs]) => atMs >= fromMs && atMs <= toMs)),
    idle: increaseOf(points.filter(([atMs]) => atMs > toMs)),
  };
};

const increaseOf = (points: readonly Point[]): Increase | null => {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || last[0] <= first[0]) return null;
  const by = last[1] - first[1];
  const [fromMs, toMs] = [first[0], last[0]];
  return by < 0 ? null : { by, perSecond: (by * 1000) / (toMs - fromMs), fromMs, toMs };
};

/** A server scrapes at its own pace, so that its first values may come this much later than the load. */
const promptMs = 3000;

/** Time of the first sample where a part of the load lies before it; null else. */
export const lateStartMs = (
  { points }: { readonly points: readonly Point[] },
  record: RunRecord,
): number | null => {
  const first = points[0]?.[0];
  return first === undefined || first <= loadStartMs(record) + promptMs ? null : first;
};

const meanOf = (points: readonly Point[]): number | null =>
  points.length === 0 ? null : points.reduce((sum, [, value]) => sum + value, 0) / points.length;
