import type { SavedOutputWords } from './saved-words.ts';
import type { NoteKind, ReportKind } from '../report-notes.ts';
import type { ClockSource, KafkaGroupReport } from '../../core/report-document.ts';
import type { CompletionWords } from './completion-words.ts';
import type { IntegrityWords } from './integrity-words.ts';
import type { ChartWords } from './section-words.ts';

export type FaultTrouble = 'not-applied' | 'not-removed';

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
  /** Requests of k6's summary that its timelines lack, and seconds that they tell only together with later ones. */
  readonly missingRequests: number;
  readonly untoldSeconds: number;
  /** Limits of validity that were passed, or may have been, without making the run invalid. */
  readonly cautions: number;
  /** Runs of which nothing is known but what k6 had left. */
  readonly savedRuns: number;
  readonly ambiguousFigures: number;
};

/** Shown figures of a resource, or of a series of Prometheus; undefined where nothing was sampled. */
export type ResourceRemark = {
  readonly name: string;
  /** Whether the run has a load; without one the figures are those of the whole period. */
  readonly hasLoad: boolean;
  readonly loadAvg: string | undefined;
  /** Highest under load. */
  readonly max: string | undefined;
  readonly maxAt: string | undefined;
  /** Where it was higher outside of the load. */
  readonly overallMax: string | undefined;
  readonly overallMaxAt: string | undefined;
  /** Mean after the load ended. */
  readonly idleAvg: string | undefined;
  /** First sample, where it came late into the load. */
  readonly firstAt: string | undefined;
  readonly tags: { readonly mean: string; readonly max: string };
  /** `high`: near its limit all through the load; `rose`: higher under load than after it. */
  readonly judgement: 'high' | 'rose' | undefined;
};

export type ShownIncrease = { readonly by: string; readonly rate: string; readonly span: string };

/** Shown figures, with their tags, of how much of the planned load was offered. */
export type OfferedLoad = {
  readonly target: string | undefined;
  readonly reached: string | undefined;
  readonly share: string | undefined;
  readonly planned: string | undefined;
  /** Undefined where none was dropped. */
  readonly dropped: string | undefined;
};

export type LagFigure = 'peakLagMessages' | 'lagAtLoadEndMessages' | 'finalLagMessages';

/** What people wrote beside the report. */
export type NotesWords = {
  readonly columns: readonly [item: string, content: string];
  readonly author: string;
  readonly severity: string;
  readonly startedAt: string;
  readonly inTheirWords: string;
  /** Where an entry of the timeline comes from, in place of a scenario. */
  readonly byHand: string;
  readonly kinds: Readonly<Record<NoteKind, string>>;
  /** From the beginning until then. */
  readonly until: Readonly<Record<Exclude<NoteKind, 'note'>, string>>;
};

export type IncidentWords = {
  /** By the kind of report. */
  readonly titles: Readonly<Record<ReportKind, string>>;
  readonly notes: NotesWords;
  readonly simulationLabel: string;
  readonly simulationNote: string;
  /** Of a past period that was rebuilt instead. */
  readonly reconstructionLabel: string;
  readonly reconstructionNote: string;
  readonly savedOutput: SavedOutputWords;
  /** `isPast`: nothing was measured then, all of it was rebuilt. */
  /** `startedAt` undefined: not known. */
  readonly writtenBy: (version: string, startedAt: string | undefined, isPast: boolean) => string;
  readonly invalidBanner: (failedChecks: number) => string;
  readonly interruptedBanner: (scenario: string, signal: string | undefined) => string;
  /** Of a run whose conditions were made worse on purpose; `faults` with their times. */
  readonly faultBanner: (scenario: string, faults: string) => string;
  readonly failedBanner: (scenario: string, reason: string | undefined) => string;
  readonly headings: Readonly<
    Record<
      | 'summary'
      | 'decisions'
      | 'confidence'
      | 'environment'
      | 'pastEnvironment'
      | 'timeline'
      | 'results'
      | 'pastResults'
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
      | 'integrity'
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
        | 'period'
        | 'duration'
        | 'script'
        | 'target'
        | 'profile'
        | 'timeScale'
        | 'shape'
        | 'brokers'
        | 'groups'
        | 'interval'
        | 'faults'
        | 'machine'
        | 'os',
        string
      >
    >;
    readonly period: (from: string, to: string) => string;
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
    /** A fault with the stretch it was there; `trouble` where it was not there as planned. */
    readonly fault: (
      label: string,
      span: string | undefined,
      trouble: FaultTrouble | undefined,
      reason: string | undefined,
    ) => string;
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
    /** A resource of one process; its CPU is counted against one core. */
    readonly ofProcess: (resource: string, process: string) => string;
    readonly prometheus: string;
    readonly promql: (id: string, query: string) => string;
    /** Growth of a counter under load and after it. */
    readonly counter: (
      name: string,
      load: ShownIncrease | undefined,
      idle: ShownIncrease | undefined,
      tag: string,
      /** Whether the run has a load; without one `load` is the whole period. */
      hasLoad: boolean,
    ) => string;
    readonly scraped: (series: string) => string;
    /** Answers of a query that say nothing of the run. */
    readonly stale: (query: string, readings: string) => string;
    readonly unshownSeries: (count: number) => string;
    readonly unshownQueries: (ids: string) => string;
    readonly kafka: string;
    readonly kafkaGroup: (group: string, topic: string) => string;
    readonly noKafka: string;
    /** Partitions by the state of their last reading, where that is not plain. */
    readonly partitionStates: (states: readonly (readonly [state: string, partitions: number])[]) => string;
    /** At any time of the run. */
    readonly lostToRetention: (messages: number) => string;
    readonly states: Readonly<
      Record<Exclude<KafkaGroupReport['perPartition'][number]['state'], 'ok'>, string>
    >;
    readonly produce: (group: KafkaGroupReport, tag: string) => string;
    readonly consume: (group: KafkaGroupReport, tags: { main: string; estimated: string }) => string;
    readonly lag: (
      group: KafkaGroupReport,
      peakAt: string | undefined,
      tagOf: (figure: LagFigure) => string,
    ) => string;
    readonly rates: (group: KafkaGroupReport, tag: string) => string | undefined;
    /** What was foretold at the end of the load, and what came; undefined where nothing was. */
    readonly forecast: (group: KafkaGroupReport, tag: string) => string | undefined;
    /** Greatest age of a message that waited; undefined where that is not known, or nothing waited. */
    readonly timeLag: (group: KafkaGroupReport, tag: string) => string | undefined;
    /** Undefined where there is one partition only, or none had a backlog. */
    readonly slowestPartition: (group: KafkaGroupReport, tag: string) => string | undefined;
    readonly uncountedPartitions: (count: number) => string;
    readonly partitionColumns: readonly string[];
    readonly partitionsOf: (group: string, topic: string) => string;
    /** In place of a drain time. */
    readonly noBacklog: string;
    /** Of those that a table would be too long for. */
    readonly partitionsLeftOut: (shown: number, all: number) => string;
    readonly ruleColumns: readonly string[];
    readonly noRules: string;
    /** k6's own word on a threshold that lagline judged otherwise. */
    readonly k6Said: (passed: boolean) => string;
    readonly longestBreach: (duration: string) => string;
  };
  readonly causes: {
    readonly ranked: (rank: number, name: string, scorePercent: string) => string;
    readonly supports: string;
    readonly unobserved: string;
    readonly contradicts: string;
    readonly noEvidence: string;
    readonly none: string;
    /** Of a run that did not pass. */
    readonly noneFound: string;
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
        | 'phantom'
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
  readonly completion: CompletionWords;
  readonly integrity: IntegrityWords;
  readonly conclusions: {
    readonly run: (outcome: string, met: number, total: number) => string;
    readonly rows: (label: string, rows: string) => string;
    /** `isReached`: the rule on offered load passed. */
    readonly offered: (load: OfferedLoad, isReached: boolean) => string;
    readonly cause: (name: string, scorePercent: string) => string;
    readonly limits: string;
    readonly improvementColumns: readonly string[];
    readonly noImprovements: string;
    readonly unjudged: (row: string) => string;
    readonly measureAgain: string;
    readonly noRule: string;
    /** How owner, due and status come into the table. */
    readonly fillIn: string;
  };
  readonly reproduction: {
    readonly again: string;
    /** Of a past period. */
    readonly rebuildAgain: string;
    readonly rewrite: string;
    readonly envNames: (names: string) => string;
    readonly where: string;
    readonly rewriteWhere: string;
  };
  readonly reliability: {
    readonly item: string;
    readonly rows: Readonly<
      Record<
        'interval' | 'ticks' | 'late' | 'clamped' | 'offsets' | 'unreadable' | 'gaps' | 'drainInterval',
        string
      >
    >;
    /** Row of a clock, and how far it was ahead: signed times. */
    readonly clock: Readonly<Record<ClockSource, string>>;
    readonly sampleAge: string;
    /** `stale`: readings too old to say anything, of `readings`. */
    readonly oldest: (age: string, query: string, stale: number, readings: number) => string;
    readonly late: (count: number, p99LateMs: number | null, maxLateMs: number | null) => string;
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
    /** Of programs whose name is not how they are written. */
    readonly tools: Readonly<Record<string, string>>;
    readonly noProvenance: string;
  };
};
