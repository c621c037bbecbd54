import type { K6Metric } from '../record/load-outcome.ts';
import type { RunReport } from '../report-document.ts';
import type { Figure } from './check-document.ts';
import { lastPlace } from './tolerance.ts';
import type { WrittenUnit } from './written-quantity.ts';

/** A run that claims are held against. */
export type ClaimedRun = {
  readonly report: RunReport;
  /** Every metric of k6's summary; empty where there was none. */
  readonly k6Metrics: Readonly<Record<string, K6Metric>>;
  readonly source: 'document' | 'k6-output' | 'run';
  /** Headings above its code block in the document, and where that stands; null of data from elsewhere. */
  readonly place: { readonly headings: readonly string[]; readonly line: number } | null;
};

export type Stat = 'avg' | 'min' | 'med' | 'max' | 'p90' | 'p95' | 'p99';

/** Figures of one run under the paths that `report.json` has for them; only what is known. */
export type FigureReader = {
  /** A number at a path inside the run. */
  readonly at: (path: string, unit: WrittenUnit, value: number | null | undefined) => Figure[];
  /** One that is known as an interval, its value perhaps not; an open bound is infinite. */
  readonly between: (
    path: string,
    unit: WrittenUnit,
    bounds: { value: number | null; low: number | null; high: number | null },
  ) => Figure[];
  /** Named as computed from the paths, such as a share. */
  readonly computed: (
    paths: readonly (readonly [path: string, value: number | null | undefined])[],
    unit: WrittenUnit,
    compute: (...values: number[]) => number,
  ) => Figure[];
};

export const figureReader = (index: number): FigureReader => {
  const full = (path: string): string => (path.startsWith('k6:') ? path : `runs.${index}.${path}`);
  return {
    at: (path, unit, value) =>
      value === null || value === undefined
        ? []
        : [{ path: full(path), unit, value, low: value, high: value }],
    between: (path, unit, { value, low, high }) =>
      low === null && high === null ? [] : [{ path: full(path), unit, value, low, high }],
    computed: (paths, unit, compute) => {
      const values = paths.flatMap(([, value]) => (value === null || value === undefined ? [] : [value]));
      const value = values.length === paths.length ? compute(...values) : Number.NaN;
      if (!Number.isFinite(value)) return [];
      return [{ path: paths.map(([path]) => full(path)).join(' / '), unit, value, low: value, high: value }];
    },
  };
};

const stats: readonly Stat[] = ['avg', 'min', 'med', 'max', 'p90', 'p95', 'p99'];

type Trend = Readonly<Record<Stat, number | null>>;

/** Of a distribution: the value asked for, or all of them. A p99 that is missing lies between p95 and the maximum. */
export const trendFigures = (
  read: FigureReader,
  path: string,
  trend: Trend | undefined,
  stat: Stat | undefined,
): Figure[] => {
  if (trend === undefined) return [];
  if (stat === undefined) return stats.flatMap((name) => read.at(`${path}.${name}`, 'ms', trend[name]));
  if (stat === 'p99' && trend.p99 === null && trend.p95 !== null && trend.max !== null)
    return read.between(`${path}.p99`, 'ms', { value: null, low: trend.p95, high: trend.max });
  return read.at(`${path}.${stat}`, 'ms', trend[stat]);
};

/** Values of one of k6's metrics by the name it has there. */
export const metricFigures = (
  read: FigureReader,
  name: string,
  metric: K6Metric,
  unit: WrittenUnit,
  stat?: Stat,
): Figure[] => {
  const path = (key: string): string => `k6:${name}.${key}`;
  switch (metric.type) {
    case 'counter': {
      if (unit === 'per-second' || unit === 'bytes-per-second')
        return read.at(path('rate'), unit, metric.rate);
      if (unit !== 'bytes') return read.at(path('count'), unit, metric.count);
      // The console gives data in few digits: zeros at the end of it are no digits.
      const step = lastPlace(metric.count, 1);
      return read.between(path('count'), unit, {
        value: metric.count,
        low: metric.count - step,
        high: metric.count + step,
      });
    }
    case 'gauge':
      return [...read.at(path('max'), unit, metric.max), ...read.at(path('value'), unit, metric.value)];
    case 'rate':
      return unit === 'percent'
        ? read.at(path('rate'), unit, metric.rate * 100)
        : read.at(path('passes'), unit, metric.passes);
    case 'trend': {
      const key = stat === undefined ? undefined : stat.replace(/^p(\d+)$/, 'p($1)');
      return Object.entries(metric.values)
        .filter(([value]) => key === undefined || value === key)
        .flatMap(([value, number]) => read.at(path(value), unit, number));
    }
  }
};
