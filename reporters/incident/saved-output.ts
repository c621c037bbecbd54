import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { joinParts, shown } from '../locales/fact-reader.ts';
import { tagOf } from '../wording.ts';
import { table, type Block } from './block.ts';
import { codeInTable } from './markdown.ts';
import type { RunPage } from './section.ts';

type Metric = NonNullable<RunReport['savedOutput']>['metrics'][string];

/** Every metric with its figures, for formats that hold no text of k6's own to quote. */
export const metricTable = (run: RunReport, catalog: Catalog): Block => {
  const { savedOutput: words } = catalog.incident;
  return table(
    words.metricColumns,
    Object.entries(run.savedOutput?.metrics ?? {})
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, metric]) => [
        codeInTable(name),
        words.types[metric.type],
        `${figures(name, metric, catalog)} ${tagOf(run, catalog)('savedOutput.metrics', 'measured')}`,
      ]),
  );
};

const figures = (name: string, metric: Metric, catalog: Catalog): string => {
  const { formats, incident } = catalog;
  const { rates } = incident.savedOutput;
  const plain = (value: number): string =>
    /^data_(?:sent|received)(?:\{|$)/.test(name) ? formats.bytes(value) : formats.number(value);
  switch (metric.type) {
    case 'counter':
      return joinParts([plain(metric.count), shown(metric.rate, (rate) => `${plain(rate)}/s`)]);
    case 'gauge':
      return joinParts([
        plain(metric.value),
        shown(metric.min, (value) => `min ${plain(value)}`),
        shown(metric.max, (value) => `max ${plain(value)}`),
      ]);
    case 'rate':
      return joinParts([
        formats.percent(metric.rate * 100),
        `${rates.passes} ${formats.count(metric.passes)}`,
        `${rates.fails} ${formats.count(metric.fails)}`,
      ]);
    case 'trend': {
      const { contains } = metric;
      const format = { time: formats.latency, data: formats.bytes, default: formats.number }[contains];
      return joinParts(
        Object.entries(metric.values).map(
          ([key, value]) => `${key} ${key === 'count' ? formats.count(value) : format(value)}`,
        ),
      );
    }
  }
};

/** What stands in the output and could not be told for certain. */
export const ambiguousTable = (pages: readonly RunPage[], catalog: Catalog): Block | string => {
  const { savedOutput: words } = catalog.incident;
  const rows = pages.flatMap(({ run, title }) =>
    (run.savedOutput?.ambiguous ?? []).map(({ id, metric, text }) => [
      title,
      codeInTable(metric),
      codeInTable(text),
      words.ambiguous[id],
    ]),
  );
  return rows.length === 0 ? words.noneAmbiguous : table(words.ambiguousColumns, rows);
};
