import type { Clock } from '../clock.ts';
import type { RunPlan } from '../plan.ts';
import type { Facts } from '../errors.ts';
import type { OffsetSample, SeriesKey } from '../record/run-record.ts';
import type { Histogram } from '../record/histogram.ts';

/** One thing seen; times are elapsed ms on the run's clock. */
export type Observation =
  | {
      readonly kind: 'gauge' | 'counter';
      readonly series: SeriesKey;
      readonly atMs: number;
      readonly value: number;
    }
  | {
      readonly kind: 'window';
      readonly series: SeriesKey;
      readonly fromMs: number;
      readonly toMs: number;
      readonly histogram: Histogram;
    }
  | {
      readonly kind: 'offsets';
      readonly group: string;
      readonly topic: string;
      readonly partition: number;
      readonly sample: OffsetSample;
    }
  | { readonly kind: 'event'; readonly atMs: number; readonly name: string; readonly facts: Facts };

export type SamplingContext = { readonly plan: RunPlan; readonly clock: Clock };

/**
 * Watches one source. `open` checks that the source is there and throws a KnownError if it is not, before load starts.
 */
export type Sampler = { readonly id: string; open(context: SamplingContext): Promise<SamplingSession> };

/** `sample` is called once a tick; throwing makes a gap, not a failure of the run. */
export type SamplingSession = { sample(): Promise<readonly Observation[]>; close(): Promise<void> };
