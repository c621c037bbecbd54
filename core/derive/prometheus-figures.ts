import type { Provenance } from '../quantity.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { PrometheusReport } from '../report-document.ts';
import {
  counterIncrease,
  lateStartMs,
  prometheusResults,
  seriesFigures,
  seriesLabel,
  valueKind,
} from './prometheus-series.ts';

/** Series of one query beyond these are counted, and have no figures. */
const mostSeries = 20;

/** What Prometheus gave under load and after it; undefined where it was not asked. */
export const prometheusFigures = (record: RunRecord): PrometheusReport | undefined => {
  const { results, unshownSeries, unshownQueries } = prometheusResults(record);
  if (results.length === 0 && unshownSeries === 0 && unshownQueries.length === 0) return undefined;
  return {
    results: results.map((result) => ({
      id: result.id,
      promql: result.query ?? null,
      seriesCount: result.series.length,
      series: result.series.slice(0, mostSeries).map((series) => {
        const kind = valueKind(result, series);
        const { load, idle } = counterIncrease(series, record);
        return {
          label: seriesLabel(series, result),
          kind,
          unit: kind === 'bytes' ? 'bytes' : series.unit,
          ...seriesFigures(series, record),
          firstAtMs: lateStartMs(series, record),
          increase: kind === 'counter' ? { load, idle } : null,
        };
      }),
    })),
    unshownSeries,
    unshownQueries: [...unshownQueries],
  };
};

/** Where they come from, by path; a figure that is null has its reason. */
export const prometheusOrigins = (figures: PrometheusReport | undefined): Record<string, Provenance> =>
  Object.fromEntries(
    (figures?.results ?? []).flatMap(({ id, promql, series }, at) =>
      series.flatMap(({ loadAvg, loadMax, idleAvg }, index) => {
        const path = `prometheus.results.${at}.series.${index}`;
        const source = promql === null ? `metrics ${id}` : `prometheus query ${id}`;
        const origin = (kind: Provenance['kind'], value: number | null): Provenance => ({
          kind,
          source,
          ...(value === null ? { reason: 'too-few-samples' } : {}),
        });
        return [
          [`${path}.loadAvg`, origin('computed', loadAvg)],
          [`${path}.loadMax`, origin('measured', loadMax)],
          [`${path}.idleAvg`, origin('computed', idleAvg)],
        ] as const;
      }),
    ),
  );
