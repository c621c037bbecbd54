import type { Clock } from '../clock.ts';
import type { KafkaSecurity } from '../kafka/security.ts';
import type { RunPlan } from '../plan.ts';
import type { Observation } from '../record/observation.ts';

/** A process whose CPU time is of interest beside the host's, such as k6. */
export type WatchedProcess = { readonly name: string; readonly pid: number };

export type SamplingContext = {
  readonly plan: RunPlan;
  readonly clock: Clock;
  /** Of connections to Kafka; never stored. */
  readonly kafkaSecurity?: KafkaSecurity | undefined;
  /** Asked at each tick, for processes come and go. */
  readonly watchedProcesses: () => readonly WatchedProcess[];
};

/**
 * Watches one source. `open` checks that the source is there and throws a KnownError if it is not, before load starts.
 */
export type Sampler = { readonly id: string; open(context: SamplingContext): Promise<SamplingSession> };

/** `sample` is called once a tick; throwing makes a gap, not a failure of the run. */
export type SamplingSession = { sample(): Promise<readonly Observation[]>; close(): Promise<void> };
