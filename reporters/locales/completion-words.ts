import type { CompletionReport } from '../../core/report-document.ts';

export type CompletionFigureName = 'mean' | 'p50' | 'p95' | 'p99' | 'max';

/** The application's own completion times beside lagline's. */
export type CompletionWords = {
  readonly columns: readonly [figure: string, lagline: string, application: string, difference: string];
  readonly figures: Readonly<Record<CompletionFigureName, string>>;
  readonly between: (low: string, high: string) => string;
  readonly atLeast: (low: string) => string;
  readonly atMost: (high: string) => string;
  /** Behind a difference whose bounds stand on both sides of 0. */
  readonly overlaps: string;
  /** Where the numbers come from, and of how many; `source` as code. */
  readonly basis: (completion: CompletionReport, source: string) => string;
  /** What the two mean, and what the bounds are. */
  readonly note: string;
  /** `resets`: how often the service began to count anew. */
  readonly resets: (resets: number) => string;
  /** The counts differ; the bounds allow for it. */
  readonly countsDiffer: (observations: number, messages: number) => string;
  /** No histogram was named. */
  readonly notAsked: string;
};
