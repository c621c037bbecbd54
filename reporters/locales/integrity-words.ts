import type { RunReport } from '../../core/report-document.ts';

type Integrity = NonNullable<RunReport['integrity']>;
export type ChainStep = Integrity['chain'][number]['step'];

/** Counts of which each one is a difference between what was promised and what is stored. */
export type DifferenceName =
  | 'lost'
  | 'duplicates'
  | 'oversold'
  | 'phantom'
  | 'deadLettered'
  | 'overAdmitted'
  | 'revoked';

/** Shown figures of what the clients were told, without tags; undefined where not known or where there are none. */
export type ToldClients = {
  readonly accepted: string;
  readonly refused: string;
  readonly unknown: string | undefined;
  readonly interrupted: string | undefined;
};

export type IntegrityWords = {
  readonly columns: readonly string[];
  readonly steps: Readonly<Record<ChainStep, string>>;
  /** Who counted it from outside. */
  readonly observers: Readonly<Record<'k6' | 'kafka', string>>;
  readonly narrowed: (by: number) => string;
  readonly differences: Readonly<Record<DifferenceName, string>>;
  readonly difference: (name: string, count: string, ids: readonly string[], more: number) => string;
  /** `isSettled`: nothing was on its way any more. */
  readonly noDifferences: (isSettled: boolean) => string;
  readonly notDrained: (reason: string | undefined) => string;
  readonly told: (clients: ToldClients, tag: string) => string;
  /** What became of the clients without an answer; undefined figures are not known. */
  readonly unknownSplit: (
    all: string,
    issued: string | undefined,
    notIssued: string | undefined,
    undecided: string | undefined,
    tag: string,
  ) => string;
  readonly lostAtLeast: (count: string, tag: string) => string;
  readonly phantomAtLeast: (count: string, tag: string) => string;
  readonly probeColumns: readonly string[];
  /** Of a probe that is judged by what the run added. */
  readonly added: (value: string) => string;
};
