import { parseK6Summary } from '../load/k6-summary.ts';
import type { K6Summary } from '../record/load-outcome.ts';
import { consoleBlocks } from './console-blocks.ts';
import { countedDuration } from './counted-duration.ts';
import { readMachineSummary, type MachineSummary } from './machine-summary.ts';
import { readConsole, type K6Console } from './read-console.ts';

/** A summary that k6 left, told apart by its content. */
export type SavedSummary =
  | ({ readonly format: 'console'; readonly text: string } & K6Console)
  | ({ readonly format: 'machine-summary' } & MachineSummary)
  | {
      readonly format: 'summary-export' | 'handle-summary';
      readonly summary: K6Summary;
      /** How long k6 counted: its own word, else from a total and its rate; null where neither is there. */
      readonly durationMs: number | null;
    };

/**
 * Every summary in a text: console output, alone or in the code blocks of a Markdown document, or one of k6's JSON
 * summaries. Empty for a text without one; a JSON document that is none throws an Error naming what does not fit.
 */
export const readSummaryText = (text: string): SavedSummary[] => {
  const blocks = consoleBlocks(text);
  if (blocks.length > 0 || !looksLikeJson(text))
    return blocks.map((block) => ({ format: 'console', text: block, ...readConsole(block) }));
  const plain = text.replace(/^\uFEFF/, '');
  const json = JSON.parse(plain) as object;
  const machine = readMachineSummary(json);
  if (machine !== undefined) return [{ format: 'machine-summary', ...machine }];
  const summary = parseK6Summary(plain);
  return [
    {
      format: isHandleSummary(json) ? 'handle-summary' : 'summary-export',
      summary,
      durationMs: handledDuration(json) ?? countedDuration(summary.metrics),
    },
  ];
};

const looksLikeJson = (text: string): boolean => /^\uFEFF?\s*\{/.test(text);

const handledDuration = (json: object): number | undefined => {
  const state: unknown = 'state' in json ? json.state : undefined;
  const ms: unknown =
    typeof state === 'object' && state !== null && 'testRunDurationMs' in state
      ? state.testRunDurationMs
      : undefined;
  return typeof ms === 'number' && ms > 0 ? Math.round(ms) : undefined;
};

/** Only there does the object say what was set for the summary. */
const isHandleSummary = (json: object): boolean => 'options' in json && 'state' in json;
