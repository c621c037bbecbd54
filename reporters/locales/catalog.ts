import type { Outcome } from '../../core/outcome.ts';
import type { Provenance } from '../../core/quantity.ts';
import type { EvaluationRow, KafkaGroupReport, RunReport } from '../../core/report-document.ts';
import type { CiWords } from './ci-words.ts';
import type { FactReader } from './fact-reader.ts';
import type { CapacityWords } from './capacity-words.ts';
import type { CheckWords } from './check-words.ts';
import type { CompareWords, HistoryWords } from './compare-words.ts';
import type { Formats } from './formats.ts';
import type {
  CauseId,
  CheckId,
  EventId,
  EvidenceId,
  ReasonId,
  ResourceId,
  ScenarioId,
  UnobservedId,
} from './known-ids.ts';
import type { SourceWords } from './source-patterns.ts';
import type { IncidentWords } from './incident-words.ts';
import type { ScreenWords } from './screen-words.ts';
import type { WatchWords } from './watch-words.ts';
import type { ChartWords, HtmlWords, TerminalWords } from './section-words.ts';

export type LocaleId = 'ko' | 'en';
export type Grade = EvaluationRow['grade'];
export type ProvenanceKind = Provenance['kind'];

/** What a row's sentence may say about where its figures come from, such as `[측정]`. */
export type Tags = Readonly<Record<ProvenanceKind, string>> & {
  /** Of the row's main figure. */ readonly main: string;
  /** Of lag, which is measured only where its bracket is exact. */ readonly lag: string;
};

/** Tag of a figure by its path in the run; `fallback` where the report names no origin. */
export type TagOf = (path: string, fallback: ProvenanceKind) => string;

export type RowWords = {
  readonly label: string;
  /** Evidence in one line; says what is missing where there is no figure. */
  readonly evidence: (facts: FactReader, tags: Tags) => string;
};

/** Figures a cause's sentences may use; undefined where they were not measured. */
export type CauseFigures = {
  readonly produceRatePerSecond: number | undefined;
  /** Highest rate of producing between two readings. */
  readonly peakProduceRatePerSecond: number | undefined;
  readonly consumeRatePerSecond: number | undefined;
  readonly partitions: number | undefined;
  readonly maxVUs: number | undefined;
};

/** What to do, in the same words for every run, and the run's own figures behind it. */
export type Improvement = { readonly what: string; readonly basis?: string | undefined };

export type CauseWords = {
  readonly name: string;
  /** What this cause means, not whether it holds here. */
  readonly meaning: string;
  readonly decision: (figures: CauseFigures) => string;
  readonly improvements: (figures: CauseFigures) => readonly Improvement[];
};

export type HeadlineTags = Readonly<Record<ProvenanceKind, string>> & {
  readonly run: TagOf;
  /** Paths inside the group. */
  readonly group: TagOf;
};

/** One statement about the data, and what to say where it does not hold. */
export type EvidenceWords = {
  readonly holds: (facts: FactReader) => string;
  readonly fails: (facts: FactReader) => string;
};

/**
 * All wording of one language. Tables by id make the compiler ask for every known id; findings with other ids are
 * shown by id and facts. Functions return text for Markdown or a terminal: what came from outside reaches them already
 * made harmless (`FactReader`).
 */
export type Catalog = {
  readonly id: LocaleId;
  readonly formats: Formats;
  readonly outcome: Readonly<Record<Outcome, string>>;
  readonly grade: Readonly<Record<Grade, string>>;
  readonly provenance: Readonly<Record<ProvenanceKind, string>>;
  readonly origin: Readonly<Record<RunReport['rules'][number]['origin'], string>>;
  /** Of a rule whose outcome changes no verdict. */
  readonly warning: string;
  readonly notMeasured: string;
  readonly unknownReason: (id: string) => string;
  readonly reasons: Readonly<Record<ReasonId, string>>;
  readonly scenarios: Readonly<Record<ScenarioId, string>>;
  readonly couponPrefix: string;
  readonly rows: Readonly<Record<EvaluationRow['id'], RowWords>>;
  readonly causes: Readonly<Record<CauseId, CauseWords>>;
  readonly evidence: Readonly<Record<EvidenceId, EvidenceWords>>;
  readonly unobserved: Readonly<Record<UnobservedId, string>>;
  readonly events: Readonly<Record<EventId, (facts: FactReader) => string>>;
  readonly checks: Readonly<Record<CheckId, string>>;
  /** The figures a check held against each other. */
  readonly checkFigures: Readonly<Record<CheckId, (facts: FactReader) => string>>;
  /** What numbers were read from; sources that are not known are shown as they are. */
  readonly sources: SourceWords;
  readonly resources: Readonly<Record<ResourceId, string>>;
  /** One sentence with the run's figures; `groupTag` takes paths inside the group. */
  readonly headline: (run: RunReport, group: KafkaGroupReport | undefined, tags: HeadlineTags) => string;
  readonly charts: ChartWords;
  readonly incident: IncidentWords;
  readonly terminal: TerminalWords;
  readonly capacity: CapacityWords;
  readonly compare: CompareWords;
  readonly check: CheckWords;
  readonly history: HistoryWords;
  readonly watch: WatchWords;
  readonly screen: ScreenWords;
  readonly ci: CiWords;
  readonly html: HtmlWords;
};
