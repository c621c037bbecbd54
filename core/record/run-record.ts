import type { RunPlan } from '../plan.ts';
import type { Unit } from '../quantity.ts';
import type { Facts } from '../errors.ts';
import type { Histogram } from './histogram.ts';
import type { IntegrityCountName, SampledIds } from './integrity-counts.ts';
import type { LoadOutcome } from './load-outcome.ts';

export const recordSchemaVersion = 1;

export type Labels = Readonly<Record<string, string>>;

/** Names one series; two keys with equal name and labels are the same series. */
export type SeriesKey = {
  readonly name: string;
  readonly labels: Labels;
  readonly unit: Unit;
};

/** A value at a time; elapsed ms on the run's clock. */
export type Point = readonly [elapsedMs: number, value: number];

/** What fell into [fromMs, toMs) of a distribution; windows of one series never overlap. */
export type Window = { readonly fromMs: number; readonly toMs: number; readonly histogram: Histogram };

/** Raw observations only; nothing derived is stored. `counter` points are cumulative, as the source counts them. */
export type Series =
  | (SeriesKey & { readonly kind: 'gauge' | 'counter'; readonly points: Point[] })
  | (SeriesKey & { readonly kind: 'distribution'; readonly windows: Window[] });

/** When a reading was taken. */
export type ReadingTimes = {
  /** First request sent and last response received, elapsed ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Sending and answering of the end offset request, elapsed ms. */
  readonly endSentMs: number;
  readonly endReceivedMs: number;
};

/** What a reading saw of a group's partition. */
export type OffsetContent = {
  /** null: the group has committed nothing on this partition. */
  readonly committedBefore: bigint | null;
  readonly committedAfter: bigint | null;
  /** Read-committed end offset (last stable offset). */
  readonly end: bigint;
  /**
   * Read-uncommitted end (high watermark), LOG-END-OFFSET of kafka-consumer-groups, where it is beyond `end`: a transaction is
   * open. Absent where it is not, or was not asked for.
   */
  readonly highWatermark?: bigint;
  /** First offset still in the log; null where it was not asked for. */
  readonly logStart: bigint | null;
  /** Between `committedBefore` and the end of the log the broker holds only the markers that end transactions. */
  readonly isMarkersOnly?: true;
  /** The topic is compacted, so that offsets may be without a message. Absent: it is not, or the broker does not tell. */
  readonly isCompacted?: true;
  /** The partition was made while it was watched: whatever its log holds was produced since. */
  readonly isAdded?: true;
  /** What the group was last seen to be. Absent: its members were consuming, or its state could not be read. */
  readonly groupState?: 'empty' | 'rebalancing';
};

/**
 * One bracketed reading of a group's partition. The committed offset is read before and again after the end offset,
 * so that at the moment the broker answered with the end offset the lag was within
 * [end - committedAfter, end - committedBefore].
 */
export type OffsetSample = ReadingTimes &
  OffsetContent & {
    /** What timestamps told, in this reading, of when messages of the log were made. Absent: nothing was asked. */
    readonly recordTimes?: readonly OffsetTime[];
  };

/** Samples in the order in which they were taken; a list, or columns that are read like one. */
export type OffsetSamples = Iterable<OffsetSample> & {
  readonly length: number;
  /** From the end where it is negative; undefined where there is none. */
  at(index: number): OffsetSample | undefined;
};

/**
 * When the message at an offset was made, by its timestamp, in elapsed ms: within [lowMs, highMs]. null: not known on that side.
 * The clock is the producer's or the broker's, and not ours.
 */
export type OffsetTime = {
  readonly offset: bigint;
  readonly lowMs: number | null;
  readonly highMs: number | null;
  readonly by: 'record-timestamp' | 'list-offsets';
  /** null: ListOffsets does not tell. */
  readonly clock: 'producer' | 'broker' | null;
};

export type OffsetHistory<Samples extends OffsetSamples = OffsetSamples> = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly samples: Samples;
};

/** Which members of a group held which partitions of a topic, from `atMs` on until the next one. */
export type Assignment = {
  readonly group: string;
  readonly topic: string;
  readonly atMs: number;
  readonly members: readonly { readonly member: string; readonly partitions: readonly number[] }[];
};

/** A stretch in which a source gave nothing. */
export type Gap = {
  readonly source: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
};

export type RunEvent = { readonly atMs: number; readonly name: string; readonly facts: Facts };

export type PhaseName = 'load' | 'drain';

/** `toMs` is null when the run ended inside the phase without closing it. */
export type Phase = { readonly name: PhaseName; readonly fromMs: number; readonly toMs: number | null };

/** Machine and versions, as far as they could be read. */
export type Environment = {
  readonly laglineVersion: string;
  readonly nodeVersion: string;
  readonly k6Version?: string | undefined;
  readonly kafkaBrokers?: readonly string[] | undefined;
  /** Versions of other programs by name, such as `kafka`; only of those lagline itself started. */
  readonly tools?: Readonly<Record<string, string>> | undefined;
  readonly os: string;
  readonly cpuModel: string;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  /** The command line as it was given, secrets redacted. */
  readonly command: readonly string[];
};

type MachineFact = 'nodeVersion' | 'os' | 'cpuModel' | 'cpuCores' | 'memoryBytes';

/** The same of a record; null where it was made of saved output, which does not tell on what machine k6 ran. */
export type RecordEnvironment = Omit<Environment, MachineFact> & {
  readonly [Fact in MachineFact]: Environment[Fact] | null;
};

/** The store's own counts, as it gave them once. A count that it could not give is null. */
export type IntegrityObservation = Readonly<Record<IntegrityCountName, number | null>> & {
  readonly atMs: number;
  readonly source: string;
  /** Whether everything accepted had reached the store; null where it does not say. */
  readonly drained: boolean | null;
  readonly reason?: string | undefined;
  readonly ids?: SampledIds | undefined;
};

/** What an integrity probe answered. */
export type ProbeObservation = {
  /** As in the plan. */
  readonly id: string;
  readonly when: 'before' | 'after';
  readonly atMs: number;
  /** Without anything secret. */
  readonly source: string;
  /** null: not measured; `reason` says why. */
  readonly value: number | null;
  readonly reason?: string | undefined;
};

export type RunEnd = {
  readonly atMs: number;
  readonly status: 'completed' | 'interrupted' | 'failed';
  /** SIGINT or SIGTERM where one ended the run. */
  readonly signal?: string | undefined;
  readonly reason?: string | undefined;
};

/** The only thing that crosses stages: what was seen in one run, on one clock. */
export type RunRecord = {
  readonly schemaVersion: typeof recordSchemaVersion;
  readonly runId: string;
  /** UTC, ISO 8601: wall time of elapsed 0; null only where saved output does not tell. */
  readonly startedAt: string | null;
  /** Elapsed time of the last thing in the journal; 0 where saved output does not tell. */
  readonly durationMs: number;
  readonly plan: RunPlan;
  readonly environment: RecordEnvironment;
  readonly phases: readonly Phase[];
  readonly series: readonly Series[];
  readonly offsets: readonly OffsetHistory[];
  /** In the order of time, one for each change that was seen; none where the broker did not tell. */
  readonly assignments: readonly Assignment[];
  readonly gaps: readonly Gap[];
  readonly events: readonly RunEvent[];
  /** Absent when the journal ends before k6 did. */
  readonly load: LoadOutcome | undefined;
  readonly integrity: IntegrityObservation | undefined;
  /** The same counts before the load; what the run did is the difference. Absent: not counted then. */
  readonly integrityBefore: IntegrityObservation | undefined;
  /** Answers of the integrity probes, in the order in which they were asked. */
  readonly probes: readonly ProbeObservation[];
  /** Absent when the journal was cut before the run closed it. */
  readonly end: RunEnd | undefined;
  /** Lines of the journal that could not be read (a cut tail counts as one). */
  readonly unreadableLines: number;
};
