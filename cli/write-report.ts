import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { KnownError, messageOf } from '../core/errors.ts';
import { buildReport } from '../core/judge/build-report.ts';
import { readRun } from './read-run.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { ReportDocument } from '../core/report-document.ts';
import { reporters } from '../reporters/index.ts';
import { locales } from '../reporters/locales/index.ts';
import type { LocaleId } from '../reporters/locales/catalog.ts';
import type { ReportKind } from '../reporters/report-notes.ts';
import type { OutputFile } from '../reporters/reporter.ts';
import { consolePath } from './run-folder.ts';
import { laglineVersion } from './environment.ts';
import { readNotes } from './report-notes.ts';

export type Language = LocaleId;

export type WrittenReport = {
  readonly document: ReportDocument;
  readonly folder: string;
  /** The report to open, absolute. */
  readonly mainPath: string;
  /** Of all files, seen from the folder. */
  readonly paths: readonly string[];
};

/** Reads the run folders, judges them and writes the files of the formats; each file appears whole or not at all. */
export const writeReport = async (
  runFolders: readonly string[],
  out: string,
  language: Language,
  formats: readonly string[],
): Promise<WrittenReport> => {
  const records = await Promise.all(runFolders.map(readRun));
  const sources = records.map((record, index) => sourceOfRun(record, runFolders[index] ?? '.'));
  return writeReportOf(sources, out, language, formats);
};

/** A record and what belongs to it: of a run folder, or of a file that k6 had left. */
export type ReportSource = {
  readonly record: RunRecord;
  /** k6's console text; null where there is none. */
  readonly k6Console: string | null;
  /** The run folder, or the file. */
  readonly path: string;
};

export const sourceOfRun = (record: RunRecord, runFolder: string): ReportSource => ({
  record,
  k6Console: readConsole(runFolder),
  path: runFolder,
});

export const writeReportOf = async (
  sources: readonly ReportSource[],
  out: string,
  language: Language,
  formats: readonly string[],
  kind?: ReportKind,
): Promise<WrittenReport> => {
  const folder = resolve(out);
  const records = sources.map(({ record }) => record);
  const notes = { ...readNotes(folder, earliestStart(records)), ...(kind === undefined ? {} : { kind }) };
  const document = buildReport(records, laglineVersion());
  const report = {
    document,
    notes,
    runs: sources.map(({ record, k6Console, path }) => ({
      record,
      k6Console,
      runFolder: relativePath(folder, resolve(path)),
    })),
  };
  const chosen = reporters.filter(({ id }) => formats.includes(id));
  const files = (
    await Promise.all(chosen.map((reporter) => reporter.render(report, locales[language])))
  ).flat();
  for (const file of files) writeWhole(folder, file);
  const paths = files.map(({ path }) => path);
  return { document, folder, paths, mainPath: join(folder, mainOf(paths)) };
};

/** undefined where no record tells when it began. */
export const earliestStart = (records: readonly RunRecord[]): Date | undefined => {
  const starts = records.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  return starts.length === 0 ? undefined : new Date(Math.min(...starts));
};

/** What people read, else the first file. */
const mainOf = (paths: readonly string[]): string =>
  ['.md', '.html', '']
    .map((end) => paths.find((path) => path.startsWith('report.') && path.endsWith(end)))
    .find(Boolean) ??
  paths[0] ??
  '.';

const readConsole = (runFolder: string): string | null => {
  const path = consolePath(resolve(runFolder));
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
};

/** With `/` on every system, so that links in the report work wherever it is read. */
const relativePath = (from: string, to: string): string => relative(from, to).split(sep).join('/') || '.';

/** The whole file, or nothing of it. */
export const writeWhole = (folder: string, { path, content }: OutputFile): void => {
  const target = join(folder, path);
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(`${target}.part`, content);
    renameSync(`${target}.part`, target);
  } catch (error) {
    removeQuietly(`${target}.part`);
    throw new KnownError('output-unwritable', `cannot write the report to ${target}: ${messageOf(error)}`, {
      remedy: 'give another folder with --out, or make this one writable',
      cause: error,
    });
  }
};

const removeQuietly = (path: string): void => {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder is a file, or cannot be written either.
  }
};
