import { PartitionList, type ByPartition } from './by-partition.ts';
import { explainDenied } from './error-codes.ts';
import type { OffsetAnswer, TopicOffsets } from './requests/list-offsets.ts';
import type { Parts, Unread } from './router.ts';
import { partitionKey, type TopicPartition } from './topic-partition.ts';

/** The bounds of a partition's log. */
export type PartitionBounds = {
  /** Read-committed end: the last stable offset, where no transaction is open the high watermark. */
  readonly end: bigint;
  /** Read-uncommitted end; null where it was not asked for. */
  readonly highWatermark: bigint | null;
  /** First offset still in the log; null where it was not asked for. */
  readonly logStart: bigint | null;
  /** Of the partition's leader; -1 where the broker does not tell. */
  readonly leaderEpoch: number;
};

/** Those of a topic's partitions, and why where one could not be read. */
export type TopicBounds = ByPartition<PartitionBounds | Unread>;

/** What the leaders answered of each bound; undefined where it was not asked for. */
export type BoundAnswers = {
  readonly ends: Parts<ReadonlyMap<string, TopicOffsets>>;
  readonly highWatermarks: Parts<ReadonlyMap<string, TopicOffsets>> | undefined;
  readonly logStarts: Parts<ReadonlyMap<string, TopicOffsets>> | undefined;
};

type Kept = {
  readonly topic: string;
  readonly partitions: readonly number[];
  /** What the bounds were put together of. */
  sources: readonly TopicOffsets[];
  bounds: TopicBounds;
};

/** The same partitions are asked for tick after tick. */
const kept = new WeakMap<readonly TopicPartition[], readonly Kept[]>();

const keptOf = (partitions: readonly TopicPartition[]): readonly Kept[] => {
  const known = kept.get(partitions);
  if (known !== undefined) return known;
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, those]): Kept => ({
    topic,
    partitions: those.map(({ partition }) => partition),
    sources: [],
    bounds: new PartitionList(),
  }));
  kept.set(partitions, topics);
  return topics;
};

/**
 * Puts what the leaders answered together, by topic. As long as the partitions are the same array, the bounds of a partition, and
 * those of a topic, are the same object until something of them changes.
 */
export const boundsByTopic = (
  partitions: readonly TopicPartition[],
  answers: BoundAnswers,
): ReadonlyMap<string, TopicBounds> => {
  const all = [answers.logStarts, answers.highWatermarks, answers.ends];
  const isAllRead = all.every((each) => each === undefined || each.unread.size === 0);
  return new Map(
    keptOf(partitions).map((each) => {
      const sources = all.flatMap((bound) =>
        (bound?.parts ?? []).flatMap((part) => part.get(each.topic) ?? []),
      );
      const isSame =
        isAllRead &&
        sources.length > 0 &&
        sources.length === each.sources.length &&
        sources.every((source, index) => source === each.sources[index]);
      if (!isSame) {
        each.bounds = boundsOf(each, answers);
        each.sources = isAllRead ? sources : [];
      }
      return [each.topic, each.bounds];
    }),
  );
};

const boundsOf = ({ topic, partitions, bounds: before }: Kept, answers: BoundAnswers): TopicBounds => {
  const bounds = new PartitionList<PartitionBounds | Unread>();
  for (const partition of partitions) {
    const [end, start, watermark] = [answers.ends, answers.logStarts, answers.highWatermarks].map((bound) =>
      answerOf(bound, topic, partition),
    );
    const problem = reasonOf(end) ?? reasonOf(start) ?? reasonOf(watermark);
    if (end === undefined || 'reason' in end || problem !== undefined) {
      bounds.set(partition, { reason: problem ?? 'no answer' });
      continue;
    }
    const now: PartitionBounds = {
      end: end.offset,
      highWatermark: offsetOf(watermark),
      logStart: offsetOf(start),
      leaderEpoch: end.leaderEpoch,
    };
    const known = before.get(partition);
    bounds.set(partition, known !== undefined && !('reason' in known) && isEqual(known, now) ? known : now);
  }
  return bounds;
};

/** The last that was answered: what has moved is in several. */
const answerOf = (
  bound: BoundAnswers['ends'] | undefined,
  topic: string,
  partition: number,
): OffsetAnswer | Unread | undefined => {
  if (bound === undefined) return undefined;
  const unread = bound.unread.size === 0 ? undefined : bound.unread.get(partitionKey({ topic, partition }));
  if (unread !== undefined) return unread;
  const [only] = bound.parts;
  if (bound.parts.length === 1) return only?.get(topic)?.get(partition);
  return bound.parts
    .findLast((part) => part.get(topic)?.get(partition) !== undefined)
    ?.get(topic)
    ?.get(partition);
};

/** Why a bound is not known; undefined where it is, or was not asked for. */
export const reasonOf = (
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

const isEqual = (one: PartitionBounds, other: PartitionBounds): boolean =>
  one.end === other.end &&
  one.highWatermark === other.highWatermark &&
  one.logStart === other.logStart &&
  one.leaderEpoch === other.leaderEpoch;
