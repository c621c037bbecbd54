import type { Cluster } from './cluster.ts';
import { explainDenied } from './error-codes.ts';
import { leaders } from './places.ts';
import {
  askGreatestTimes,
  askOffsets,
  logEnd,
  logStart,
  type Isolation,
  type OffsetAnswer,
} from './requests/list-offsets.ts';
import { createRouter, type Unread } from './router.ts';
import { partitionKey, type TopicPartition } from './topic-partition.ts';

/** The bounds of a partition's log. */
export type LogBounds = TopicPartition & {
  /** Read-committed end: the last stable offset, where no transaction is open the high watermark. */
  readonly end: bigint;
  /** Read-uncommitted end; null where it was not asked for. */
  readonly highWatermark: bigint | null;
  /** First offset still in the log; null where it was not asked for. */
  readonly logStart: bigint | null;
  /** Of the partition's leader; -1 where the broker does not tell. */
  readonly leaderEpoch: number;
};

export type OffsetAtTime = TopicPartition & {
  /** Of the record; null where none has that time or a later one. */
  readonly found: { readonly offset: bigint; readonly timestampMs: number } | null;
};

export type BoundsWanted = { readonly logStart: boolean; readonly highWatermark: boolean };

export type OffsetReads = {
  /** One request per leader for each bound. */
  ends(
    partitions: readonly TopicPartition[],
    wanted: BoundsWanted,
  ): Promise<readonly (LogBounds | (TopicPartition & Unread))[]>;
  /** First record with that time (ms since the epoch) or a later one. */
  offsetsAt(
    questions: readonly (TopicPartition & { readonly timestampMs: number })[],
  ): Promise<readonly (OffsetAtTime | (TopicPartition & Unread))[]>;
  greatestTimes(
    partitions: readonly TopicPartition[],
  ): Promise<readonly (GreatestTime | (TopicPartition & Unread))[]>;
};

/** Greatest time of a record, in ms since the epoch; null where there is none. */
export type GreatestTime = TopicPartition & { readonly timestampMs: number | null };

export const readOffsets = (cluster: Cluster): OffsetReads => {
  const route = createRouter(cluster, leaders(cluster));
  const ask = (
    isolation: Isolation,
    partitions: readonly TopicPartition[],
    at: Parameters<typeof askOffsets>[3],
  ): Promise<ReadonlyMap<string, OffsetAnswer | Unread>> =>
    route(partitions, (link, those) => askOffsets(link, isolation, those, at));

  return {
    ends: async (partitions, wanted) => {
      const nothing = new Map<string, OffsetAnswer | Unread>();
      // The read-committed end last to be sent, first to matter: lag is bracketed around its answer.
      const [starts, watermarks, ends] = await Promise.all([
        wanted.logStart ? ask('uncommitted', partitions, logStart) : nothing,
        wanted.highWatermark ? ask('uncommitted', partitions, logEnd) : nothing,
        ask('committed', partitions, logEnd),
      ]);
      return partitions.map((of) => {
        const { topic, partition } = of;
        const key = partitionKey(of);
        const [start, watermark, end] = [starts.get(key), watermarks.get(key), ends.get(key)];
        const problem = reasonOf(end) ?? reasonOf(start) ?? reasonOf(watermark);
        if (end === undefined || 'reason' in end || problem !== undefined)
          return { topic, partition, reason: problem ?? 'no answer' };
        return {
          topic,
          partition,
          end: end.offset,
          highWatermark: offsetOf(watermark),
          logStart: offsetOf(start),
          leaderEpoch: end.leaderEpoch,
        };
      });
    },
    offsetsAt: async (questions) => {
      const moments = new Map(questions.map((each) => [partitionKey(each), each.timestampMs]));
      const answers = await ask('uncommitted', questions, (of) =>
        BigInt(Math.round(moments.get(partitionKey(of)) ?? 0)),
      );
      return questions.map(({ topic, partition }) => {
        const answer = answers.get(partitionKey({ topic, partition }));
        const reason = reasonOf(answer);
        if (answer === undefined || 'reason' in answer || reason !== undefined)
          return { topic, partition, reason: reason ?? 'no answer' };
        const { offset, timestampMs } = answer;
        return { topic, partition, found: offset < 0n ? null : { offset, timestampMs } };
      });
    },
    greatestTimes: async (partitions) => {
      const answers = await route(partitions, async (link, those) => {
        const told = await askGreatestTimes(link, those);
        if (told === undefined) throw new Error('UNSUPPORTED_VERSION');
        return new Map(told.map((answer) => [partitionKey(answer), answer]));
      });
      return partitions.map(({ topic, partition }) => {
        const answer = answers.get(partitionKey({ topic, partition }));
        const reason = reasonOf(answer);
        if (answer === undefined || 'reason' in answer || reason !== undefined)
          return { topic, partition, reason: reason ?? 'no answer' };
        return { topic, partition, timestampMs: answer.timestampMs < 0 ? null : answer.timestampMs };
      });
    },
  };
};

const reasonOf = (
  answer: Pick<OffsetAnswer, 'topic' | 'errorCode'> | Unread | undefined,
): string | undefined =>
  answer === undefined
    ? undefined
    : 'reason' in answer
      ? answer.reason
      : answer.errorCode === 0
        ? undefined
        : explainDenied(answer.errorCode, 'topic', answer.topic);

const offsetOf = (answer: OffsetAnswer | Unread | undefined): bigint | null =>
  answer === undefined || 'reason' in answer ? null : answer.offset;
