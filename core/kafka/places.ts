import type { Cluster } from './cluster.ts';
import { errorName } from './error-codes.ts';
import { askCoordinators } from './requests/groups.ts';
import type { Places, Unread } from './router.ts';

export type TopicPartition = { readonly topic: string; readonly partition: number };

export const partitionKey = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** The leaders of partitions. */
export const leaders = (cluster: Cluster): Places<TopicPartition> => ({
  keyOf: partitionKey,
  locate: async (partitions) => {
    const { topics } = await cluster.metadata([...new Set(partitions.map(({ topic }) => topic))]);
    return new Map(
      topics.flatMap(({ name, errorCode, partitions: all }) =>
        all.map(({ partition, leader }): [string, number | Unread] => [
          partitionKey({ topic: name, partition }),
          errorCode !== 0
            ? { reason: errorName(errorCode) }
            : leader < 0
              ? { reason: 'LEADER_NOT_AVAILABLE' }
              : leader,
        ]),
      ),
    );
  },
});

/** The coordinators of groups. */
export const coordinators = <Item extends { readonly group: string }>(cluster: Cluster): Places<Item> => ({
  keyOf: ({ group }) => group,
  locate: async (items) => {
    await cluster.metadata([]);
    const answers = await askCoordinators(
      await cluster.any(),
      items.map(({ group }) => group),
    );
    return new Map(
      answers.map(({ group, errorCode, broker }): [string, number | Unread] => [
        group,
        errorCode === 0 ? broker : { reason: errorName(errorCode) },
      ]),
    );
  },
});
