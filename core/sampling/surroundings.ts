import { partitionKey } from '../kafka/topic-partition.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import type { GroupDescription } from '../kafka/read-groups.ts';
import type { TopicMetadata } from '../kafka/requests/metadata.ts';
import type { Unread } from '../kafka/router.ts';
import type { OffsetContent } from '../record/run-record.ts';
import { phaseOf } from './kafka-changes.ts';

/** What is asked for more seldom than offsets, and bears on what they mean. */
export type Surroundings = {
  /** Of groups whose members are not consuming; one that is, or whose state is not known, is left out. */
  readonly groupStates: ReadonlyMap<string, 'empty' | 'rebalancing'>;
  readonly compactedTopics: ReadonlySet<string>;
  /** By partition key: those that were made while they were watched. */
  readonly addedPartitions: ReadonlySet<string>;
};

export const groupStatesOf = (
  groups: ReadonlyMap<string, GroupDescription | Unread>,
): Surroundings['groupStates'] =>
  new Map(
    [...groups].flatMap(([group, answer]) => {
      const phase = phaseOf(answer);
      return phase === 'empty' || phase === 'rebalancing' ? [[group, phase]] : [];
    }),
  );

/** What the surroundings say of the partitions of one group's topic; the same object as long as they say the same. */
export type PartitionMarks = {
  /** They say nothing. */
  readonly isPlain: boolean;
  readonly ofTopic: Pick<OffsetContent, 'groupState' | 'isCompacted'>;
  readonly added: ReadonlySet<number>;
};

export const marksOf = (
  place: { readonly group: string; readonly topic: string; readonly partitions: readonly number[] },
  { groupStates, compactedTopics, addedPartitions }: Surroundings,
): PartitionMarks => {
  const groupState = groupStates.get(place.group);
  const isCompacted = compactedTopics.has(place.topic);
  const { topic } = place;
  const added =
    addedPartitions.size === 0
      ? []
      : place.partitions.filter((partition) => addedPartitions.has(partitionKey({ topic, partition })));
  const key = `${groupState ?? ''} ${isCompacted} ${added.join()}`;
  let marks = knownMarks.get(key);
  if (marks === undefined) {
    if (knownMarks.size >= mostMarks) knownMarks.clear();
    marks = {
      isPlain: groupState === undefined && !isCompacted && added.length === 0,
      ofTopic: {
        ...(groupState === undefined ? {} : { groupState }),
        ...(isCompacted ? { isCompacted: true as const } : {}),
      },
      added: new Set(added),
    };
    knownMarks.set(key, marks);
  }
  return marks;
};

const knownMarks = new Map<string, PartitionMarks>();
/** Topics to which partitions are added may be many. */
const mostMarks = 10_000;

/** Partitions that were not there when a topic was last looked at, or whose topic was not there when watching began. */
export const createAdditionWatch = (
  topicsAtStart: ReadonlySet<string>,
): ((topics: readonly TopicMetadata[]) => ReadonlySet<string>) => {
  const known = new Map<string, ReadonlySet<number>>();
  const added = new Set<string>();
  return (topics) => {
    for (const { name, partitions } of topics) {
      const before = known.get(name) ?? (topicsAtStart.has(name) ? undefined : new Set<number>());
      for (const { partition } of partitions)
        if (before !== undefined && !before.has(partition))
          added.add(partitionKey({ topic: name, partition }));
      known.set(name, new Set([...(before ?? []), ...partitions.map(({ partition }) => partition)]));
    }
    return added;
  };
};

/**
 * Which topics are compacted, each asked for once; one that was made again is another. Where the broker does not let us see it,
 * nothing is guessed.
 */
export const createCompactionWatch = (
  topicConfig: KafkaReader['topicConfig'],
): ((topics: readonly TopicMetadata[]) => Promise<ReadonlySet<string>>) => {
  const known = new Map<string, { readonly id: string | undefined; readonly isCompacted: boolean }>();
  return async (topics) => {
    const fresh = topics.filter(({ name, id }) => {
      const before = known.get(name);
      return before === undefined || before.id !== id;
    });
    if (fresh.length > 0) {
      const names = fresh.map(({ name }) => name);
      const policies = await topicConfig('cleanup.policy', names).catch(() => new Map<string, null>());
      for (const { name, id } of fresh)
        known.set(name, { id, isCompacted: policies.get(name)?.includes('compact') === true });
    }
    return new Set([...known].flatMap(([name, { isCompacted }]) => (isCompacted ? [name] : [])));
  };
};
