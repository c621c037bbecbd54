import type { Clock } from '../clock.ts';
import { connectKafka, type KafkaReader } from '../kafka/kafka-reader.ts';
import type { TopicPartition } from '../kafka/places.ts';
import { findTargets, type WatchTarget } from '../kafka/watch-targets.ts';
import type { Observation } from '../record/observation.ts';
import { createAssignmentWatch } from './group-assignment.ts';
import { createChangeWatch } from './kafka-changes.ts';
import { readBracket } from './offset-bracket.ts';
import type { Sampler, SamplingSession } from './sampler.ts';

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
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const lookAround = async (): Promise<Observation[]> => {
    const nowMs = clock.elapsedMs();
    if (nowMs - lookedAtMs < surroundingsEveryMs) return [];
    const [topics, groups] = await Promise.all([
      reader.topicsNamed(names),
      reader.describe(targets.map(({ group }) => group)),
    ]);
    lookedAtMs = nowMs;
    partitions = new Map(
      topics.map(({ name, partitions: all }) => [
        name,
        all
          .map(({ partition }) => ({ topic: name, partition }))
          .sort((left, right) => left.partition - right.partition),
      ]),
    );
    const atMs = clock.elapsedMs();
    return [...changes.surroundings(atMs, topics, groups), ...assignments(atMs, groups)];
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
      const seen = await readBracket(reader, clock, wanted);
      return [...events, ...seen, ...changes.offsets(seen)];
    },
    close: () => reader.close(),
  };
};
