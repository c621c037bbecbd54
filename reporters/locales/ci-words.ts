import type { RunReport } from '../../core/report-document.ts';

/** Words of what is written for CI servers. */
export type CiWords = {
  /** Of a run whose verdict is not that of any of its rules. */
  readonly runVerdict: (outcome: string, status: RunReport['status']) => string;
  /** In place of annotations beyond those that are shown. */
  readonly moreAnnotations: (count: number) => string;
  /** In place of what did not fit into a step summary. */
  readonly summaryCut: string;
};
