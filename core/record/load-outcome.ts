/** What k6 itself said at the end of its run. Values are in k6's own units: times in ms, data in bytes. */
export type LoadOutcome = {
  readonly k6Version: string | null;
  readonly exitCode: number | null;
  /** Signal that ended the k6 process; null when it exited by itself. */
  readonly signal: string | null;
  /** Absent when k6 left no readable summary. */
  readonly summary: K6Summary | null;
  /** Why there is no summary. */
  readonly summaryProblem: string | null;
  /** Iterations that an exception of the script ended, from k6's log; absent where nobody counted. */
  readonly thrownIterations?: number | undefined;
  /** Iterations that the end of the run cut short, from k6's console; absent where it does not say. */
  readonly interruptedIterations?: number | undefined;
  /** Scenarios as k6 resolved them (`k6 inspect --execution-requirements`); empty when it could not say. */
  readonly scenarios: readonly PlannedScenario[];
  /** Of saved output: what stands in it and cannot be told for certain. */
  readonly ambiguous?: readonly Ambiguity[] | undefined;
  /** Of saved output: a line on dropped iterations may have been lost, so that its absence says nothing. */
  readonly mayHideDrops?: true | undefined;
  /** Of saved samples: trends with more samples than were kept, whose percentiles come from buckets of 0.27 %. */
  readonly bucketed?: readonly string[] | undefined;
  /** Of saved samples: their times are whole seconds, so that how long the run took, and its rates, are known to half a second. */
  readonly isInSeconds?: true | undefined;
  /** Metrics of which the text says whether their thresholds held, without naming the thresholds (k6 0.x). */
  readonly marks?: readonly ThresholdMark[] | undefined;
  /** File names inside the run folder that k6 wrote. */
  readonly files: readonly string[];
};

/**
 * `unreadable`: figures with digits left out, or cut off. `check-counts`: a check that passed, whose number the text does
 * not give. `threshold-metric`: a threshold that cannot be one of the metric it stands under. `type-unknown`: samples, as many
 * as the text says, of a metric whose type the output does not name.
 */
export type Ambiguity = {
  readonly id: 'unreadable' | 'check-counts' | 'threshold-metric' | 'type-unknown';
  readonly metric: string;
  readonly text: string;
};

/** k6 0.x's word on all thresholds of a metric together. */
export type ThresholdMark = { readonly metric: string; readonly ok: boolean };

export type K6Metric =
  | { readonly type: 'counter'; readonly count: number; readonly rate: number | null }
  | {
      readonly type: 'gauge';
      readonly value: number;
      readonly min: number | null;
      readonly max: number | null;
    }
  | { readonly type: 'rate'; readonly passes: number; readonly fails: number; readonly rate: number }
  /** `values` by k6's own names: avg, min, med, max, p(90), p(95) … ; only what the summary holds. */
  | {
      readonly type: 'trend';
      readonly values: Readonly<Record<string, number>>;
      readonly contains: 'time' | 'data' | 'default';
    };

export type K6Check = { readonly name: string; readonly passes: number; readonly fails: number };

/** A threshold of the script and k6's own verdict on it: whether it passed, null where its output does not say. */
export type K6Threshold = {
  readonly metric: string;
  readonly expression: string;
  readonly ok: boolean | null;
};

export type K6Summary = {
  /** Submetrics stand under their k6 name, such as `http_req_duration{expected_response:true}`. */
  readonly metrics: Readonly<Record<string, K6Metric>>;
  readonly checks: readonly K6Check[];
  readonly thresholds: readonly K6Threshold[];
};

export type PlannedStage = { readonly durationMs: number; readonly target: number };

export type PlannedScenario = {
  readonly name: string;
  /** k6's executor name, e.g. `constant-arrival-rate`. */
  readonly executor: string;
  readonly startTimeMs: number;
  readonly durationMs: number | null;
  readonly stages: readonly PlannedStage[];
  /** Greatest number of VUs the scenario may use; null when k6 did not say. */
  readonly maxVUs: number | null;
  readonly preAllocatedVUs: number | null;
  /** Iterations an arrival-rate executor sets out to start; null for other executors. */
  readonly plannedIterations: number | null;
  /** Greatest arrival rate, per second; null for other executors. */
  readonly peakRatePerSecond: number | null;
};
