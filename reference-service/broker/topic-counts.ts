import type { Config } from '../config.ts';
import type { TopicCounts } from '../ports.ts';
import type { Admin } from './kafka-client.ts';
import { deadLetterTopic } from './topics.ts';

/** Offsets of one partition as numbers; exact up to 2^53 records. */
export type PartitionOffsets = {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
  /** Where the group goes on: what it committed, or the log's start. */
  readonly position: number;
};

/** Committed offsets are read first, so that a record is rather counted once too often than overlooked. */
export async function partitionOffsets(
  admin: Admin,
  { topic, group }: Config['kafka'],
): Promise<PartitionOffsets[]> {
  const committed = (await admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]?.partitions ?? [];
  const committedOf = new Map(committed.map(({ partition, offset }) => [partition, Number(offset)]));
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.map(({ partition, low, high }) => ({
    partition,
    low: Number(low),
    high: Number(high),
    position: Math.max(committedOf.get(partition) ?? -1, Number(low)),
  }));
}

/** Sums over the topic's partitions. */
export async function topicCounts(admin: Admin, settings: Config['kafka']): Promise<TopicCounts> {
  const offsets = await partitionOffsets(admin, settings);
  const sum = (read: (each: PartitionOffsets) => number): number =>
    offsets.reduce((total, each) => total + read(each), 0);
  const deadLetters = await admin.fetchTopicOffsets(deadLetterTopic(settings.topic));
  return {
    appended: sum(({ high }) => high),
    committed: sum(({ position }) => position),
    uncommitted: sum(({ high, position }) => Math.max(0, high - position)),
    deadLettered: deadLetters.reduce((total, { high }) => total + Number(high), 0),
  };
}
