import type { GroupRow, RowOrder } from '../../core/watch/group-row.ts';
import type { LagTrend } from '../../core/watch/lag-trail.ts';

/** Wording of the live screen of `run` and `watch`. */
export type ScreenWords = {
  readonly phases: Readonly<Record<'load' | 'drain', string>>;
  /** Where the run stands in its two phases, such as `load → drain`. */
  readonly elapsedOf: (elapsed: string, planned: string | null) => string;
  readonly left: (duration: string) => string;
  readonly watched: (elapsed: string) => string;
  readonly notKnown: string;
  readonly requestsPerSecond: string;
  readonly requests: string;
  readonly errors: string;
  readonly droppedIterations: string;
  readonly virtualUsers: string;
  readonly lag: string;
  readonly groupsUnknown: (count: string) => string;
  readonly drainsIn: string;
  readonly estimated: (value: string) => string;
  readonly interval: (low: string, high: string) => string;
  readonly noReadingYet: string;
  readonly columns: {
    readonly group: string;
    readonly topic: string;
    readonly lag: string;
    readonly history: string;
    readonly produced: string;
    readonly consumed: string;
    readonly waiting: string;
    readonly drain: string;
    readonly status: string;
    readonly phase: string;
  };
  readonly groupPhases: Readonly<Record<GroupRow['phase'], string>>;
  readonly stale: string;
  readonly trend: Readonly<Record<Exclude<LagTrend, null>, string>>;
  readonly others: (count: string) => string;
  readonly rule: string;
  readonly notJudgedYet: string;
  readonly soFar: (outcome: string) => string;
  readonly judgedAtEnd: (count: string) => string;
  readonly gap: (source: string, reason: string) => string;
  readonly lostFor: (duration: string) => string;
  readonly readAgain: (duration: string) => string;
  readonly waitingFor: (reason: string) => string;
  readonly unreadable: (reason: string) => string;
  readonly stopping: string;
  readonly orders: Readonly<Record<RowOrder, string>>;
  readonly keys: {
    readonly quit: string;
    readonly stop: string;
    readonly sort: (order: string) => string;
    readonly scroll: string;
  };
};
