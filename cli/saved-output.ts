import { basename } from 'node:path';
import { readMarkdown } from '../core/claims/read-markdown.ts';
import { KnownError, messageOf } from '../core/errors.ts';
import { readSummaryText, type SavedSummary } from '../core/k6-output/read-summary-text.ts';
import { readSamples, type SampleFormat } from '../core/k6-output/samples/read-samples.ts';
import { sampleFormatOf } from '../core/k6-output/samples/sample-format.ts';
import { sampledRecord, savedRecord } from '../core/k6-output/saved-record.ts';
import { parseThresholdRules } from '../core/metric-table.ts';
import type { RunPlan } from '../core/plan.ts';
import { laglineVersion } from './environment.ts';
import { openInput, wholeText, type Input } from './open-input.ts';
import type { ReportSource } from './write-report.ts';

const sizeLimitBytes = 64 * 1024 * 1024;

type Context = { readonly laglineVersion: string; readonly thresholds: RunPlan['thresholds'] };

/** Each run in the files as a record, in the order given; `-` is stdin. */
export const readSavedOutput = async (
  files: readonly string[],
  thresholds: RunPlan['thresholds'],
): Promise<ReportSource[]> => {
  const context = { laglineVersion: laglineVersion(), thresholds };
  const sources: ReportSource[] = [];
  for (const path of files) sources.push(...(await readFile(path, context)));
  return sources;
};

const readFile = async (path: string, context: Context): Promise<ReportSource[]> => {
  try {
    const input = await openInput(path);
    const format = sampleFormatOf(input.beginning);
    return format === undefined
      ? summariesOf(path, await wholeText(input, sizeLimitBytes), context)
      : [await samplesOf(path, input, format, context)];
  } catch (error) {
    throw error instanceof KnownError ? error : unreadable(path, messageOf(error), error);
  }
};

/**
 * The summaries inside a document, each with the place of its code block; `place` is null of one that stands in none. Empty
 * where the document holds no summary.
 */
export const readDocumentOutput = (
  path: string,
  text: string,
  thresholds: RunPlan['thresholds'],
): {
  readonly source: ReportSource;
  readonly place: { headings: readonly string[]; line: number } | null;
}[] => {
  const blocks = readMarkdown(text).codeBlocks.flatMap(({ text: code, headings, line }) =>
    summariesIn(code).map((saved) => ({ saved, place: { headings, line } })),
  );
  const found = blocks.length > 0 ? blocks : summariesIn(text).map((saved) => ({ saved, place: null }));
  for (const [index, { saved }] of found.entries()) requireWhole(saved, path, index, found.length);
  const sources = sourcesOf(
    path,
    found.map(({ saved }) => saved),
    { laglineVersion: laglineVersion(), thresholds },
  );
  return sources.map((source, index) => ({ source, place: found[index]?.place ?? null }));
};

/** A block of other JSON is none of k6's, and no fault of the document. */
const summariesIn = (text: string): SavedSummary[] => {
  try {
    return readSummaryText(text);
  } catch {
    return [];
  }
};

const sourcesOf = (path: string, summaries: readonly SavedSummary[], context: Context): ReportSource[] =>
  summaries.map((saved, index) => ({
    record: savedRecord(saved, { file: basename(path), part: index + 1, parts: summaries.length }, context),
    k6Console: saved.format === 'console' ? saved.text : null,
    path,
  }));

const summariesOf = (path: string, text: string, context: Context): ReportSource[] => {
  if (text.trim() === '') throw unreadable(path, 'it is empty');
  const found = readSummaries(path, text);
  if (found.length === 0) throw unreadable(path, 'it holds no results of k6');
  for (const [index, saved] of found.entries()) requireWhole(saved, path, index, found.length);
  return sourcesOf(path, found, context);
};

const readSummaries = (path: string, text: string): SavedSummary[] => {
  try {
    return readSummaryText(text);
  } catch (error) {
    const why = messageOf(error).replaceAll(/\s*\n\s*/g, ' ');
    throw unreadable(path, `its JSON is no summary of k6: ${why}`, error);
  }
};

/** Every run of k6 counts its iterations: where they are missing, the text ends before them. */
const requireWhole = (saved: SavedSummary, path: string, index: number, parts: number): void => {
  if (saved.summary.metrics['iterations'] !== undefined) return;
  const which = parts === 1 ? 'the summary' : `summary ${index + 1} of ${parts}`;
  const unread = 'ambiguous' in saved && saved.ambiguous.find(({ metric }) => metric === 'iterations');
  if (unread)
    throw unreadable(
      path,
      `${which} is cut or broken: of 'iterations' it has '${unread.text}', which cannot be read for certain`,
    );
  throw unreadable(path, `${which} is cut: it has no line for 'iterations'`);
};

const samplesOf = async (
  path: string,
  { source }: Input,
  format: SampleFormat,
  context: Context,
): Promise<ReportSource> => {
  const samples = await readSamples(source, format, parseThresholdRules(context.thresholds));
  if (samples === undefined) throw unreadable(path, `it holds no sample of k6's --out ${outputOf[format]}`);
  return {
    record: sampledRecord(samples, { file: basename(path), part: 1, parts: 1 }, context),
    k6Console: null,
    path,
  };
};

const outputOf = { ndjson: 'json', csv: 'csv' } as const;

const unreadable = (path: string, why: string, cause?: unknown): KnownError =>
  new KnownError(
    'summary-unreadable',
    `cannot read k6's results from ${path === '-' ? 'stdin' : path}: ${why}`,
    {
      remedy:
        "give the text that k6 printed at its end (also inside Markdown), JSON of --summary-export, handleSummary or k6's machine-readable summary, or what --out json or --out csv wrote",
      ...(cause === undefined ? {} : { cause }),
    },
  );
