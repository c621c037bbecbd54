import type { CompareDocument, ComparedMetric } from '../core/compare/compare-document.ts';
import { codeInTable, escapeText } from './incident/markdown.ts';
import type { Catalog } from './locales/catalog.ts';
import { inOneLine } from './plain-text.ts';
import { alignedRows } from './text-table.ts';

/** What `lagline compare` prints for people. */
export const compareText = (document: CompareDocument, catalog: Catalog): string => {
  const { compare: words } = catalog;
  const { head } = words;
  const rows = [
    [head.metric, head.base, head.candidate, head.change, head.p, head.verdict],
    ...document.metrics.map((metric) => rowOf(metric, catalog).map(inOneLine)),
  ];
  return [
    words.outcome[document.outcome],
    words.sides(document.base.length, document.candidate.length),
    '',
    ...alignedRows(rows),
    '',
    ...notesOf(document, catalog).map((note) => `  - ${inOneLine(note)}`),
  ].join('\n');
};

/**
 * The same as Markdown: a report, with the picture where it has a file, or short enough for a comment, in which metrics
 * without a difference are folded.
 */
export const compareMarkdown = (
  document: CompareDocument,
  catalog: Catalog,
  kind: 'md' | 'pr-comment',
  picture?: string,
): string => {
  const { compare: words } = catalog;
  const isCalled = ({ verdict }: ComparedMetric): boolean =>
    verdict === 'regression' || verdict === 'improvement';
  const called = document.metrics.filter(isCalled);
  const rest = document.metrics.filter((metric) => !isCalled(metric));
  const tables =
    kind === 'md'
      ? [tableOf(document.metrics, catalog)]
      : [
          ...(called.length === 0 ? [] : [tableOf(called, catalog)]),
          ...(rest.length === 0
            ? []
            : [
                `<details>\n<summary>${words.verdict['no-difference']} · ${words.verdict['too-little-data']} (${rest.length})</summary>\n\n${tableOf(rest, catalog)}\n\n</details>`,
              ]),
        ];
  return `${[
    `${kind === 'md' ? '#' : '###'} ${words.title}`,
    `**${words.outcome[document.outcome]}** ${words.sides(document.base.length, document.candidate.length)}`,
    ...(picture === undefined ? [] : [`![${words.picture.alt}](${picture})`]),
    ...tables,
    notesOf(document, catalog)
      .map((note) => `- ${escapeText(note)}`)
      .join('\n'),
  ].join('\n\n')}\n`;
};

const tableOf = (metrics: readonly ComparedMetric[], catalog: Catalog): string => {
  const { head } = catalog.compare;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line([head.metric, head.base, head.candidate, head.change, head.p, head.verdict]),
    line(['---', '---', '---', '---', '---', '---']),
    ...metrics.map((metric) => {
      const [name = '', ...cells] = rowOf(metric, catalog);
      return line([codeInTable(name), ...cells.map(escapeText)]);
    }),
  ].join('\n');
};

const rowOf = (metric: ComparedMetric, catalog: Catalog): string[] => {
  const { formats, notMeasured } = catalog;
  const side = ({ mean }: ComparedMetric['base']): string =>
    mean === null ? notMeasured : formats.quantity(mean, metric.unit);
  return [
    metric.metric,
    side(metric.base),
    side(metric.candidate),
    changeText(metric, catalog),
    metric.pAdjusted === null ? '–' : metric.pAdjusted < 0.001 ? '<0.001' : metric.pAdjusted.toFixed(3),
    verdictText(metric, catalog),
  ];
};

/** A change as people read it, `+12.3%`. */
export const signedShare = (share: number): string => {
  const percent = (share * 100).toFixed(1);
  return Number(percent) === 0 ? '0.0%' : `${share > 0 ? '+' : ''}${percent}%`;
};

const changeText = (metric: ComparedMetric, { formats }: Catalog): string => {
  const { change, changeLow, changeHigh, difference } = metric;
  if (change === null)
    return difference === null
      ? '–'
      : `${difference > 0 ? '+' : ''}${formats.quantity(difference, metric.unit)}`;
  const bound = (share: number | null): string => (share === null ? '?' : signedShare(share));
  return `${signedShare(change)} (${bound(changeLow)} … ${bound(changeHigh)})`;
};

const verdictText = ({ verdict, smallestChange, p }: ComparedMetric, { compare: words }: Catalog): string => {
  const name = words.verdict[verdict];
  if (verdict === 'regression' || verdict === 'improvement' || p === null) return name;
  if (smallestChange !== null) return `${name} (${words.smallest(`±${(smallestChange * 100).toFixed(1)}%`)})`;
  return verdict === 'too-little-data' ? `${name} (${words.tooFew})` : name;
};

const notesOf = (document: CompareDocument, { compare: words, formats }: Catalog): string[] => {
  const [base, candidate] = [document.base.length, document.candidate.length];
  return [
    ...(Math.min(base, candidate) < 5 ? [words.fewRuns(base, candidate)] : []),
    ...(document.order === 'mixed' ? [] : [words.order[document.order]]),
    ...document.leftOut.map(({ side, runId, reason }) => words.leftOut(side, runId, reason)),
    ...document.allowed.map((one) => words.allowed(one.what, one.base, one.candidate)),
    ...document.metrics
      .filter((metric) => metric.base.bounded + metric.candidate.bounded > 0)
      .map((metric) => words.bounded(metric.metric, metric.base.bounded, metric.candidate.bounded)),
    words.method(
      `${((1 - document.alpha) * 100).toFixed(0)}%`,
      `${(document.minEffect * 100).toFixed(1)}%`,
      formats.quantity(document.divisions.count, 'count'),
      document.divisions.isExact,
    ),
  ];
};
