import type { CompareDocument, ComparedMetric } from '../../core/compare/compare-document.ts';

/** Wording of `lagline compare`. */
export type CompareWords = {
  readonly title: string;
  readonly head: Readonly<Record<'metric' | 'base' | 'candidate' | 'change' | 'p' | 'verdict', string>>;
  readonly sides: (base: number, candidate: number) => string;
  readonly verdict: Readonly<Record<ComparedMetric['verdict'], string>>;
  readonly outcome: Readonly<Record<CompareDocument['outcome'], string>>;
  readonly smallest: (change: string) => string;
  readonly tooFew: string;
  readonly fewRuns: (base: number, candidate: number) => string;
  readonly order: Readonly<Record<Exclude<CompareDocument['order'], 'mixed'>, string>>;
  readonly leftOut: (side: 'base' | 'candidate', runId: string, reason: 'invalid' | 'interrupted') => string;
  readonly allowed: (what: string, base: string, candidate: string) => string;
  readonly bounded: (metric: string, base: number, candidate: number) => string;
  readonly method: (level: string, minEffect: string, divisions: string, isExact: boolean) => string;
};
