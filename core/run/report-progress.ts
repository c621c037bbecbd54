import type { RunRequest } from './run-request.ts';
import type { Running } from './running.ts';

const progressIntervalMs = 1000;

/** Tells the caller once a second how the phase goes; the answer ends that. */
export const reportProgress = (
  request: RunRequest,
  { clock, figures, live }: Running,
  phase: 'load' | 'drain',
  startedMs: number,
  plannedMs: number | null,
): (() => void) => {
  const report = (): void => {
    const elapsedMs = clock.elapsedMs() - startedMs;
    request.onProgress({
      phase,
      elapsedMs,
      remainingMs: plannedMs === null ? null : Math.max(0, plannedMs - elapsedMs),
      figures: figures.read(),
      lagMessages: live.lagMessages(),
      drainForecast: live.drainForecast(),
    });
  };
  const ticker = setInterval(report, progressIntervalMs);
  return () => clearInterval(ticker);
};
