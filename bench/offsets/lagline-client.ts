import { connectKafka, type KafkaReader } from '../../core/kafka/kafka-reader.ts';
import type { TopicPartition } from '../../core/kafka/topic-partition.ts';
import type { Contestant } from './contestant.ts';
import { groupName, topicName, topicOf, type Scale } from './scale.ts';

export type Wanted = {
  readonly groups: readonly { readonly group: string; readonly partitions: readonly TopicPartition[] }[];
  readonly all: readonly TopicPartition[];
};

export const wantedOf = (scale: Scale): Wanted => {
  const byTopic = new Map(
    Array.from({ length: scale.topics }, (_, index) => topicName(index)).map((topic) => [
      topic,
      Array.from({ length: scale.partitions }, (_, partition) => ({ topic, partition })),
    ]),
  );
  return {
    groups: Array.from({ length: scale.groups }, (_, index) => ({
      group: groupName(index),
      partitions: byTopic.get(topicOf(scale, index)) ?? [],
    })),
    all: [...byTopic.values()].flat(),
  };
};

/** lagline's readers: committed offsets, then the ends as a reader of committed messages sees them. */
export const laglineClient = async (address: string, scale: Scale): Promise<Contestant> => {
  const reader = await connectKafka({ brokers: [address] });
  const wanted = wantedOf(scale);
  return {
    name: 'lagline',
    sample: async () => readOnce(reader, wanted),
    close: () => reader.close(),
  };
};

const readOnce = async (
  reader: KafkaReader,
  { groups, all }: Wanted,
): Promise<{ lag: number; groupPartitions: number }> => {
  const committed = await reader.committed(groups);
  const bounds = await reader.endsByTopic(all, { logStart: false, highWatermark: false });
  let [lag, groupPartitions] = [0, 0];
  for (const [group, answer] of committed) {
    if ('reason' in answer) throw new Error(`${group}: ${answer.reason}`);
    for (const [topic, offsets] of answer) {
      const ofTopic = bounds.get(topic);
      offsets.forEach((offset, partition) => {
        const bound = ofTopic?.get(partition);
        if (typeof offset !== 'bigint' || bound === undefined || 'reason' in bound)
          throw new Error(`${group} ${topic}/${partition} was not read`);
        lag += Number(bound.end - offset);
        groupPartitions += 1;
      });
    }
  }
  return { lag, groupPartitions };
};
