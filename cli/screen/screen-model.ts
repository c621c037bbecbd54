import type { LiveForecast } from '../../core/live-view.ts';
import type { LiveFigures } from '../../core/load/live-figures.ts';
import type { LiveVerdict } from '../../core/run/run-request.ts';
import type { LagTotal, RowOrder } from '../../core/watch/group-row.ts';
import type { LoggedEvent } from './event-log.ts';
import type { FollowedRow } from './followed-rows.ts';

/** Everything one frame shows; figures as the core knows them. */
export type ScreenModel = {
  /** The scenario, or the brokers. */
  readonly title: string;
  readonly nowEpochMs: number;
  /** Since the phase of a run, or the watch, began. */
  readonly elapsedMs: number;
  /** Of a run; absent: a watch. */
  readonly run?: RunPart;
  /** Nothing could be read since then; null while readings come. */
  readonly lostSinceEpochMs: number | null;
  readonly rows: readonly FollowedRow[];
  readonly total: LagTotal;
  readonly totalSlices: (count: number) => (number | null)[];
  /** Newest last, at most so many. */
  readonly events: (count: number) => readonly LoggedEvent[];
  readonly order: RowOrder;
  /** Rows above the first that is shown. */
  readonly scroll: number;
  /** Keys are read. */
  readonly hasKeys: boolean;
};

export type RunPart = {
  readonly phase: 'load' | 'drain';
  /** Until the phase's planned end; null where nothing fixes it. */
  readonly remainingMs: number | null;
  readonly figures: LiveFigures;
  readonly drainForecast: LiveForecast | null;
  readonly verdicts: readonly LiveVerdict[];
  /** Rules that are judged when the run has ended. */
  readonly rulesAtEnd: number;
  /** Offsets are watched. */
  readonly hasKafka: boolean;
  readonly isStopping: boolean;
};

export type ScreenSize = { readonly columns: number; readonly rows: number };
