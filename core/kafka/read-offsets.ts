import type { Cluster } from './cluster.ts';
import { leaders } from './places.ts';
import {
  askBound,
  askGreatestTimes,
  askOffsets,
  logEnd,
  logStart,
  type Isolation,
  type OffsetMoment,
  type TopicOffsets,
} from './requests/list-offsets.ts';
import { createPartRouter, openAmong, routeByKey, type Unread } from './router.ts';
import { boundsByTopic, reasonOf, type PartitionBounds, type TopicBounds } from './topic-bounds.ts';
import { partitionKey, type TopicPartition } from './topic-partition.ts';

export type LogBounds = TopicPartition & PartitionBounds;

export type OffsetAtTime = TopicPartition & {
  /** Of the record; null where none has that time or a later one. */
  readonly found: { readonly offset: bigint; readonly timestampMs: number } | null;
};

export type BoundsWanted = { readonly logStart: boolean; readonly highWatermark: boolean };

export type OffsetReads = {
  /**
   * One request per leader for each bound. As long as the partitions are the same array, what has not changed is the same object.
   */
  endsByTopic(
    partitions: readonly TopicPartition[],
    wanted: BoundsWanted,
  ): Promise<ReadonlyMap<string, TopicBounds>>;
  /** The same as a list, in the order of the partitions. */
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
  const places = leaders(cluster);
  const routeParts = createPartRouter(cluster, places);
  const route = routeByKey(routeParts, places.keyOf);
  const askOne = (isolation: Isolation, partitions: readonly TopicPartition[], at: OffsetMoment) =>
    routeParts(partitions, async (link, those) => {
      const part = await askBound(link, isolation, those, at);
      return { part, open: openOf(those, part) };
    });

  const endsByTopic: OffsetReads['endsByTopic'] = async (partitions, wanted) => {
    // The read-committed end last to be sent, first to matter: lag is bracketed around its answer.
    const [logStarts, highWatermarks, ends] = await Promise.all([
      wanted.logStart ? askOne('uncommitted', partitions, logStart) : undefined,
      wanted.highWatermark ? askOne('uncommitted', partitions, logEnd) : undefined,
      askOne('committed', partitions, logEnd),
    ]);
    return boundsByTopic(partitions, { logStarts, highWatermarks, ends });
  };

  return {
    endsByTopic,
    ends: async (partitions, wanted) => {
      const bounds = await endsByTopic(partitions, wanted);
      return partitions.map(({ topic, partition }) => ({
        topic,
        partition,
        ...(bounds.get(topic)?.get(partition) ?? { reason: 'no answer' }),
      }));
    },
    offsetsAt: async (questions) => {
      const moments = new Map(questions.map((each) => [partitionKey(each), each.timestampMs]));
      const momentOf = (of: TopicPartition) => BigInt(Math.round(moments.get(partitionKey(of)) ?? 0));
      const answers = await route(questions, (link, those) =>
        askOffsets(link, 'uncommitted', those, momentOf),
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

/** As a rule nothing is open, and then all that there are were answered. */
const openOf = (
  partitions: readonly TopicPartition[],
  answered: ReadonlyMap<string, TopicOffsets>,
): readonly (readonly [TopicPartition, string])[] => {
  let count = 0;
  let isAnyMoved = false;
  for (const offsets of answered.values()) {
    count += offsets.size;
    isAnyMoved ||= offsets.isAnyMoved;
  }
  if (count === partitions.length && !isAnyMoved) return [];
  return openAmong(partitions, ({ topic, partition }) => answered.get(topic)?.get(partition)?.errorCode);
};
