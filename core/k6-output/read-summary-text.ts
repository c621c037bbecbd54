import { parseK6Summary } from '../load/k6-summary.ts';
import type { K6Summary } from '../record/load-outcome.ts';
import { consoleBlocks } from './console-blocks.ts';
import { readMachineSummary, type MachineSummary } from './machine-summary.ts';
import { readConsole, type K6Console } from './read-console.ts';

/** A summary that k6 left, told apart by its content. */
export type SavedSummary =
  | ({ readonly format: 'console'; readonly text: string } & K6Console)
  | ({ readonly format: 'machine-summary' } & MachineSummary)
  | { readonly format: 'summary-export' | 'handle-summary'; readonly summary: K6Summary };

/**
 * Every summary in a text: console output, alone or in the code blocks of a Markdown document, or one of k6's JSON
 * summaries. Empty for a text without one; a JSON document that is none throws an Error naming what does not fit.
 */
export const readSummaryText = (text: string): SavedSummary[] => {
  const json = parseJson(text);
  if (json === undefined)
    return consoleBlocks(text).map((block) => ({ format: 'console', text: block, ...readConsole(block) }));
  const machine = readMachineSummary(json);
  if (machine !== undefined) return [{ format: 'machine-summary', ...machine }];
  return [
    { format: isHandleSummary(json) ? 'handle-summary' : 'summary-export', summary: parseK6Summary(text) },
  ];
};

const parseJson = (text: string): object | undefined => {
  if (!/^\uFEFF?\s*\{/.test(text)) return undefined;
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
};

/** Only there does the object say what was set for the summary. */
const isHandleSummary = (json: object): boolean => 'options' in json && 'state' in json;
