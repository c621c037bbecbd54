import { join } from 'node:path';
import { KnownError } from '../../core/errors.ts';
import { parseGivenRules } from '../../core/given-rules.ts';
import { readRun } from '../read-run.ts';
import type { ReportKind } from '../../reporters/report-notes.ts';
import { readThresholds } from '../config/thresholds.ts';
import { readFormats } from '../formats.ts';
import { tellGithub } from '../github-step.ts';
import { releaseRunFolder, requireWritable, reserveFolder, utcStamp } from '../run-folder.ts';
import { readSavedOutput } from '../saved-output.ts';
import { showResult, shownPath, type ResultFlags } from '../show-result.ts';
import { earliestStart, sourceOfRun, writeReportOf, type ReportSource } from '../write-report.ts';

export type ReportFlags = ResultFlags & {
  readonly out?: string;
  readonly format: readonly string[];
  readonly kind?: ReportKind;
  /** Files with what k6 had left, instead of run folders. */
  readonly k6Summary?: readonly string[];
  readonly threshold: readonly string[];
};

/**
 * `lagline report`: writes the report of stored runs again, or one of nothing but what k6 had left. Exits 0 once it is
 * written; the verdict is `gate`'s business.
 */
export const reportCommand = async (runs: readonly string[], flags: ReportFlags): Promise<number> => {
  const formats = readFormats(flags.format);
  const isSaved = requireOneKind(runs, flags);
  const sources = await (isSaved ? readSaved(flags) : readRuns(runs));
  const place = isSaved ? savedPlace(flags.out) : { folder: flags.out ?? runsPlace(runs, sources) };
  try {
    const report = await writeReportOf(sources, place.folder, flags.lang, formats, flags.kind);
    showResult(report.document, flags);
    const say = (text: string): void => void process.stderr.write(`${text}\n`);
    tellGithub(report, process.env, say);
    say(`report: ${shownPath(report.mainPath)}`);
    return 0;
  } catch (error) {
    if ('runId' in place) releaseRunFolder(place);
    throw error;
  }
};

/** Whether the report is made of saved output. */
export const requireOneKind = (
  runs: readonly string[],
  { k6Summary, threshold }: Pick<ReportFlags, 'k6Summary' | 'threshold'>,
): boolean => {
  const isSaved = k6Summary !== undefined;
  if (isSaved && runs.length > 0)
    throw new KnownError(
      'usage',
      `a report is either of run folders or of k6's output, not of both (${runs[0] ?? ''})`,
      {
        remedy: 'write two reports',
      },
    );
  if (!isSaved && runs.length === 0)
    throw new KnownError('usage', 'nothing was named to report on', {
      remedy: 'name run folders, or with --k6-summary files that k6 had left',
    });
  if (!isSaved && threshold.length > 0)
    throw new KnownError('usage', '--threshold goes with --k6-summary: a stored run has its own rules', {
      remedy: 'judge a stored run by other rules with `lagline gate <run> --threshold …`',
    });
  return isSaved;
};

export const readRuns = async (runs: readonly string[]): Promise<ReportSource[]> => {
  const records = await Promise.all(runs.map(readRun));
  return records.map((record, index) => sourceOfRun(record, runs[index] ?? '.'));
};

const runsPlace = (runs: readonly string[], sources: readonly ReportSource[]): string =>
  runs.length === 1
    ? (runs[0] ?? '.')
    : join('reports', utcStamp(earliestStart(sources.map(({ record }) => record)) ?? new Date()));

export const readSaved = async ({
  k6Summary = [],
  threshold,
}: Pick<ReportFlags, 'k6Summary' | 'threshold'>): Promise<ReportSource[]> => {
  const thresholds = readThresholds(threshold);
  parseGivenRules(thresholds);
  return await readSavedOutput(k6Summary, thresholds);
};

/** Saved output often tells no time: where no folder is named, that of the report is named after now. */
const savedPlace = (out: string | undefined): { folder: string } | ReturnType<typeof reserveFolder> => {
  if (out !== undefined) return { folder: out };
  requireWritable('reports');
  return reserveFolder('reports', utcStamp(new Date()));
};
