import type { CapacityGoal, CapacityNote } from '../../core/capacity/capacity-document.ts';

/** A value and its interval, as texts. */
export type IntervalText = { readonly value: string; readonly low: string; readonly high: string };

/** Wording of `lagline plan`. */
export type CapacityWords = {
  readonly title: (group: string, topic: string, runId: string) => string;
  readonly labels: Readonly<
    Record<'load' | 'rate' | 'skew' | 'present' | 'measured' | 'goals' | 'advice' | 'applied' | 'or', string>
  >;
  readonly load: (load: {
    messages: string;
    mean: string;
    peak: string;
    factor: string | undefined;
  }) => string;
  readonly rate: (
    rate: IntervalText & { perMessage: string; from: 'measured' | 'at-least' | 'given' },
  ) => string;
  readonly phases: (duringLoad: string, afterLoad: string) => string;
  readonly skew: (partition: number, share: string, even: string) => string;
  readonly setup: (consumers: string, partitions: string, concurrency: number) => string;
  readonly utilization: (mean: string, peak: string) => string;
  readonly peakLag: (messages: string) => string;
  readonly drain: (drain: IntervalText) => string;
  readonly drainAtMost: (high: string) => string;
  readonly neverDrains: string;
  readonly goal: Readonly<Record<CapacityGoal['goal'], (within: string) => string>>;
  readonly met: string;
  /** `atRate`: with the service rate as measured, where that asks for less. */
  readonly need: (setup: string, atRate: string | undefined) => string;
  readonly noAdvice: string;
  readonly limit: Readonly<Record<CapacityGoal['limit'], string>>;
  readonly perMessage: (ms: string) => string;
  readonly notes: Readonly<Record<CapacityNote, string>>;
  readonly picture: {
    readonly title: (group: string) => string;
    readonly measured: string;
    readonly present: (setup: string) => string;
    readonly advised: (setup: string) => string;
  };
};
