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
  /** File names inside the run folder that k6 wrote. */
  readonly files: readonly string[];
};

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

/** A threshold of the script and k6's own verdict on it (`ok: true` = k6 passed it). */
export type K6Threshold = { readonly metric: string; readonly expression: string; readonly ok: boolean };

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
