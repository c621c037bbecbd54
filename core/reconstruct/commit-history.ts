import type { LogBatch, LogRecord } from '../kafka/record-batch.ts';
import { readGroupRecord } from './group-record.ts';

/** The committed offset from this time on; null: none stored, because it was deleted or had expired. */
export type Commit = { readonly atMs: number; readonly offset: bigint | null };

/** A stretch of time in ms since the epoch; the end is not in it. */
export type TimeSpan = { readonly fromMs: number; readonly toMs: number };

/** What a group committed on one partition; times in ms since the epoch, by the brokers' clocks. */
export type PartitionCommits = {
  /** Ascending in time; whole from the first of them on, for compaction removes only what stands before another one. */
  readonly commits: readonly Commit[];
  /**
   * That of the whole log. From its beginning to the first commit nothing is known (what it took may have stood until
   * then), or to its end where there is no commit at all; at other times before the first commit nothing was committed.
   */
  readonly hole: TimeSpan | null;
};

export type CommitHistory = PartitionCommits & { readonly topic: string; readonly partition: number };

export type GroupHistory = {
  readonly partitions: readonly CommitHistory[];
  /** From the first to the last record that compaction or retention took; such a record may have been any group's. */
  readonly hole: TimeSpan | null;
  /** Whether the log holds any record of the group, be it of its members. */
  readonly isKnown: boolean;
  /** Other groups seen in the same partition of the log. */
  readonly otherGroups: readonly string[];
  /** Of a version that is not known, and so passed over. */
  readonly unreadableRecords: number;
};

type Applied = { readonly recordOffset: bigint; readonly atMs: number; readonly offset: bigint | null };
type Key = { readonly topic: string; readonly partition: number };
type Pending = Key & { readonly recordOffset: bigint; readonly offset: bigint | null };

export type CommitHistoryBuilder = { add(batch: LogBatch): void; finish(): GroupHistory };

/**
 * Puts a group's commits together from batches of its partition of __consumer_offsets, in the order of the log and from
 * its start on. Commits of a transaction count from its commit marker on, and never if it was aborted; where both a plain
 * and a transactional commit apply, the one that stands later in the log wins, as in Kafka's OffsetMetadataManager.
 */
export const commitHistoryBuilder = (group: string): CommitHistoryBuilder => {
  const applied = new Map<string, Key & { readonly list: Applied[] }>();
  const pending = new Map<bigint, Pending[]>();
  const otherGroups = new Set<string>();
  let isKnown = false;
  let unreadableRecords = 0;
  let nextOffset = 0n;
  let lastMs = Number.NEGATIVE_INFINITY;
  let hole: TimeSpan | null = null;
  let isInHole = false;

  /** What stands next is this; offsets before it that did not come are missing. */
  const expect = (offset: bigint): void => {
    if (offset <= nextOffset) return;
    hole = { fromMs: hole?.fromMs ?? lastMs, toMs: Number.POSITIVE_INFINITY };
    isInHole = true;
    nextOffset = offset;
  };
  const pass = ({ offset, timestampMs }: LogRecord): void => {
    expect(offset);
    nextOffset = offset + 1n;
    // Clocks of brokers that led the partition one after the other may differ; the log's order is the truth.
    lastMs = Math.max(lastMs, timestampMs);
    if (isInHole && hole !== null) hole = { ...hole, toMs: lastMs };
    isInHole = false;
  };
  const apply = ({ topic, partition, recordOffset, offset }: Pending, atMs: number): void => {
    const key = JSON.stringify([topic, partition]);
    const known = applied.get(key) ?? { topic, partition, list: [] };
    applied.set(key, known);
    const before = known.list.at(-1);
    // A deleted commit leaves nothing to be newer than.
    if (before !== undefined && before.offset !== null && before.recordOffset > recordOffset) return;
    known.list.push({ recordOffset, atMs, offset });
  };
  const addRecord = ({ producerId, isTransactional }: LogBatch, record: LogRecord): void => {
    const read = readGroupRecord(record.key, record.value);
    if (read.kind === 'unreadable') {
      unreadableRecords += 1;
    } else if (read.group !== group) {
      otherGroups.add(read.group);
    } else {
      isKnown = true;
      if (read.kind === 'group-state') return;
      const commit = { ...read, recordOffset: record.offset };
      if (!isTransactional) apply(commit, lastMs);
      else pending.set(producerId, [...(pending.get(producerId) ?? []), commit]);
    }
  };
  return {
    add: (batch) => {
      for (const record of batch.records) {
        pass(record);
        if (!batch.isControl) {
          addRecord(batch, record);
          continue;
        }
        const outcome = transactionOutcome(record.key);
        if (outcome === undefined) continue;
        if (outcome === 'commit') for (const each of pending.get(batch.producerId) ?? []) apply(each, lastMs);
        pending.delete(batch.producerId);
      }
      // What compaction took from the end of a batch, or all of it.
      expect(batch.lastOffset + 1n);
    },
    finish: () => ({
      partitions: [...applied.values()].map(({ topic, partition, list }) => ({
        topic,
        partition,
        commits: list.map(({ atMs, offset }) => ({ atMs, offset })),
        hole,
      })),
      hole,
      isKnown,
      otherGroups: [...otherGroups].sort(),
      unreadableRecords,
    }),
  };
};

/** Key of a control record: version int16, then 0 for abort and 1 for commit; other markers end no transaction. */
const transactionOutcome = (key: Buffer | null): 'commit' | 'abort' | undefined => {
  if (key === null || key.length < 4) return undefined;
  return ({ 0: 'abort', 1: 'commit' } as const)[key.readInt16BE(2)];
};

/** What was committed at a time: an offset, null for nothing, undefined where it is not known. */
export const committedAt = ({ commits, hole }: PartitionCommits, atMs: number): bigint | null | undefined => {
  let [low, high] = [0, commits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((commits[middle] as Commit).atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  const latest = commits[low - 1];
  if (latest !== undefined) return latest.offset;
  const isUnknown = hole !== null && atMs >= hole.fromMs && (commits.length > 0 || atMs < hole.toMs);
  return isUnknown ? undefined : null;
};
