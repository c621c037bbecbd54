import { basename, join, resolve } from 'node:path';
import { checkClaims } from '../../core/claims/check-claims.ts';
import type { ClaimedRun } from '../../core/claims/known-figures.ts';
import { KnownError, messageOf } from '../../core/errors.ts';
import { buildReport } from '../../core/judge/build-report.ts';
import { parseGivenRules } from '../../core/given-rules.ts';
import { checkMarkdown, checkText } from '../../reporters/check-text.ts';
import { locales } from '../../reporters/locales/index.ts';
import { readThresholds } from '../config/thresholds.ts';
import { laglineVersion } from '../environment.ts';
import { openInput, wholeText } from '../open-input.ts';
import { requireWritable } from '../run-folder.ts';
import { readDocumentOutput } from '../saved-output.ts';
import { shownPath, type ResultFlags } from '../show-result.ts';
import { writeWhole, type ReportSource } from '../write-report.ts';
import { readRuns, readSaved, requireOneKind, type ReportFlags } from './report.ts';

export type CheckFlags = ResultFlags &
  Pick<ReportFlags, 'out' | 'k6Summary' | 'threshold'> & {
    /** Options that were given and say nothing here. */
    readonly refused: readonly string[];
  };

/** `lagline report --check`: a hand-written report beside the data; 99 where they contradict it, 3 where nothing could be held against them. */
export const checkCommand = async (
  file: string,
  runs: readonly string[],
  flags: CheckFlags,
): Promise<number> => {
  if (flags.refused.length > 0)
    throw new KnownError('usage', `--${flags.refused[0] ?? ''} does not go with --check`, {
      remedy: '--check prints text, or data with --json, and with --out writes both and Markdown',
    });
  const text = await readDocument(file);
  const found = await findData(file, text, runs, flags);
  if (flags.out !== undefined) requireWritable(flags.out);
  const { runs: reports } = buildReport(
    found.map(({ source: { record } }) => record),
    laglineVersion(),
  );
  const claimed = reports.flatMap((report, index): ClaimedRun[] => {
    const data = found[index];
    if (data === undefined) return [];
    const k6Metrics = data.source.record.load?.summary?.metrics ?? {};
    return [{ report, k6Metrics, source: data.kind, place: data.place }];
  });
  const document = checkClaims(text, claimed, {
    file: file === '-' ? 'stdin' : basename(file),
    laglineVersion: laglineVersion(),
  });
  const catalog = locales[flags.lang];
  const json = `${JSON.stringify(document, null, 2)}\n`;
  if (flags.out !== undefined) {
    const folder = resolve(flags.out);
    writeWhole(folder, { path: 'check.json', content: json });
    writeWhole(folder, { path: `check.${flags.lang}.md`, content: checkMarkdown(document, catalog) });
    process.stderr.write(`check: ${shownPath(join(folder, `check.${flags.lang}.md`))}\n`);
  }
  process.stdout.write(flags.json ? json : `${checkText(document, catalog)}\n`);
  return document.exitCode;
};

type Data = {
  readonly source: ReportSource;
  readonly kind: ClaimedRun['source'];
  readonly place: ClaimedRun['place'];
};

const findData = async (
  file: string,
  text: string,
  runs: readonly string[],
  flags: CheckFlags,
): Promise<Data[]> => {
  if (flags.k6Summary !== undefined || runs.length > 0) {
    if (requireOneKind(runs, flags))
      return (await readSaved(flags)).map((source) => ({ source, kind: 'k6-output', place: null }));
    return (await readRuns(runs)).map((source) => ({ source, kind: 'run', place: null }));
  }
  const thresholds = readThresholds(flags.threshold);
  parseGivenRules(thresholds);
  const found = readDocumentOutput(file, text, thresholds);
  if (found.length > 0) return found.map((one) => ({ ...one, kind: 'document' }));
  throw new KnownError('data-missing', `${file} holds no output of k6 to be held against`, {
    remedy: 'name run folders, or with --k6-summary files that k6 had left',
  });
};

const sizeLimitBytes = 8 * 1024 * 1024;

const readDocument = async (path: string): Promise<string> => {
  try {
    const text = await wholeText(await openInput(path), sizeLimitBytes);
    if (text.includes('\u0000')) throw new Error('it is no text');
    if (text.trim() === '') throw new Error('it is empty');
    return text.replace(/^\uFEFF/, '');
  } catch (error) {
    throw unreadable(path, error);
  }
};

const unreadable = (path: string, cause: unknown): KnownError =>
  new KnownError(
    'document-unreadable',
    `cannot read the report ${path === '-' ? 'on stdin' : path}: ${messageOf(cause)}`,
    { remedy: 'give a report in Markdown', cause },
  );
