import type { Clock } from '../clock.ts';
import { connectKafka, type KafkaReader } from '../kafka/kafka-reader.ts';
import { partitionsByTopic } from '../kafka/places.ts';
import type { TopicPartition } from '../kafka/topic-partition.ts';
import type { TopicMetadata } from '../kafka/requests/metadata.ts';
import { findTargets, type FoundTargets } from '../kafka/watch-targets.ts';
import type { TimeLagBy } from '../plan.ts';
import type { Observation } from '../record/observation.ts';
import { createBrokerClock } from './broker-clock.ts';
import { createAssignmentWatch } from './group-assignment.ts';
import { createChangeWatch } from './kafka-changes.ts';
import { readBracket, type BracketWanted } from './offset-bracket.ts';
import { createRecordTimes } from './record-times.ts';
import type { Sampler, SamplingSession } from './sampler.ts';
import { createAdditionWatch, groupStatesOf, withSurroundings, type Surroundings } from './surroundings.ts';
import { createTailWatch } from './tail-watch.ts';
import { createTargetDiscovery, type TargetDiscovery } from './target-discovery.ts';

/** How often partitions and the states of groups are asked for. */
const surroundingsEveryMs = 5000;

/**
 * Offsets of consumer groups. Committed offsets are read before the end offsets and once more after them, which
 * brackets the lag at the moment the broker answered with the end offsets. What changes around them is told as events.
 */
export const consumerOffsets: Sampler = {
  id: 'kafka',
  open: async ({ plan, clock, kafkaSecurity }) => {
    if (plan.kafka === undefined) return { sample: async () => [], close: async () => {} };
    const { brokers, groups } = plan.kafka;
    const connect = (): Promise<KafkaReader> => connectKafka({ brokers, security: kafkaSecurity });
    const reader = await connect();
    try {
      const found = await findTargets(reader, groups);
      const discovery = createTargetDiscovery({ connect, clock, wanted: groups, known: found.targets });
      return await openSession(reader, found, discovery, { clock, by: plan.kafka.timeLag ?? 'auto' });
    } catch (error) {
      await reader.close();
      throw error;
    }
  },
};

const openSession = async (
  reader: KafkaReader,
  found: FoundTargets,
  discovery: TargetDiscovery,
  { clock, by }: { readonly clock: Clock; readonly by: TimeLagBy },
): Promise<SamplingSession> => {
  let { targets } = found;
  const changes = createChangeWatch();
  const assignments = createAssignmentWatch();
  const compactedAmong = createCompactionWatch(reader);
  const addedAmong = createAdditionWatch(new Set(found.topicNames));
  const readClock = createBrokerClock(reader, clock);
  let partitions: ReadonlyMap<string, readonly TopicPartition[]> = new Map();
  let wanted: readonly BracketWanted[] = [];
  const markTails = createTailWatch((of, from, to) => reader.isMarkersOnly(of, from, to));
  const withTimes = createRecordTimes(reader, clock, by);
  let surroundings: Surroundings = {
    groupStates: new Map(),
    compactedTopics: new Set(),
    addedPartitions: new Set(),
  };
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const lookAround = async (): Promise<Observation[]> => {
    const nowMs = clock.elapsedMs();
    if (nowMs - lookedAtMs < surroundingsEveryMs) return [];
    const [topics, groups] = await Promise.all([
      reader.topicsNamed([...new Set(targets.flatMap(({ topics: own }) => own))]),
      reader.describe(targets.map(({ group }) => group)),
    ]);
    lookedAtMs = nowMs;
    partitions = partitionsByTopic(topics, partitions);
    wanted = wantedOf(targets, partitions, wanted);
    surroundings = {
      groupStates: groupStatesOf(groups),
      compactedTopics: await compactedAmong(topics),
      addedPartitions: addedAmong(topics),
    };
    const atMs = clock.elapsedMs();
    return [...changes.surroundings(atMs, topics, groups), ...assignments(atMs, groups, targets)];
  };

  /** What has come is looked around for at once. */
  const pickUp = (): readonly Observation[] => {
    const news = discovery.take();
    if (news === undefined) return [];
    targets = news.targets;
    lookedAtMs = Number.NEGATIVE_INFINITY;
    return news.events;
  };

  // What it found is told with the first sample; what is seen while offsets cannot be read, with the next that can.
  const untold = [...shareGroupEvents(found, clock.elapsedMs()), ...(await lookAround())];
  return {
    sample: async () => {
      untold.push(...pickUp());
      untold.push(...(await lookAround()));
      const read = await readBracket(reader, clock, wanted);
      const seen = await withTimes(await markTails(withSurroundings(read, surroundings)));
      const clockSeen = await readClock(targets.map(({ group }) => group));
      return [...untold.splice(0), ...seen, ...changes.offsets(seen), ...clockSeen];
    },
    close: async () => {
      await discovery.close();
      await reader.close();
    },
  };
};

/** What is to be read; as long as nothing is added or gone, the same lists, of which requests are made only once. */
const wantedOf = (
  targets: FoundTargets['targets'],
  partitions: ReadonlyMap<string, readonly TopicPartition[]>,
  before: readonly BracketWanted[],
): readonly BracketWanted[] => {
  const known = new Map(before.map((each) => [each.group, each]));
  const now = targets.map(({ group, topics }): BracketWanted => {
    const lists = topics.flatMap((topic) => partitions.get(topic) ?? []);
    const old = known.get(group);
    const isSame =
      old?.partitions.length === lists.length && old.partitions.every((each, index) => each === lists[index]);
    return isSame && old !== undefined ? old : { group, partitions: lists };
  });
  return now.length === before.length && now.every((each, index) => each === before[index]) ? before : now;
};

/** A pattern may match groups that have no lag by offsets. */
const shareGroupEvents = ({ shareGroups }: FoundTargets, atMs: number): Observation[] =>
  shareGroups.map((group) => ({ kind: 'event', atMs, name: 'share-group-left-out', facts: { group } }));

/**
 * Which topics are compacted, each asked for once; one that was made again is another. Where the broker does not let us see it,
 * nothing is guessed.
 */
const createCompactionWatch = (
  reader: Pick<KafkaReader, 'topicConfig'>,
): ((topics: readonly TopicMetadata[]) => Promise<ReadonlySet<string>>) => {
  const known = new Map<string, { readonly id: string | undefined; readonly isCompacted: boolean }>();
  return async (topics) => {
    const fresh = topics.filter(({ name, id }) => {
      const before = known.get(name);
      return before === undefined || before.id !== id;
    });
    if (fresh.length > 0) {
      const names = fresh.map(({ name }) => name);
      const policies = await reader.topicConfig('cleanup.policy', names).catch(() => new Map<string, null>());
      for (const { name, id } of fresh)
        known.set(name, { id, isCompacted: policies.get(name)?.includes('compact') === true });
    }
    return new Set([...known].flatMap(([name, { isCompacted }]) => (isCompacted ? [name] : [])));
  };
};
