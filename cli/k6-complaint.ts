import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintOf } from '../core/load/k6-complaint.ts';
import { exitReason } from '../core/load/k6-exit.ts';
import { k6Files } from '../core/load/k6-outcome.ts';
import type { ReportDocument } from '../core/report-document.ts';

/** Why k6 broke off, in one sentence with its own words; undefined where it ran to its end or was told to stop. */
export const k6Complaint = (runFolder: string, { runs: [run] }: ReportDocument): string | undefined => {
  if (run?.status !== 'failed' || run.load === null) return undefined;
  const log = join(runFolder, k6Files.stderr);
  const complaint = existsSync(log) ? complaintOf(readFileSync(log, 'utf8')) : undefined;
  const { k6ExitCode: exitCode, k6Signal: signal } = run.load;
  return `the run is invalid: ${exitReason({ exitCode, signal }, complaint)}`;
};
