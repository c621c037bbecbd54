import { injectFaults, type FaultEvent } from '../faults/inject-faults.ts';
import type { PreparedFault } from '../faults/prepare-faults.ts';
import type { RunPlan } from '../plan.ts';
import type { PlannedScenario } from '../record/load-outcome.ts';
import { plannedDurationMs } from './load-phase.ts';
import type { RunRequest } from './run-request.ts';
import type { Running } from './running.ts';

/**
 * Does the work while faults come and go at their times after its beginning. However it ends, and as soon as the user
 * stops the run, what is set is taken away again; each of that is written to the journal.
 */
export const underFaults = async <T>(
  faults: readonly PreparedFault[],
  { control, onFault }: RunRequest,
  { clock, journal }: Running,
  /** Gets the beginning of the load. */
  work: (startedMs: number) => Promise<T>,
): Promise<T> => {
  const startedMs = clock.elapsedMs();
  if (faults.length === 0) return work(startedMs);
  const onEvent = (event: FaultEvent): void => {
    const { atMs, name, facts } = event;
    journal.observe([{ kind: 'event', atMs, name, facts }]);
    onFault?.(event);
  };
  const injection = injectFaults(faults, { clock, startedMs, onEvent });
  const stop = (): void => void injection.stop();
  control.stop.addEventListener('abort', stop, { once: true });
  if (control.stop.aborted) stop();
  try {
    return await work(startedMs);
  } finally {
    control.stop.removeEventListener('abort', stop);
    await injection.stop();
  }
};

/** No fault can begin later than this after the beginning of the load; undefined where nothing fixes it. */
export const longestRunMs = (plan: RunPlan, scenarios: readonly PlannedScenario[]): number | undefined => {
  const loadMs = plannedDurationMs(scenarios);
  if (loadMs === null) return undefined;
  return loadMs + (plan.kafka === undefined ? 0 : plan.drain.timeoutMs);
};
