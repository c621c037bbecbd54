import { join } from 'node:path';
import { readRecord } from '../../core/record/journal-reader.ts';
import type { ReportKind } from '../../reporters/report-notes.ts';
import { readFormats } from '../formats.ts';
import { tellGithub } from '../github-step.ts';
import { utcStamp } from '../run-folder.ts';
import { showResult, shownPath, type ResultFlags } from '../show-result.ts';
import { writeReportOf } from '../write-report.ts';

/** `lagline report`: writes the report of stored runs again. Exits 0 once it is written; the verdict is `gate`'s business. */
export const reportCommand = async (
  runs: readonly string[],
  flags: ResultFlags & {
    readonly out?: string;
    readonly format: readonly string[];
    readonly kind?: ReportKind;
  },
): Promise<number> => {
  const formats = readFormats(flags.format);
  const records = await Promise.all(runs.map(readRecord));
  const first = records
    .map(({ startedAt }) => Date.parse(startedAt))
    .reduce((least, next) => Math.min(least, next));
  const out =
    flags.out ?? (runs.length === 1 ? (runs[0] ?? '.') : join('reports', utcStamp(new Date(first))));
  const report = await writeReportOf(records, runs, out, flags.lang, formats, flags.kind);
  showResult(report.document, flags);
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  tellGithub(report, process.env, say);
  say(`report: ${shownPath(report.mainPath)}`);
  return 0;
};
