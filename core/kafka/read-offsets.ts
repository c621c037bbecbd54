import type { Cluster } from './cluster.ts';
import { explainDenied } from './error-codes.ts';
import { leaders, partitionKey, type TopicPartition } from './places.ts';
import {
  askGreatestTimes,
  askOffsets,
  logEnd,
  logStart,
  type Isolation,
  type OffsetAnswer,
  type OffsetQuestion,
} from './requests/list-offsets.ts';
import { createRouter, type Unread } from './router.ts';

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
    questions: readonly OffsetQuestion[],
  ): Promise<ReadonlyMap<string, OffsetAnswer | Unread>> => {
    const byKey = new Map(questions.map((question) => [partitionKey(question), question]));
    return route(questions, async (link, those) => {
      const answers = await askOffsets(
        link,
        isolation,
        those.map((each) => byKey.get(partitionKey(each)) ?? { ...each, at: logEnd }),
      );
      return answers.map((answer) => [partitionKey(answer), answer] as const);
    });
  };

  return {
    ends: async (partitions, wanted) => {
      const at = (bound: bigint): OffsetQuestion[] => partitions.map((each) => ({ ...each, at: bound }));
      const nothing = new Map<string, OffsetAnswer | Unread>();
      // The read-committed end last to be sent, first to matter: lag is bracketed around its answer.
      const [starts, watermarks, ends] = await Promise.all([
        wanted.logStart ? ask('uncommitted', at(logStart)) : nothing,
        wanted.highWatermark ? ask('uncommitted', at(logEnd)) : nothing,
        ask('committed', at(logEnd)),
      ]);
      return partitions.map(({ topic, partition }) => {
        const key = partitionKey({ topic, partition });
        const [start, watermark, end] = [starts.get(key), watermarks.get(key), ends.get(key)];
        const problem = [end, start, watermark].map(reasonOf).find((reason) => reason !== undefined);
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
      const answers = await ask(
        'uncommitted',
        questions.map(({ timestampMs, ...each }) => ({ ...each, at: BigInt(Math.round(timestampMs)) })),
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
        return told.map((answer) => [partitionKey(answer), answer] as const);
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
