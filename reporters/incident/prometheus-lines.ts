import type { PrometheusReport, RunReport } from '../../core/report-document.ts';
import { prometheusPanelId } from '../charts/prometheus-panels.ts';
import type { Catalog } from '../locales/catalog.ts';
import { shown } from '../locales/fact-reader.ts';
import { tag } from '../wording.ts';
import { blocks, bullets, type Block } from './block.ts';
import { codeSpan, escapeText } from './markdown.ts';
import { picturesOf } from './resource-lines.ts';
import { spanText, type RunPage } from './section.ts';

type Result = PrometheusReport['results'][number];
type Series = Result['series'][number];
type Increase = NonNullable<NonNullable<Series['increase']>['load']>;

/** More series of one query than this are drawn but not written out. */
const mostRemarks = 4;

/** What Prometheus gave; empty where it was not asked. */
export const prometheusLines = (page: RunPage, catalog: Catalog): Block => {
  const { results: words } = catalog.incident;
  const { prometheus } = page.run;
  if (prometheus === undefined) return blocks();
  const { results, unshownSeries, unshownQueries } = prometheus;
  const names = new Map(results.map(({ id }, index) => [prometheusPanelId(index), id]));
  const remarks = [
    ...results.flatMap((result) => resultRemarks(result, page.run, catalog)),
    ...results.flatMap(({ id }) => {
      const stale = page.run.measurement.queries.find(({ query }) => query === id)?.staleReadings ?? 0;
      return stale === 0 ? [] : [words.stale(codeSpan(id), catalog.formats.count(stale))];
    }),
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

const resultRemarks = (result: Result, run: RunReport, catalog: Catalog): string[] => {
  const { results: words } = catalog.incident;
  const id = codeSpan(result.id);
  const name = result.promql === null ? words.scraped(id) : words.promql(id, codeSpan(result.promql));
  if (result.series.length === 0) return [words.resourceMissing(name)];
  const hasLoad = run.reconstruction === null;
  return result.series.slice(0, mostRemarks).map((series) => {
    const { label, unit, loadAvg, loadMax, loadMaxAtMs, idleAvg, firstAtMs, increase } = series;
    const fullName = label === '' ? name : `${name} ${codeSpan(label)}`;
    if (increase !== null) return counterRemark(fullName, increase, hasLoad, catalog);
    const quantity = (value: number): string => catalog.formats.quantity(value, unit);
    return words.resource({
      name: fullName,
      hasLoad,
      loadAvg: shown(loadAvg, quantity),
      max: shown(loadMax, quantity),
      maxAt: shown(loadMaxAtMs, catalog.formats.elapsed),
      overallMax: undefined,
      overallMaxAt: undefined,
      idleAvg: shown(idleAvg, quantity),
      firstAt: shown(firstAtMs, catalog.formats.elapsed),
      tags: { mean: tag('computed', catalog), max: tag('measured', catalog) },
      judgement: undefined,
    });
  });
};

/** Of a number that only grows, the growth is what tells something. */
const counterRemark = (
  name: string,
  { load, idle }: NonNullable<Series['increase']>,
  hasLoad: boolean,
  catalog: Catalog,
): string => {
  const { formats, incident } = catalog;
  const written = (increase: Increase | null) =>
    increase === null
      ? undefined
      : {
          by: formats.number(increase.by),
          rate: formats.perSecond(increase.perSecond),
          span: spanText(increase.fromMs, increase.toMs, catalog),
        };
  return incident.results.counter(name, written(load), written(idle), tag('computed', catalog), hasLoad);
};
