import { join } from 'node:path';
import { readRecord } from '../../core/record/journal-reader.ts';
import { utcStamp } from '../run-folder.ts';
import { showResult, shownPath, type ResultFlags } from '../show-result.ts';
import { writeReportOf } from '../write-report.ts';

/** `lagline report`: writes the report of stored runs again. Exits 0 once it is written; the verdict is `gate`'s business. */
export const reportCommand = async (
  runs: readonly string[],
  flags: ResultFlags & { readonly out?: string },
): Promise<number> => {
  const records = await Promise.all(runs.map(readRecord));
  const first = records
    .map(({ startedAt }) => Date.parse(startedAt))
    .reduce((least, next) => Math.min(least, next));
  const out =
    flags.out ?? (runs.length === 1 ? (runs[0] ?? '.') : join('reports', utcStamp(new Date(first))));
  const { document, markdownPath } = await writeReportOf(records, runs, out, flags.lang);
  showResult(document, flags);
  process.stderr.write(`report: ${shownPath(markdownPath)}\n`);
  return 0;
};
