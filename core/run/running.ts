import type { Clock } from '../clock.ts';
import type { LiveView } from '../live-view.ts';
import type { createLiveFigures } from '../load/live-figures.ts';
import type { JournalWriter } from '../record/journal-writer.ts';
import type { AbortWatch } from './abort-on-fail.ts';

/** What the phases of a run share. */
export type Running = {
  readonly clock: Clock;
  readonly journal: JournalWriter;
  readonly figures: ReturnType<typeof createLiveFigures>;
  readonly live: LiveView;
  readonly abortWatch: AbortWatch;
};
