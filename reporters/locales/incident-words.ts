import type { KafkaGroupReport } from '../../core/report-document.ts';
import type { ChartWords } from './section-words.ts';

export type ConfidenceLevel = 'high' | 'medium' | 'low';

/** Why a report can be trusted less; the figures are counts of the runs together. */
export type Doubts = {
  readonly failedChecks: number;
  readonly unfinishedRuns: number;
  readonly invalidRuns: number;
  readonly runsWithoutData: number;
  readonly gaps: number;
  /** Runs in which the machine's CPU was near its limit all through the load. */
  readonly saturatedRuns: number;
  readonly lateTicks: number;
  readonly ticks: number;
  readonly clampedSamples: number;
  readonly unreadableLines: number;
};

export type ResourceRemark = {
  readonly name: string;
  /** Lowest value before the highest. */
  readonly start: string | undefined;
  readonly max: string;
  readonly at: string | undefined;
  /** Mean under load; undefined where nothing was sampled then. */
  readonly loadAvg: string | undefined;
  /** `high`: near its limit all through the load; `steady`: neither that nor a noticeable rise. */
  readonly change: 'high' | 'rose' | 'steady';
};

export type IncidentWords = {
  readonly title: string;
  readonly simulationLabel: string;
  readonly simulationNote: string;
  readonly writtenBy: (version: string, measuredAt: string) => string;
  readonly invalidBanner: (failedChecks: number) => string;
  readonly interruptedBanner: (scenario: string, signal: string | undefined) => string;
  readonly failedBanner: (scenario: string, reason: string | undefined) => string;
  readonly headings: Readonly<
    Record<
      | 'summary'
      | 'decisions'
      | 'confidence'
      | 'environment'
      | 'timeline'
      | 'results'
      | 'k6'
      | 'evaluation'
      | 'monitoring'
      | 'rules'
      | 'causes'
      | 'impact'
      | 'conclusions'
      | 'conclusion'
      | 'improvements'
      | 'reproduction'
      | 'reliability'
      | 'consistency'
      | 'appendix'
      | 'versions'
      | 'provenance',
      string
    >
  >;
  readonly summary: {
    readonly columns: readonly string[];
    /** `others`: how many runs ended with each outcome but pass, as `미통과 1개` is made of. */
    readonly overall: (
      runs: number,
      others: readonly { readonly outcome: string; readonly count: number }[],
      topCause: string | undefined,
    ) => string;
    readonly nothingToDecide: string;
    readonly confidence: Readonly<Record<ConfidenceLevel, string>>;
    readonly doubts: (doubts: Doubts) => readonly string[];
    readonly noDoubts: string;
    readonly decideUnmeasured: (rows: string) => string;
    readonly decideInvalid: (scenario: string) => string;
  };
  readonly environment: {
    readonly item: string;
    readonly rows: Readonly<
      Record<
        | 'startedAt'
        | 'duration'
        | 'script'
        | 'target'
        | 'profile'
        | 'timeScale'
        | 'shape'
        | 'brokers'
        | 'groups'
        | 'interval'
        | 'machine'
        | 'os',
        string
      >
    >;
    readonly unscaled: string;
    readonly scaled: (factor: string) => string;
    readonly group: (group: string, topic: string, partitions: number) => string;
    readonly machine: (model: string, cores: number, memory: string) => string;
    readonly scenarioShape: (
      executor: string,
      rate: number | null,
      maxVUs: number | null,
      durationMs: number | null,
    ) => string;
    readonly none: string;
  };
  readonly timeline: { readonly columns: readonly string[]; readonly empty: string };
  readonly results: {
    readonly noConsole: string;
    /** In place of lines of k6's log that would fill pages. */
    readonly linesLeftOut: (count: number) => string;
    readonly evaluationColumns: readonly string[];
    readonly pictures: string;
    readonly pictureNames: ChartWords['titles'];
    readonly noResources: string;
    readonly resource: (remark: ResourceRemark) => string;
    readonly resourceMissing: (name: string) => string;
    readonly kafka: string;
    readonly kafkaGroup: (group: string, topic: string) => string;
    readonly noKafka: string;
    readonly produce: (group: KafkaGroupReport, tag: string) => string;
    readonly consume: (group: KafkaGroupReport, tags: { main: string; estimated: string }) => string;
    readonly lag: (group: KafkaGroupReport, peakAt: string | undefined, tag: string) => string;
    readonly rates: (group: KafkaGroupReport, tag: string) => string | undefined;
    readonly uncountedPartitions: (count: number) => string;
    readonly ruleColumns: readonly string[];
    readonly noRules: string;
  };
  readonly causes: {
    readonly ranked: (rank: number, name: string, scorePercent: string) => string;
    readonly supports: string;
    readonly contradicts: string;
    readonly noEvidence: string;
    readonly none: string;
    readonly caution: string;
  };
  readonly impact: {
    readonly columns: readonly string[];
    readonly rows: Readonly<
      Record<
        | 'accepted'
        | 'persisted'
        | 'lost'
        | 'pending'
        | 'duplicates'
        | 'oversold'
        | 'unknown'
        | 'waitP50'
        | 'waitP95'
        | 'waitMax'
        | 'waiting',
        string
      >
    >;
    readonly atLeast: (duration: string) => string;
    readonly note: string;
  };
  readonly conclusions: {
    readonly run: (outcome: string, met: number, total: number) => string;
    readonly rows: (label: string, rows: string) => string;
    readonly offered: (reached: string, target: string) => string;
    /** `dropped` is undefined where no iteration was dropped. */
    readonly offeredMet: (reached: string, target: string, dropped: string | undefined) => string;
    readonly cause: (name: string, scorePercent: string) => string;
    readonly limits: string;
    readonly improvementColumns: readonly string[];
    readonly noImprovements: string;
    readonly unjudged: (row: string) => string;
    readonly noRule: string;
  };
  readonly reproduction: {
    readonly again: string;
    readonly rewrite: string;
    readonly envNames: (names: string) => string;
  };
  readonly reliability: {
    readonly item: string;
    readonly rows: Readonly<
      Record<
        'interval' | 'ticks' | 'late' | 'clamped' | 'offsets' | 'unreadable' | 'gaps' | 'drainInterval',
        string
      >
    >;
    readonly late: (count: number, maxLateMs: number | null) => string;
    readonly interval: (low: string, high: string) => string;
    readonly gapColumns: readonly string[];
    readonly noGaps: string;
    readonly checkColumns: readonly string[];
    readonly checkOk: string;
    readonly checkFailed: string;
    readonly noChecks: string;
  };
  readonly appendix: {
    readonly versionColumns: readonly string[];
    readonly provenanceColumns: readonly string[];
    readonly provenanceNote: string;
    readonly noProvenance: string;
  };
};
