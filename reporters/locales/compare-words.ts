import type { HistoryDocument, HistoryChange } from '../../core/compare/history-document.ts';
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
  readonly picture: {
    readonly title: string;
    readonly subtitle: (base: number, candidate: number, minEffect: string) => string;
    readonly axis: string;
    readonly change: string;
    readonly base: string;
    readonly candidate: string;
    /** Alternative text. */
    readonly alt: string;
  };
};

/** Wording of `lagline compare --history`. */
export type HistoryWords = {
  readonly title: string;
  readonly head: Readonly<
    Record<'metric' | 'since' | 'before' | 'after' | 'change' | 'p' | 'verdict', string>
  >;
  /** How many runs, and from when to when. */
  readonly span: (runs: number, from: string, to: string) => string;
  readonly outcome: Readonly<Record<HistoryDocument['outcome'], string>>;
  /** The run a change begins with, counted from 1. */
  readonly since: (run: number, of: number, time: string) => string;
  readonly verdict: Readonly<Record<HistoryChange['verdict'], string>>;
  readonly newest: string;
  readonly earlier: string;
  readonly unchanged: (metrics: readonly string[]) => string;
  readonly tooFew: (metrics: readonly string[]) => string;
  readonly older: (runs: number, kept: number) => string;
  readonly leftOut: (runId: string, reason: HistoryDocument['leftOut'][number]['reason']) => string;
  readonly bounded: (metric: string, runs: number) => string;
  readonly newestRule: (newestRuns: number) => string;
  readonly method: (alpha: string, minEffect: string) => string;
  readonly picture: {
    readonly title: string;
    readonly subtitle: (newestRuns: number) => string;
    /** Alternative text. */
    readonly alt: string;
  };
};
