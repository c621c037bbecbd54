import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { KnownError, messageOf } from '../core/errors.ts';
import { readSummaryText, type SavedSummary } from '../core/k6-output/read-summary-text.ts';
import { savedRecord } from '../core/k6-output/saved-record.ts';
import type { RunPlan } from '../core/plan.ts';
import { laglineVersion } from './environment.ts';
import type { ReportSource } from './write-report.ts';

const sizeLimitBytes = 64 * 1024 * 1024;

/** Each summary in the files as a record, in the order given; `-` is stdin. */
export const readSavedOutput = (
  files: readonly string[],
  thresholds: RunPlan['thresholds'],
): ReportSource[] => {
  const context = { laglineVersion: laglineVersion(), thresholds };
  return files.flatMap((path) => {
    const summaries = readFile(path);
    return summaries.map((saved, index) => ({
      record: savedRecord(saved, { file: basename(path), part: index + 1, parts: summaries.length }, context),
      k6Console: saved.format === 'console' ? saved.text : null,
      path,
    }));
  });
};

const readFile = (path: string): readonly SavedSummary[] => {
  const text = readText(path);
  if (text.trim() === '') throw unreadable(path, 'it is empty');
  const found = readSummaries(path, text);
  if (found.length === 0) throw unreadable(path, 'it holds no summary of k6');
  for (const [index, saved] of found.entries()) requireWhole(saved, path, index, found.length);
  return found;
};

const readText = (path: string): string => {
  try {
    if (path === '-') return readFileSync(0, 'utf8');
    const { size } = statSync(path);
    if (size > sizeLimitBytes) throw new Error(`it is larger than ${sizeLimitBytes / 1024 / 1024} MiB`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
};

const readSummaries = (path: string, text: string): SavedSummary[] => {
  try {
    return readSummaryText(text);
  } catch (error) {
    throw unreadable(
      path,
      `its JSON is no summary of k6: ${messageOf(error).replaceAll(/\s*\n\s*/g, ' ')}`,
      error,
    );
  }
};

/** Every run of k6 counts its iterations: where they are missing, the text ends before them. */
const requireWhole = ({ summary }: SavedSummary, path: string, index: number, parts: number): void => {
  if (summary.metrics['iterations'] !== undefined) return;
  const which = parts === 1 ? 'the summary' : `summary ${index + 1} of ${parts}`;
  throw unreadable(path, `${which} is cut: it has no line for 'iterations'`);
};

const unreadable = (path: string, why: string, cause?: unknown): KnownError =>
  new KnownError(
    'summary-unreadable',
    `cannot read k6's results from ${path === '-' ? 'stdin' : path}: ${why}`,
    {
      remedy:
        "give the text that k6 printed at its end (also inside Markdown), or JSON of --summary-export, handleSummary or k6's machine-readable summary",
      ...(cause === undefined ? {} : { cause }),
    },
  );
