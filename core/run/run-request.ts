import type { FaultEvent } from '../faults/inject-faults.ts';
import type { LiveForecast } from '../live-view.ts';
import type { LiveFigures } from '../load/live-figures.ts';
import type { Outcome } from '../outcome.ts';
import type { RunPlan } from '../plan.ts';
import type { Environment, Gap, RunEvent } from '../record/run-record.ts';
import type { SamplingContext, WatchedProcess } from '../sampling/sampler.ts';
import type { ProbeAddresses } from '../sampling/service-probe.ts';
import type { GroupRow } from '../watch/group-row.ts';

/** What is known of a rule that may stop the load; it may come out otherwise at the end. */
export type LiveVerdict = {
  readonly metric: string;
  readonly expression: string;
  /** Null: not judged yet. */
  readonly outcome: Outcome | null;
  /** In the unit of the metric; null without samples. */
  readonly measured: number | null;
  readonly unit: string;
};

export type RunProgress = {
  readonly phase: 'load' | 'drain';
  /** Since the phase began. */
  readonly elapsedMs: number;
  /** Until the phase's planned end: the scenarios' end, or the drain time-out. Null where nothing fixes it. */
  readonly remainingMs: number | null;
  readonly figures: LiveFigures;
  readonly lagMessages: number | null;
  /** If nothing more arrived; null where that is not known. */
  readonly drainForecast: LiveForecast | null;
  /** Each group's topic that was read lately, made when it is asked for. */
  readonly groups: () => readonly GroupRow[];
  /** Rules that may stop the load, as they were judged last; empty before they were. */
  readonly judged: readonly LiveVerdict[];
};

/** Something that happened while the run goes on, at a moment of its clock. */
export type RunNotice =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'gap'; readonly gap: Gap };

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
  /** Of the integrity probes; only what the plan has of them goes into the record. */
  readonly probeAddresses?: ProbeAddresses;
  /** What k6 may not leave in its output; in none of its files it stands afterwards. */
  readonly secrets?: readonly string[];
  /** Of connections to brokers; plain ones unless given. */
  readonly kafkaSecurity?: SamplingContext['kafkaSecurity'];
  readonly environment: Environment;
  readonly control: RunControl;
  readonly onProgress: (progress: RunProgress) => void;
  /** Told of every fault that was set or taken away, and of every failure to do so. */
  readonly onFault?: (event: FaultEvent) => void;
  /** Told of changes around the offsets, of gaps in the readings, and of a rule that stops the load. */
  readonly onNotice?: (notice: RunNotice) => void;
  /** Processes whose CPU is of interest beside the host's. */
  readonly watched?: readonly WatchedProcess[];
};
