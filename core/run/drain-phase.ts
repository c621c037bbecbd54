import { setTimeout as delay } from 'node:timers/promises';
import { reportProgress } from './report-progress.ts';
import type { RunRequest } from './run-request.ts';
import type { Running } from './running.ts';

/**
 * Watches until nothing is left for a sustained interval, the time-out ends it, or the user does. Answers whether nothing is
 * left; true where no topic is watched.
 */
export const awaitDrain = async (request: RunRequest, running: Running): Promise<boolean> => {
  const { plan, control } = request;
  const { clock, journal, live } = running;
  if (plan.kafka === undefined) return true;
  const startedMs = clock.elapsedMs();
  journal.write({ kind: 'phase', name: 'drain', atMs: startedMs });
  const endProgress = reportProgress(request, running, 'drain', startedMs, plan.drain.timeoutMs);
  try {
    while (!control.stop.aborted && clock.elapsedMs() - startedMs < plan.drain.timeoutMs) {
      if (live.isDrained(startedMs, plan.drain.sustainMs)) return true;
      await delay(100, undefined, { signal: control.stop }).catch(() => {});
    }
    return false;
  } finally {
    endProgress();
    journal.write({ kind: 'phase-end', name: 'drain', atMs: clock.elapsedMs() });
  }
};
