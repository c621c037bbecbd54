import { prometheusPanelId } from '../charts/prometheus-panels.ts';
import type { Point, RunRecord } from '../../core/record/run-record.ts';
import type { Catalog } from '../locales/catalog.ts';
import { shown } from '../locales/fact-reader.ts';
import {
  counterIncrease,
  lateStartMs,
  prometheusResults,
  seriesFigures,
  seriesLabel,
  valueKind,
  type Increase,
  type PrometheusResult,
} from '../prometheus-series.ts';
import { tag } from '../wording.ts';
import { blocks, bullets, type Block } from './block.ts';
import { codeSpan, escapeText } from './markdown.ts';
import { picturesOf } from './resource-lines.ts';
import { spanText, type RunPage } from './section.ts';

/** More series of one query than this are drawn but not written out. */
const mostRemarks = 4;

/** What Prometheus gave; empty where it was not asked. */
export const prometheusLines = (page: RunPage, catalog: Catalog): Block => {
  const { results: words } = catalog.incident;
  const record = page.source?.record;
  if (record === undefined) return blocks();
  const { results, unshownSeries, unshownQueries } = prometheusResults(record);
  const names = new Map(results.map(({ id }, index) => [prometheusPanelId(index), id]));
  const remarks = [
    ...results.flatMap((result) => resultRemarks(result, record, catalog)),
    ...(unshownQueries.length === 0 ? [] : [words.unshownQueries(unshownQueries.map(codeSpan).join(', '))]),
    ...(unshownSeries === 0 ? [] : [words.unshownSeries(unshownSeries)]),
  ];
  if (remarks.length === 0) return blocks();
  const pictureName = (id: string): string => catalog.charts.prometheus(escapeText(names.get(id) ?? id));
  return bullets([
    {
      text: words.prometheus,
      pictures: picturesOf(page, [...names.keys()], catalog, pictureName),
      items: remarks,
    },
  ]);
};

const resultRemarks = (result: PrometheusResult, record: RunRecord, catalog: Catalog): string[] => {
  const { results: words } = catalog.incident;
  const id = codeSpan(result.id);
  const name = result.query === undefined ? words.scraped(id) : words.promql(id, codeSpan(result.query));
  if (result.series.length === 0) return [words.resourceMissing(name)];
  return result.series.slice(0, mostRemarks).map((series) => {
    const label = seriesLabel(series, result);
    const fullName = label === '' ? name : `${name} ${codeSpan(label)}`;
    const kind = valueKind(result, series);
    if (kind === 'counter') return counterRemark(fullName, series, record, catalog);
    const { loadAvg, loadMax, loadMaxAtMs, idleAvg } = seriesFigures(series, record);
    const unit = kind === 'bytes' ? 'bytes' : series.unit;
    const quantity = (value: number): string => catalog.formats.quantity(value, unit);
    return words.resource({
      name: fullName,
      hasLoad: record.plan.reconstruction === undefined,
      loadAvg: shown(loadAvg, quantity),
      max: shown(loadMax, quantity),
      maxAt: shown(loadMaxAtMs, catalog.formats.elapsed),
      overallMax: undefined,
      overallMaxAt: undefined,
      idleAvg: shown(idleAvg, quantity),
      firstAt: shown(lateStartMs(series, record), catalog.formats.elapsed),
      tags: { mean: tag('computed', catalog), max: tag('measured', catalog) },
      judgement: undefined,
    });
  });
};

/** Of a number that only grows, the growth is what tells something. */
const counterRemark = (
  name: string,
  series: { readonly points: readonly Point[] },
  record: RunRecord,
  catalog: Catalog,
): string => {
  const { formats, incident } = catalog;
  const { load, idle } = counterIncrease(series, record);
  const written = (increase: Increase | null) =>
    increase === null
      ? undefined
      : {
          by: formats.number(increase.by),
          rate: formats.perSecond(increase.perSecond),
          span: spanText(increase.fromMs, increase.toMs, catalog),
        };
  return incident.results.counter(
    name,
    written(load),
    written(idle),
    tag('computed', catalog),
    record.plan.reconstruction === undefined,
  );
};
