import { setTimeout as delay } from 'node:timers/promises';
import { startClock, type Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import { signalOf, unlessAborted } from './interruption.ts';
import { createLiveView, type LiveView } from './live-view.ts';
import { inspectScript } from './load/k6-inspect.ts';
import { startK6 } from './load/k6-process.ts';
import { createLiveFigures, type LiveFigures } from './load/live-figures.ts';
import { parseThresholdRules } from './metric-table.ts';
import type { RunPlan } from './plan.ts';
import { redactUrl } from './redact.ts';
import type { JournalEntry } from './record/journal-entry.ts';
import { createJournal, type JournalWriter } from './record/journal-writer.ts';
import { openSteadyJournal } from './record/steady-journal.ts';
import type { LoadOutcome, PlannedScenario } from './record/load-outcome.ts';
import { recordSchemaVersion, type Environment, type RunEnd } from './record/run-record.ts';
import { askIntegrity, checkIntegrityProbe } from './sampling/integrity-probe.ts';
import { samplers } from './sampling/index.ts';
import type { WatchedProcess } from './sampling/sampler.ts';
import { openSamplers, startSamplingLoop, type SamplingLoop } from './sampling/sampling-loop.ts';

export type RunProgress = {
  readonly phase: 'load' | 'drain';
  /** Since the phase began. */
  readonly elapsedMs: number;
  /** Until the phase's planned end: the scenarios' end, or the drain time-out. Null where nothing fixes it. */
  readonly remainingMs: number | null;
  readonly figures: LiveFigures;
  readonly lagMessages: number | null;
  readonly drainEstimateMs: number | null;
};

/** `stop` asks for an orderly end (k6 writes its summary); `abort` ends at once. The reason is an Interruption. */
export type RunControl = { readonly stop: AbortSignal; readonly abort: AbortSignal };

export type RunRequest = {
  readonly plan: RunPlan;
  readonly runId: string;
  /** Is created by the run; must not hold a journal yet. */
  readonly runFolder: string;
  readonly k6: { readonly path: string; readonly version: string };
  /** Variables for the script; only their names go into the record. */
  readonly variables: Readonly<Record<string, string>>;
  readonly environment: Environment;
  readonly control: RunControl;
  readonly onProgress: (progress: RunProgress) => void;
  /** Processes whose CPU is of interest beside the host's. */
  readonly watched?: readonly WatchedProcess[];
};

/**
 * Validates everything, offers the load, samples until the backlog has drained, and leaves the run's journal behind.
 * Throws a KnownError before any load when something is amiss, or the Interruption that came before any load and leaves no
 * folder; once the journal is open, whatever happens is in it.
 */
export const run = async (given: RunRequest): Promise<void> => {
  const { plan, k6, variables } = given;
  let { control } = given;
  const clock = startClock();
  parseThresholdRules(plan.thresholds);
  const scenarios = await inspectScript({
    k6Path: k6.path,
    script: plan.scenario.script,
    variables,
    signal: control.stop,
  });
  const before =
    plan.integrity === undefined
      ? undefined
      : await unlessAborted(control.stop, checkIntegrityProbe(plan.integrity.url, clock));
  const watched: WatchedProcess[] = [...(given.watched ?? [])];
  const open = await unlessAborted(
    control.stop,
    openSamplers(samplers, { plan, clock, watchedProcesses: () => watched }),
  );
  const journal = openSteadyJournal(given.runFolder, () => openJournal(given, clock));
  // A journal that cannot be written any more ends the run as a first Ctrl+C would.
  control = { ...control, stop: AbortSignal.any([control.stop, journal.failed]) };
  const request = { ...given, control };

  if (before !== undefined) journal.write({ kind: 'integrity', when: 'before', observation: before });
  const live = createLiveView(plan.drain.sustainMs);
  const figures = createLiveFigures();
  const loop = startSamplingLoop(
    open,
    { plan, clock },
    {
      observe: (observations) => {
        journal.observe(observations);
        live.take(observations);
      },
      gap: (gap) => journal.write({ kind: 'gap', ...gap }),
    },
  );
  const running: Running = { clock, journal, figures, live };
  let end: Ending = { status: 'failed' };
  try {
    await firstReading(plan, live, control);
    end = await loadAndDrain(request, { ...running, scenarios, watched });
  } catch (error) {
    end = { status: 'failed', reason: messageOf(error) };
    throw error;
  } finally {
    await lastReadings(request, running, loop);
    journal.write({ kind: 'end', ...end, atMs: clock.elapsedMs() });
    journal.close();
  }
  journal.failed.throwIfAborted();
};

type Ending = Omit<RunEnd, 'atMs'>;

const loadAndDrain = async (request: RunRequest, loading: Loading): Promise<Ending> => {
  const { stop } = request.control;
  const interrupted = (): Ending => ({ status: 'interrupted', signal: signalOf(stop) });
  if (stop.aborted) return interrupted();
  const outcome = await offerLoad(request, loading);
  if (isEndedWell(outcome) && !stop.aborted) await awaitDrain(request, loading);
  if (stop.aborted) return interrupted();
  return isEndedWell(outcome) ? { status: 'completed' } : { status: 'failed', reason: 'k6-aborted' };
};

/** One more sample of each source and the store's counts; a second signal does without what is still to come. */
const lastReadings = async (
  { plan, control }: RunRequest,
  { clock, journal }: Running,
  loop: SamplingLoop,
): Promise<void> => {
  try {
    await unlessAborted(control.abort, loop.stop());
    const counted = await unlessAborted(control.abort, countIntegrity(plan, clock));
    if (counted !== undefined) journal.write(counted);
  } catch (error) {
    if (!control.abort.aborted) throw error;
    loop.abandon();
  }
};

type JournalLoad = Extract<JournalEntry, { kind: 'load' }>;

type Running = {
  readonly clock: Clock;
  readonly journal: JournalWriter;
  readonly figures: ReturnType<typeof createLiveFigures>;
  readonly live: LiveView;
};

const openJournal = ({ runFolder, runId, plan, environment }: RunRequest, clock: Clock): JournalWriter => {
  const { kafkaBrokers, ...rest } = environment;
  return createJournal(runFolder, {
    schemaVersion: recordSchemaVersion,
    runId,
    startedAt: new Date(clock.startedAtEpochMs).toISOString(),
    plan: withoutCredentials(plan),
    environment: {
      ...rest,
      command: [...environment.command],
      ...(kafkaBrokers === undefined ? {} : { kafkaBrokers: [...kafkaBrokers] }),
    },
  });
};

/** The plan as it may be stored: addresses without users and passwords. */
const withoutCredentials = (plan: RunPlan): RunPlan => {
  const { scenario, prometheus, integrity } = plan;
  const url = (address: string | undefined) => (address === undefined ? {} : { url: redactUrl(address) });
  return {
    ...plan,
    scenario: {
      ...scenario,
      ...(scenario.targetUrl === undefined ? {} : { targetUrl: redactUrl(scenario.targetUrl) }),
    },
    ...(prometheus === undefined
      ? {}
      : {
          prometheus: { ...prometheus, ...url(prometheus.url), scrape: prometheus.scrape.map(redactUrl) },
        }),
    ...(integrity === undefined ? {} : { integrity: { url: redactUrl(integrity.url) } }),
  };
};

/** The first offsets are read before the first request, so that what was produced is counted from its beginning. */
const firstReading = async (plan: RunPlan, live: LiveView, { stop }: RunControl): Promise<void> => {
  const patienceMs = 10_000;
  for (
    let waitedMs = 0;
    plan.kafka !== undefined && live.readings === 0 && waitedMs < patienceMs && !stop.aborted;
    waitedMs += 20
  ) {
    await delay(20);
  }
};

type Loading = Running & { scenarios: readonly PlannedScenario[]; watched: WatchedProcess[] };

const offerLoad = async (request: RunRequest, running: Loading): Promise<LoadOutcome> => {
  const { clock, journal, figures, scenarios, watched } = running;
  const { control, k6, plan, variables, runFolder } = request;
  const startedMs = clock.elapsedMs();
  const plannedMs = plannedDurationMs(scenarios);
  journal.write({ kind: 'phase', name: 'load', atMs: startedMs });
  const process = await startK6({
    k6Path: k6.path,
    k6Version: k6.version,
    script: plan.scenario.script,
    variables,
    outDir: runFolder,
    clock,
    scenarios,
    onTimeline: (observations) => {
      journal.observe(observations);
      figures.take(observations);
    },
  });
  watched.push({ name: 'k6', pid: process.pid });
  const stop = (): void => process.interrupt();
  const abort = (): void => process.kill();
  onAbort(control.stop, stop);
  onAbort(control.abort, abort);
  const ticker = startTicker(() => report(request, running, 'load', startedMs, plannedMs));
  try {
    const outcome = await process.done;
    journal.write({ kind: 'load', outcome: structuredClone(outcome) as JournalLoad['outcome'] });
    return outcome;
  } finally {
    clearInterval(ticker);
    control.stop.removeEventListener('abort', stop);
    control.abort.removeEventListener('abort', abort);
    watched.splice(
      watched.findIndex(({ name }) => name === 'k6'),
      1,
    );
    journal.write({ kind: 'phase-end', name: 'load', atMs: clock.elapsedMs() });
  }
};

/** Watches until nothing is left for a sustained interval, the time-out ends it, or the user does. */
const awaitDrain = async (request: RunRequest, running: Running): Promise<void> => {
  const { plan, control } = request;
  const { clock, journal, live } = running;
  if (plan.kafka === undefined) return;
  const startedMs = clock.elapsedMs();
  journal.write({ kind: 'phase', name: 'drain', atMs: startedMs });
  const ticker = startTicker(() => report(request, running, 'drain', startedMs, plan.drain.timeoutMs));
  try {
    while (!control.stop.aborted && clock.elapsedMs() - startedMs < plan.drain.timeoutMs) {
      if (live.isDrained(startedMs, plan.drain.sustainMs)) break;
      await delay(100, undefined, { signal: control.stop }).catch(() => {});
    }
  } finally {
    clearInterval(ticker);
    journal.write({ kind: 'phase-end', name: 'drain', atMs: clock.elapsedMs() });
  }
};

const progressIntervalMs = 1000;
const startTicker = (tick: () => void): NodeJS.Timeout => setInterval(tick, progressIntervalMs);

const report = (
  request: RunRequest,
  { clock, figures, live }: Running,
  phase: 'load' | 'drain',
  startedMs: number,
  plannedMs: number | null,
): void => {
  const elapsedMs = clock.elapsedMs() - startedMs;
  request.onProgress({
    phase,
    elapsedMs,
    remainingMs: plannedMs === null ? null : Math.max(0, plannedMs - elapsedMs),
    figures: figures.read(),
    lagMessages: live.lagMessages(),
    drainEstimateMs: live.drainEstimateMs(),
  });
};

/** k6's exit codes after which its load counts as offered: clean, thresholds failed, marked as failed. */
const isEndedWell = ({ exitCode }: LoadOutcome): boolean =>
  exitCode === 0 || exitCode === 99 || exitCode === 110;

const countIntegrity = async (
  plan: RunPlan,
  clock: Clock,
): Promise<Extract<JournalEntry, { kind: 'integrity' | 'gap' }> | undefined> => {
  if (plan.integrity === undefined) return undefined;
  const fromMs = clock.elapsedMs();
  try {
    return { kind: 'integrity', when: 'after', observation: await askIntegrity(plan.integrity.url, clock) };
  } catch (error) {
    return { kind: 'gap', source: 'integrity', fromMs, toMs: clock.elapsedMs(), reason: messageOf(error) };
  }
};

const plannedDurationMs = (scenarios: readonly PlannedScenario[]): number | null => {
  const ends = scenarios.map(({ startTimeMs, durationMs }) =>
    durationMs === null ? null : startTimeMs + durationMs,
  );
  return ends.length === 0 || ends.includes(null) ? null : Math.max(...ends.filter((ms) => ms !== null));
};

const onAbort = (signal: AbortSignal, act: () => void): void => {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
};
