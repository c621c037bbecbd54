import type { Cluster } from './cluster.ts';
import { explainDenied } from './error-codes.ts';
import { askCoordinators } from './requests/groups.ts';
import type { TopicMetadata } from './requests/metadata.ts';
import type { Places, Unread } from './router.ts';
import { partitionKey, type TopicPartition } from './topic-partition.ts';

/** The partitions of each topic, ascending; where a topic has those it had before, it is the same list. */
export const partitionsByTopic = (
  topics: readonly TopicMetadata[],
  before: ReadonlyMap<string, readonly TopicPartition[]> = new Map(),
): ReadonlyMap<string, readonly TopicPartition[]> =>
  new Map(
    topics.map(({ name, partitions }) => {
      const known = before.get(name) ?? [];
      const now = partitions
        .map(({ partition }) => ({ topic: name, partition }))
        .sort((left, right) => left.partition - right.partition);
      const isSame =
        known.length === now.length &&
        known.every(({ partition }, index) => partition === now[index]?.partition);
      return [name, isSame ? known : now];
    }),
  );

/** The leaders of partitions. */
export const leaders = (cluster: Cluster): Places<TopicPartition> => ({
  keyOf: partitionKey,
  locate: async (partitions) => {
    const { topics } = await cluster.metadata([...new Set(partitions.map(({ topic }) => topic))]);
    const refused = new Map(
      topics.filter(({ errorCode }) => errorCode !== 0).map(({ name, errorCode }) => [name, errorCode]),
    );
    const unread = partitions.flatMap((each): [string, Unread][] => {
      const code = refused.get(each.topic);
      return code === undefined
        ? []
        : [[partitionKey(each), { reason: explainDenied(code, 'topic', each.topic) }]];
    });
    return new Map<string, number | Unread>([
      ...unread,
      ...topics.flatMap(({ name, partitions: all }) =>
        all.map(({ partition, leader }): [string, number | Unread] => [
          partitionKey({ topic: name, partition }),
          leader < 0 ? { reason: 'LEADER_NOT_AVAILABLE' } : leader,
        ]),
      ),
    ]);
  },
});

/** The coordinators of groups. */
export const coordinators = <Item extends { readonly group: string }>(cluster: Cluster): Places<Item> => ({
  keyOf: ({ group }) => group,
  locate: async (items) => {
    await cluster.metadata([]);
    const groups = items.map(({ group }) => group);
    const answers = await cluster.ask((link) => askCoordinators(link, groups));
    return new Map(
      answers.map(({ group, errorCode, broker }): [string, number | Unread] => [
        group,
        errorCode === 0 ? broker : { reason: explainDenied(errorCode, 'group', group) },
      ]),
    );
  },
});
