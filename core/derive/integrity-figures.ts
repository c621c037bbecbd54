import type { RunReport } from '../report-document.ts';
import type { RunRecord } from '../record/run-record.ts';

/** The store's counts; `pending` is what was accepted but neither issued nor lost when it was counted. */
export const integrityFigures = ({ integrity }: RunRecord): RunReport['integrity'] => {
  if (integrity === undefined) return null;
  const { stock, accepted, persisted, lost, duplicates, oversold, unknown } = integrity;
  const pending =
    accepted === null || persisted === null ? null : Math.max(0, accepted - persisted - (lost ?? 0));
  return { stock, accepted, persisted, lost, duplicates, oversold, unknown, pending };
};
