export type ChartWords = {
  readonly titles: Readonly<Record<'load' | 'latency' | 'lag' | 'time-lag' | 'resources', string>>;
  /** Under the title: when elapsed 0 was, in KST. */
  readonly subtitle: (start: string) => string;
  readonly timeAxis: string;
  readonly axes: Readonly<
    Record<
      | 'perSecond'
      | 'users'
      | 'latency'
      | 'messages'
      | 'lag'
      | 'timeLag'
      | 'hostPercent'
      | 'processPercent'
      | 'plain'
      | 'bytes'
      | 'counter',
      string
    >
  >;
  readonly lines: Readonly<
    Record<
      | 'requests'
      | 'failed'
      | 'dropped'
      | 'users'
      | 'p50'
      | 'p95'
      | 'p99'
      | 'produced'
      | 'consumed'
      | 'lag'
      | 'timeLag'
      | 'leastTimeLag'
      | 'forecast'
      | 'forecastInterval'
      | 'cpu'
      | 'memory',
      string
    >
  > & { readonly process: (name: string) => string };
  readonly prometheus: (name: string) => string;
  /** Long and short label of the two phases. */
  readonly phases: Readonly<Record<'load' | 'drain', readonly [long: string, short: string]>>;
  readonly gapNote: string;
  /** Of faults that were injected on purpose. */
  readonly faultNote: string;
  /** Where quantiles lay between fast and slow answers, as in `p95 3/60`. */
  readonly rankGapNote: (points: readonly string[]) => string;
  readonly noData: string;
};

/** What the HTML page says that the report in Markdown does not. */
export type HtmlWords = {
  readonly chartHint: string;
  readonly resetZoom: string;
  readonly needsScript: string;
};

export type TerminalWords = {
  readonly verdict: (outcome: string, exitCode: number) => string;
  readonly load: string;
  readonly dropped: string;
  readonly failed: string;
  readonly peakLag: string;
  /** Greatest age of a message that waited. */
  readonly timeLag: string;
  readonly produce: string;
  readonly consume: string;
  readonly drain: string;
  readonly estimated: (value: string) => string;
  readonly atLeast: (value: string) => string;
  readonly rulesNotPassed: string;
  readonly allRulesPassed: (count: number) => string;
  readonly noRules: string;
  readonly more: (count: number) => string;
  readonly cause: string;
  readonly faults: string;
  readonly invalidReport: string;
};
