import { Kafka, logLevel } from 'kafkajs';
import type { Contestant } from './contestant.ts';
import { groupName, topicName, topicOf, type Scale } from './scale.ts';

/** As many requests under way as give kafkajs its best time. */
const parallel = 20;

/** kafkajs's own admin calls, as many at once as help it: one for each group, one for each topic. */
export const kafkajsClient = async (address: string, scale: Scale): Promise<Contestant> => {
  const admin = new Kafka({ clientId: 'bench', brokers: [address], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const groups = Array.from({ length: scale.groups }, (_, index) => index);
  const topics = Array.from({ length: scale.topics }, (_, index) => topicName(index));
  return {
    name: 'kafkajs admin, 20 at once',
    sample: async () => {
      const committed = await inParallel(groups, async (group) =>
        admin.fetchOffsets({ groupId: groupName(group), topics: [topicOf(scale, group)] }),
      );
      const ends = new Map<string, Map<number, number>>();
      await inParallel(topics, async (topic) => {
        const offsets = await admin.fetchTopicOffsets(topic);
        ends.set(topic, new Map(offsets.map(({ partition, high }) => [partition, Number(high)])));
      });
      let [lag, groupPartitions] = [0, 0];
      for (const { topic, partitions } of committed.flat())
        for (const { partition, offset } of partitions) {
          lag += (ends.get(topic)?.get(partition) ?? Number.NaN) - Number(offset);
          groupPartitions += 1;
        }
      return { lag, groupPartitions };
    },
    close: () => admin.disconnect(),
  };
};

const inParallel = async <Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> => {
  const answers: Answer[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) answers[index] = await ask(item);
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return answers;
};
