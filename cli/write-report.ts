import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { KnownError, messageOf } from '../core/errors.ts';
import { buildReport } from '../core/judge/build-report.ts';
import { readRecord } from '../core/record/journal-reader.ts';
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
  const records = await Promise.all(runFolders.map(readRecord));
  return writeReportOf(records, runFolders, out, language, formats);
};

export const writeReportOf = async (
  records: readonly RunRecord[],
  runFolders: readonly string[],
  out: string,
  language: Language,
  formats: readonly string[],
  kind?: ReportKind,
): Promise<WrittenReport> => {
  const folder = resolve(out);
  const startedAt = new Date(Math.min(...records.map((record) => Date.parse(record.startedAt))));
  const notes = { ...readNotes(folder, startedAt), ...(kind === undefined ? {} : { kind }) };
  const document = buildReport(records, laglineVersion());
  const report = {
    document,
    notes,
    runs: records.map((record, index) => {
      const runFolder = resolve(runFolders[index] ?? '.');
      return { record, k6Console: readConsole(runFolder), runFolder: relativePath(folder, runFolder) };
    }),
  };
  const chosen = reporters.filter(({ id }) => formats.includes(id));
  const files = (
    await Promise.all(chosen.map((reporter) => reporter.render(report, locales[language])))
  ).flat();
  for (const file of files) writeWhole(folder, file);
  const paths = files.map(({ path }) => path);
  return { document, folder, paths, mainPath: join(folder, mainOf(paths)) };
};

/** What people read, else the first file. */
const mainOf = (paths: readonly string[]): string =>
  ['.md', '.html', '']
    .map((end) => paths.find((path) => path.startsWith('report.') && path.endsWith(end)))
    .find(Boolean) ??
  paths[0] ??
  '.';

const readConsole = (runFolder: string): string | null => {
  const path = consolePath(runFolder);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
};

/** With `/` on every system, so that links in the report work wherever it is read. */
const relativePath = (from: string, to: string): string => relative(from, to).split(sep).join('/') || '.';

const writeWhole = (folder: string, { path, content }: OutputFile): void => {
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
