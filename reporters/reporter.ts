import type { ReportDocument } from '../core/report-document.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { Catalog } from './locales/catalog.ts';
import type { ReportNotes } from './report-notes.ts';

/** One run as reporters get it: the raw record for charts and k6's own text for quoting. */
export type ReportedRun = {
  readonly record: RunRecord;
  /** k6's console output, untouched; null when there is none. */
  readonly k6Console: string | null;
  /**
   * Where the run folder, or the file with k6's saved output, lies, seen from the folder the report is written to; used in the
   * reproduction commands.
   */
  readonly runFolder: string;
};

/** What a report is made of; `runs` is in the order of `document.runs`. */
export type Report = {
  readonly document: ReportDocument;
  readonly runs: readonly ReportedRun[];
  /** Of people; absent where they have written none. */
  readonly notes?: ReportNotes | undefined;
};

/** Path relative to the report's folder, `/` as separator. */
export type OutputFile = { readonly path: string; readonly content: string | Uint8Array };

/** Turns a report into files; neither reads nor writes nor prints. */
export type Reporter = {
  readonly id: string;
  render(report: Report, catalog: Catalog): Promise<readonly OutputFile[]>;
};
