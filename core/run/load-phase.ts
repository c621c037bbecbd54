import { startK6 } from '../load/k6-process.ts';
import type { InspectedScript } from '../load/planned-scenario.ts';
import { neededSystemTags } from '../load/system-tags.ts';
import { parseThresholdRules } from '../metric-table.ts';
import { scriptOf, type RunPlan } from '../plan.ts';
import type { MetricSelector } from '../threshold-expression.ts';
import type { JournalEntry } from '../record/journal-entry.ts';
import type { LoadOutcome, PlannedScenario } from '../record/load-outcome.ts';
import type { WatchedProcess } from '../sampling/sampler.ts';
import { reportProgress } from './report-progress.ts';
import type { RunRequest } from './run-request.ts';
import type { Running } from './running.ts';

type JournalLoad = Extract<JournalEntry, { kind: 'load' }>;

export type Loading = Running & {
  /** Beginning of the load on the run's clock; the times of faults count from it. */
  startedMs: number;
  inspected: InspectedScript;
  watched: WatchedProcess[];
};

/** Runs k6 to its end; a stop asks it for its summary first, an abort does not. */
export const offerLoad = async (request: RunRequest, running: Loading): Promise<LoadOutcome> => {
  const { clock, journal, figures, startedMs, inspected, watched, abortWatch } = running;
  const { control, k6, plan, variables, runFolder } = request;
  const { scenarios } = inspected;
  const plannedMs = plannedDurationMs(scenarios);
  const askedFor = namedByRules(plan);
  journal.write({ kind: 'phase', name: 'load', atMs: startedMs });
  const process = await startK6({
    k6Path: k6.path,
    k6Version: k6.version,
    script: scriptOf(plan),
    variables,
    secrets: request.secrets ?? [],
    outDir: runFolder,
    clock,
    scenarios,
    systemTags: neededSystemTags(inspected, askedFor),
    askedFor,
    ...plan.k6,
    onTimeline: (observations) => {
      journal.observe(observations);
      figures.take(observations);
      abortWatch.take(observations);
    },
  });
  watched.push({ name: 'k6', pid: process.pid });
  const stop = (): void => process.interrupt();
  const abort = (): void => process.kill();
  onAbort(control.stop, stop);
  onAbort(control.abort, abort);
  const endProgress = reportProgress(request, running, 'load', startedMs, plannedMs);
  const endJudging = abortWatch.start();
  try {
    const outcome = await process.done;
    journal.write({ kind: 'load', outcome: structuredClone(outcome) as JournalLoad['outcome'] });
    return outcome;
  } finally {
    endProgress();
    endJudging();
    control.stop.removeEventListener('abort', stop);
    control.abort.removeEventListener('abort', abort);
    watched.splice(
      watched.findIndex(({ name }) => name === 'k6'),
      1,
    );
    journal.write({ kind: 'phase-end', name: 'load', atMs: clock.elapsedMs() });
  }
};

/** What rules ask of k6, parts of metrics too: k6's own summary has only those that the script has a threshold on. */
const namedByRules = ({ thresholds }: RunPlan): MetricSelector[] =>
  parseThresholdRules(thresholds).flatMap(({ source, selector }) => (source === 'k6' ? [selector] : []));

/** Until the last scenario's planned end; null where a scenario has none. */
export const plannedDurationMs = (scenarios: readonly PlannedScenario[]): number | null => {
  const ends = scenarios.map(({ startTimeMs, durationMs }) =>
    durationMs === null ? null : startTimeMs + durationMs,
  );
  return ends.length === 0 || ends.includes(null) ? null : Math.max(...ends.filter((ms) => ms !== null));
};

const onAbort = (signal: AbortSignal, act: () => void): void => {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
};
