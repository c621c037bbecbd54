import type { Clock } from '../clock.ts';
import { connectKafka, type KafkaReader } from '../kafka/kafka-reader.ts';
import { partitionsByTopic, type TopicPartition } from '../kafka/places.ts';
import { findTargets, type WatchTarget } from '../kafka/watch-targets.ts';
import type { Observation } from '../record/observation.ts';
import { createAssignmentWatch } from './group-assignment.ts';
import { createChangeWatch, phaseOf } from './kafka-changes.ts';
import { readBracket } from './offset-bracket.ts';
import type { Sampler, SamplingSession } from './sampler.ts';
import { createTailWatch } from './tail-watch.ts';

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
    const reader = await connectKafka({ brokers, security: kafkaSecurity });
    try {
      return await openSession(reader, await findTargets(reader, groups), clock);
    } catch (error) {
      await reader.close();
      throw error;
    }
  },
};

const openSession = async (
  reader: KafkaReader,
  targets: readonly WatchTarget[],
  clock: Clock,
): Promise<SamplingSession> => {
  const names = [...new Set(targets.flatMap(({ topics }) => topics))];
  const changes = createChangeWatch(targets.map(({ group }) => group));
  const assignments = createAssignmentWatch(targets);
  let partitions: ReadonlyMap<string, readonly TopicPartition[]> = new Map();
  const markTails = createTailWatch((of, from, to) => reader.isMarkersOnly(of, from, to));
  const compacted = await compactedTopics(reader, names);
  let groupStates: ReadonlyMap<string, 'empty' | 'rebalancing'> = new Map();
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const lookAround = async (): Promise<Observation[]> => {
    const nowMs = clock.elapsedMs();
    if (nowMs - lookedAtMs < surroundingsEveryMs) return [];
    const [topics, groups] = await Promise.all([
      reader.topicsNamed(names),
      reader.describe(targets.map(({ group }) => group)),
    ]);
    lookedAtMs = nowMs;
    partitions = partitionsByTopic(topics);
    groupStates = new Map(
      [...groups].flatMap(([group, answer]) => {
        const phase = phaseOf(answer);
        return phase === 'empty' || phase === 'rebalancing' ? [[group, phase]] : [];
      }),
    );
    const atMs = clock.elapsedMs();
    return [...changes.surroundings(atMs, topics, groups), ...assignments(atMs, groups)];
  };

  const withSurroundings = (seen: Observation): Observation => {
    if (seen.kind !== 'offsets') return seen;
    const groupState = groupStates.get(seen.group);
    return {
      ...seen,
      sample: {
        ...seen.sample,
        ...(groupState === undefined ? {} : { groupState }),
        ...(compacted.has(seen.topic) ? { isCompacted: true as const } : {}),
      },
    };
  };

  // What it found is told with the first sample.
  let firstSeen = await lookAround();
  return {
    sample: async () => {
      const events = [...firstSeen, ...(await lookAround())];
      firstSeen = [];
      const wanted = targets.map(({ group, topics }) => ({
        group,
        partitions: topics.flatMap((topic) => partitions.get(topic) ?? []),
      }));
      const read = await readBracket(reader, clock, wanted);
      const seen = await markTails(read.map(withSurroundings));
      return [...events, ...seen, ...changes.offsets(seen)];
    },
    close: () => reader.close(),
  };
};

/** Those that are known to be; where the broker does not let us see it, nothing is guessed. */
const compactedTopics = async (
  reader: Pick<KafkaReader, 'topicConfig'>,
  names: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (names.length === 0) return new Set();
  const policies = await reader.topicConfig('cleanup.policy', names).catch(() => new Map<string, null>());
  return new Set([...policies].flatMap(([topic, policy]) => (policy?.includes('compact') ? [topic] : [])));
};
