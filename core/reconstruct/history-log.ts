import type { LogBatch } from '../kafka/record-batch.ts';
import type { LogEnd, RecordAtTime, TimeQuestion } from './produce-curve.ts';

/** What a reconstruction asks of a broker. Nothing of it joins a group, commits or writes. */
export type HistoryLog = {
  /** Partitions of a topic, ascending; undefined where there is no such topic. */
  partitions(topic: string): Promise<readonly number[] | undefined>;
  topics(): Promise<readonly string[]>;
  groups(): Promise<readonly string[]>;
  /** End offset of each partition, ascending. */
  ends(topic: string): Promise<readonly LogEnd[]>;
  /** ListOffsets by time. */
  recordsAt(topic: string, questions: readonly TimeQuestion[]): Promise<readonly RecordAtTime[]>;
  /** Batches of a partition from the start of its log up to where it ends now. */
  batches(topic: string, partition: number): AsyncIterable<readonly LogBatch[]>;
};
