import { liveGroupRow } from './live-group-row.ts';
import type { RunRequest } from './run-request.ts';
import type { Running } from './running.ts';
import type { GroupRow } from '../watch/group-row.ts';

const progressIntervalMs = 1000;

/** Tells the caller once a second how the phase goes; the answer ends that. */
export const reportProgress = (
  request: RunRequest,
  { clock, figures, live, abortWatch }: Running,
  phase: 'load' | 'drain',
  startedMs: number,
  plannedMs: number | null,
): (() => void) => {
  const freshMs = 2 * request.plan.sampling.intervalMs + progressIntervalMs;
  const groups = (): GroupRow[] =>
    live
      .groups()
      .filter(({ readAtMs }) => clock.elapsedMs() - readAtMs <= freshMs)
      .map(liveGroupRow);
  const report = (): void => {
    const elapsedMs = clock.elapsedMs() - startedMs;
    request.onProgress({
      phase,
      elapsedMs,
      remainingMs: plannedMs === null ? null : Math.max(0, plannedMs - elapsedMs),
      figures: figures.read(),
      lagMessages: live.lagMessages(),
      drainForecast: live.drainForecast(),
      groups,
      judged: abortWatch.judged(),
    });
  };
  const ticker = setInterval(report, progressIntervalMs);
  return () => clearInterval(ticker);
};
