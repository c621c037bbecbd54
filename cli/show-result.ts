import { relative } from 'node:path';
import { locales } from '../reporters/locales/index.ts';
import { terminalSummary } from '../reporters/terminal-summary.ts';
import type { ReportDocument } from '../core/report-document.ts';
import type { Language } from './write-report.ts';

export type ResultFlags = { readonly json?: boolean; readonly lang: Language };

/** Data on stdout: the summary for people, or the document for machines. */
export const showResult = (document: ReportDocument, { json, lang }: ResultFlags): void => {
  if (json) {
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const hasColour = process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  process.stdout.write(`${terminalSummary(document, locales[lang], { hasColour })}\n`);
};

/** A path as people write it: relative where that is shorter. */
export const shownPath = (path: string): string => {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== '' && !fromHere.startsWith('..') ? fromHere : path;
};
