import type { HistoryChange, HistoryDocument, HistoryMetric } from '../core/compare/history-document.ts';
import { signedShare } from './compare-text.ts';
import { codeInTable, codeSpan, escapeText } from './incident/markdown.ts';
import type { Catalog } from './locales/catalog.ts';
import { inOneLine } from './plain-text.ts';
import { alignedRows } from './text-table.ts';

/** What `lagline compare --history` prints for people. */
export const historyText = (document: HistoryDocument, catalog: Catalog): string => {
  const rows = rowsOf(document, catalog);
  return [
    catalog.history.outcome[document.outcome],
    spanOf(document, catalog),
    '',
    ...(rows.length === 0
      ? []
      : [...alignedRows([headOf(catalog), ...rows].map((row) => row.map(inOneLine))), '']),
    ...notesOf(document, catalog, inOneLine).map((note) => `  - ${note}`),
  ].join('\n');
};

/**
 * The same as Markdown: a report, with the picture where it has a file, or short enough for a comment, in which changes
 * of earlier runs are folded.
 */
export const historyMarkdown = (
  document: HistoryDocument,
  catalog: Catalog,
  kind: 'md' | 'pr-comment',
  picture?: string,
): string => {
  const { history: words } = catalog;
  const of = (isShown: (change: HistoryChange) => boolean): string[] => {
    const rows = rowsOf(document, catalog, isShown);
    return rows.length === 0 ? [] : [tableOf(rows, catalog)];
  };
  const earlier = of(({ isNewest }) => !isNewest);
  const tables =
    kind === 'md'
      ? of(() => true)
      : [
          ...of(({ isNewest }) => isNewest),
          ...earlier.map(
            (table) => `<details>\n<summary>${words.earlier}</summary>\n\n${table}\n\n</details>`,
          ),
        ];
  return `${[
    `${kind === 'md' ? '#' : '###'} ${words.title}`,
    `**${words.outcome[document.outcome]}** ${spanOf(document, catalog)}`,
    ...(picture === undefined ? [] : [`![${words.picture.alt}](${picture})`]),
    ...tables,
    notesOf(document, catalog, escapeText, codeSpan)
      .map((note) => `- ${note}`)
      .join('\n'),
  ].join('\n\n')}\n`;
};

const headOf = ({ history: { head } }: Catalog): string[] => [
  head.metric,
  head.since,
  head.before,
  head.after,
  head.change,
  head.p,
  head.verdict,
];

const tableOf = (rows: readonly string[][], catalog: Catalog): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = headOf(catalog);
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(([name = '', ...cells]) => line([codeInTable(name), ...cells.map(escapeText)])),
  ].join('\n');
};

/** One row a change, those of the newest runs first. */
const rowsOf = (
  document: HistoryDocument,
  catalog: Catalog,
  isShown: (change: HistoryChange) => boolean = () => true,
): string[][] => {
  const all = document.metrics.flatMap((metric) =>
    metric.changes.map((change, index) => ({ metric, change, index })),
  );
  const shown = all.filter(({ change }) => isShown(change));
  return [
    ...shown.filter(({ change }) => change.isNewest),
    ...shown.filter(({ change }) => !change.isNewest),
  ].map(({ metric, change, index }) => rowOf(document, metric, change, index, catalog));
};

const rowOf = (
  { runs }: HistoryDocument,
  { metric, unit, stretches }: HistoryMetric,
  change: HistoryChange,
  index: number,
  { history: words, formats }: Catalog,
): string[] => {
  const time = Date.parse(runs[change.run]?.startedAt ?? '');
  return [
    metric,
    words.since(change.run + 1, runs.length, formats.dateTime(time)),
    formats.quantity(stretches[index]?.mean ?? Number.NaN, unit),
    formats.quantity(stretches[index + 1]?.mean ?? Number.NaN, unit),
    change.change === null
      ? `${change.difference > 0 ? '+' : ''}${formats.quantity(change.difference, unit)}`
      : signedShare(change.change),
    change.p < 0.001 ? '<0.001' : change.p.toFixed(3),
    `${words.verdict[change.verdict]} (${change.isNewest ? words.newest : words.earlier})`,
  ];
};

const spanOf = ({ runs }: HistoryDocument, { history: words, formats }: Catalog): string => {
  const time = (run: HistoryDocument['runs'][number] | undefined): string =>
    run === undefined ? '' : formats.dateTime(Date.parse(run.startedAt));
  return words.span(runs.length, time(runs[0]), time(runs.at(-1)));
};

const notesOf = (
  document: HistoryDocument,
  { history: words, compare }: Catalog,
  text: (words: string) => string,
  code = text,
): string[] => {
  const named = (isMeant: (metric: HistoryMetric) => boolean): string[] =>
    document.metrics.filter(isMeant).map(({ metric }) => code(metric));
  const unchanged = named(({ state, changes }) => state !== 'too-few-runs' && changes.length === 0);
  const tooFew = named(({ state }) => state === 'too-few-runs');
  return [
    ...(unchanged.length === 0 ? [] : [words.unchanged(unchanged)]),
    ...(tooFew.length === 0 ? [] : [words.tooFew(tooFew)]),
    ...(document.olderRuns === 0 ? [] : [words.older(document.olderRuns, document.runs.length)]),
    ...document.leftOut.map(({ runId, reason }) => text(words.leftOut(runId, reason))),
    ...document.allowed.map((one) => text(compare.allowed(one.what, one.base, one.candidate))),
    ...document.metrics
      .filter(({ bounded }) => bounded > 0)
      .map(({ metric, bounded }) => words.bounded(code(metric), bounded)),
    text(words.newestRule(document.newestRuns)),
    text(words.method(`${(document.alpha * 100).toFixed(0)}%`, `${(document.minEffect * 100).toFixed(1)}%`)),
  ];
};
