import { inOneLine } from './plain-text.ts';
import { reportFigures } from './report-figures.ts';
import type { Reporter } from './reporter.ts';

const columns = ['run_id', 'scenario', 'path', 'value', 'kind', 'source', 'samples', 'reason'] as const;

/**
 * Every value of the runs in a line of its own, by its path in `report.json`: RFC 4180 in UTF-8. A value that is not
 * known is an empty cell, with its reason behind it.
 */
export const csvReport: Reporter = {
  id: 'csv',
  render: async ({ document }) => {
    const rows = reportFigures(document).map(({ path, value, run, provenance }) => [
      run.runId,
      run.scenario,
      path,
      value,
      provenance?.kind ?? null,
      provenance?.source ?? null,
      provenance?.samples ?? null,
      value === null ? (provenance?.reason ?? null) : null,
    ]);
    return [{ path: 'report.csv', content: [columns, ...rows].map(csvLine).join('') }];
  },
};

const csvLine = (cells: readonly (string | number | boolean | null)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;

const csvCell = (value: string | number | boolean | null): string => {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = defuse(inOneLine(value));
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A spreadsheet takes text that begins so for a formula; an apostrophe before it makes it text (OWASP, CSV injection). */
const defuse = (text: string): string => (/^[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text);
