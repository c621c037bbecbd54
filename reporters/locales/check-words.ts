import type { CheckDocument, CheckReason, Judgement, ReasonId } from '../../core/claims/check-document.ts';

/** What a sentence on a claim is made of, ready to be shown. */
export type ReasonParts = {
  /** Figures of the data with their names; empty where there are none. */
  readonly figures: string;
  /** Text of others has been made harmless. */
  readonly facts: CheckReason['facts'];
};

/** Wording of `lagline report --check`. */
export type CheckWords = {
  readonly title: string;
  readonly head: Readonly<Record<'line' | 'claim' | 'judgement' | 'data', string>>;
  readonly judgement: Readonly<Record<Judgement, string>>;
  readonly outcome: Readonly<Record<CheckDocument['outcome'], string>>;
  readonly checked: (file: string, runs: readonly string[]) => string;
  readonly counts: (counts: CheckDocument['counts']) => string;
  readonly line: (line: number) => string;
  readonly reason: Readonly<Record<ReasonId, (parts: ReasonParts) => string>>;
  /** Name of a figure by its path in `report.json`, without the run; the first that matches. */
  readonly figure: readonly (readonly [path: RegExp, name: string])[];
  /** Bounds as shown values; undefined where a side is open. */
  readonly between: (low: string | undefined, high: string | undefined) => string;
  readonly vus: (value: string) => string;
  readonly method: string;
};
