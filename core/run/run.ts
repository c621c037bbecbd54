import { setTimeout as delay } from 'node:timers/promises';
import { startClock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { prepareFaults } from '../faults/prepare-faults.ts';
import { signalOf, unlessAborted } from '../interruption.ts';
import { createLiveView, type LiveView } from '../live-view.ts';
import { inspectMetricTypes, inspectScript } from '../load/k6-inspect.ts';
import { createLiveFigures } from '../load/live-figures.ts';
import { checkScriptRules, parseGivenRules, scriptMetricsOf } from '../given-rules.ts';
import { scriptOf, type RunPlan } from '../plan.ts';
import { beginJournal } from '../record/begin-journal.ts';
import { hasRunToEnd } from '../record/k6-exit-codes.ts';
import type { RunEnd } from '../record/run-record.ts';
import { openSteadyJournal } from '../record/steady-journal.ts';
import { samplers } from '../sampling/index.ts';
import type { WatchedProcess } from '../sampling/sampler.ts';
import {
  closeSamplers,
  openSamplers,
  startSamplingLoop,
  type OpenSampler,
  type SamplingLoop,
} from '../sampling/sampling-loop.ts';
import { RuleBroken, watchAbortRules } from './abort-on-fail.ts';
import { awaitDrain } from './drain-phase.ts';
import { longestRunMs, underFaults } from './fault-phase.ts';
import { askIntegrityAgain, checkIntegrity } from './integrity-step.ts';
import { offerLoad, type Loading } from './load-phase.ts';
import type { RunControl, RunNotice, RunRequest } from './run-request.ts';
import type { Running } from './running.ts';

export type { RunControl, RunNotice, RunProgress, RunRequest } from './run-request.ts';

/**
 * Validates everything, offers the load, samples until the backlog has drained, and leaves the run's journal behind.
 * Throws a KnownError before any load when something is amiss, or the Interruption that came before any load and leaves no
 * folder; once the journal is open, whatever happens is in it.
 */
export const run = async (given: RunRequest): Promise<void> => {
  const { plan, k6, variables } = given;
  let { control } = given;
  const clock = startClock();
  parseGivenRules(plan.thresholds);
  const ofScript = {
    k6Path: k6.path,
    script: scriptOf(plan),
    variables,
    secrets: given.secrets ?? [],
    signal: control.stop,
  };
  const inspected = await inspectScript(ofScript);
  checkScriptRules(plan.thresholds, await inspectMetricTypes(ofScript, scriptMetricsOf(plan.thresholds)));
  const before = await unlessAborted(control.stop, checkIntegrity(plan, given.probeAddresses ?? {}, clock));
  const faults =
    plan.faultInjection === undefined
      ? []
      : await unlessAborted(
          control.stop,
          prepareFaults(plan.faultInjection, longestRunMs(plan, inspected.scenarios)),
        );
  const watched: WatchedProcess[] = [...(given.watched ?? [])];
  const open = await unlessAborted(
    control.stop,
    openSamplers(samplers, {
      plan,
      clock,
      kafkaSecurity: given.kafkaSecurity,
      watchedProcesses: () => watched,
    }),
  );
  const journal = await closingOnFailure(open, () =>
    openSteadyJournal(given.runFolder, () => beginJournal(given, clock)),
  );
  const notice = (told: RunNotice): void => given.onNotice?.(told);
  const abortWatch = watchAbortRules(given, clock, (event) => {
    journal.write({ kind: 'event', ...event });
    notice({ kind: 'event', event });
  });
  // A journal that cannot be written any more ends the run as a first Ctrl+C would, and so does a broken rule.
  control = { ...control, stop: AbortSignal.any([control.stop, journal.failed, abortWatch.signal]) };
  const request = { ...given, control };

  for (const asked of before) journal.write(asked);
  const live = createLiveView(plan.drain.sustainMs);
  const figures = createLiveFigures();
  const loop = startSamplingLoop(
    open,
    { plan, clock },
    {
      observe: (observations) => {
        journal.observe(observations);
        live.take(observations);
        abortWatch.take(observations);
        for (const seen of observations) {
          if (seen.kind === 'event') notice({ kind: 'event', event: seen });
          if (seen.kind === 'gap') notice({ kind: 'gap', gap: seen.gap });
        }
      },
      gap: (gap) => {
        journal.write({ kind: 'gap', ...gap });
        notice({ kind: 'gap', gap });
      },
    },
  );
  const running: Running = { clock, journal, figures, live, abortWatch };
  let end: Ending = { status: 'failed' };
  let isDrained = false;
  try {
    await firstReading(plan, live, control);
    [end, isDrained] = await underFaults(faults, request, running, (startedMs) =>
      loadAndDrain(request, { ...running, startedMs, inspected, watched }),
    );
  } catch (error) {
    end = { status: 'failed', reason: messageOf(error) };
    throw error;
  } finally {
    await lastReadings(request, running, loop, isDrained);
    journal.write({ kind: 'end', ...end, atMs: clock.elapsedMs() });
    journal.close();
  }
  journal.failed.throwIfAborted();
};

type Ending = Omit<RunEnd, 'atMs'>;

/** How it ended, and whether nothing was left in the topics then. */
const loadAndDrain = async (
  request: RunRequest,
  loading: Loading,
): Promise<[end: Ending, isDrained: boolean]> => {
  const { stop } = request.control;
  const interrupted = (): [Ending, boolean] => [
    stop.reason instanceof RuleBroken
      ? { status: 'failed', reason: 'rule-broken' }
      : { status: 'interrupted', signal: signalOf(stop) },
    false,
  ];
  if (stop.aborted) return interrupted();
  const outcome = await offerLoad(request, loading);
  const isWhole = hasRunToEnd(outcome.exitCode);
  const isDrained = isWhole && !stop.aborted && (await awaitDrain(request, loading));
  if (stop.aborted) return interrupted();
  return [isWhole ? { status: 'completed' } : { status: 'failed', reason: 'k6-aborted' }, isDrained];
};

/** What was opened is closed again when the journal cannot be begun. */
const closingOnFailure = async <T>(open: readonly OpenSampler[], begin: () => T): Promise<T> => {
  try {
    return begin();
  } catch (error) {
    await closeSamplers(open);
    throw error;
  }
};

/** A store whose topic is consumed is waited for this long, until its last rows are there. */
const patienceMs = 30_000;
const askedEveryMs = 500;

/** One more sample of each source and the store's counts; a second signal does without what is still to come. */
const lastReadings = async (
  { plan, control, probeAddresses = {} }: RunRequest,
  { clock, journal }: Running,
  loop: SamplingLoop,
  isDrained: boolean,
): Promise<void> => {
  const forMs = isDrained ? Math.min(patienceMs, plan.drain.timeoutMs) : 0;
  try {
    await unlessAborted(control.abort, loop.stop());
    const asked = await unlessAborted(
      control.abort,
      askIntegrityAgain(plan, probeAddresses, clock, { forMs, everyMs: askedEveryMs, stop: control.stop }),
    );
    for (const entry of asked) journal.write(entry);
  } catch (error) {
    if (!control.abort.aborted) throw error;
    loop.abandon();
  }
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
