import { KnownError } from '../errors.ts';
import type { Clock } from '../clock.ts';
import type { GroupTarget } from '../plan.ts';
import type { Observation } from '../record/observation.ts';
import { connectKafka, type KafkaReader } from './kafka-client.ts';
import type { Sampler } from './sampler.ts';

/**
 * Offsets of consumer groups. Committed offsets are read before the end offsets and once more after them, which
 * brackets the lag at the moment the broker answered with the end offsets.
 */
export const consumerOffsets: Sampler = {
  id: 'kafka',
  open: async ({ plan, clock }) => {
    if (plan.kafka === undefined) return { sample: async () => [], close: async () => {} };
    const reader = await connectKafka(plan.kafka);
    try {
      const targets = await resolveTargets(reader, plan.kafka.groups);
      return {
        sample: async () =>
          (await Promise.all(targets.map((target) => readGroup(reader, clock, target)))).flat(),
        close: () => reader.close(),
      };
    } catch (error) {
      await reader.close();
      throw error;
    }
  },
};

type ResolvedTarget = { readonly group: string; readonly topics: readonly string[] };

const resolveTargets = async (
  reader: KafkaReader,
  targets: readonly GroupTarget[],
): Promise<ResolvedTarget[]> => {
  const [groups, topics] = [await reader.groups(), await reader.topics()];
  return Promise.all(
    targets.map(async ({ group, topics: wanted }) => {
      if (!groups.includes(group)) {
        throw new KnownError('group-missing', `the consumer group '${group}' does not exist on the broker`, {
          remedy: `start its consumer first, or name one of: ${shortList(groups)}`,
        });
      }
      const missing = wanted?.find((topic) => !topics.includes(topic));
      if (missing !== undefined) {
        throw new KnownError('topic-missing', `the topic '${missing}' does not exist on the broker`, {
          remedy: `name one of: ${shortList(topics.filter((topic) => !topic.startsWith('__')))}`,
        });
      }
      const found = wanted ?? (await reader.topicsOf(group));
      if (found.length === 0) {
        throw new KnownError(
          'topic-missing',
          `the consumer group '${group}' has committed nothing and holds no partition`,
          {
            remedy: 'say which topics it reads, e.g. --topic coupon-issue',
          },
        );
      }
      return { group, topics: found };
    }),
  );
};

const shortList = (names: readonly string[]): string =>
  names.length === 0
    ? '(there is none)'
    : [...names].sort().slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');

const readGroup = async (
  reader: KafkaReader,
  clock: Clock,
  { group, topics }: ResolvedTarget,
): Promise<Observation[]> => {
  const fromMs = clock.elapsedMs();
  const before = await reader.committed(group, topics);
  const ends = await Promise.all(
    topics.map(async (topic) => {
      const endSentMs = clock.elapsedMs();
      const partitions = await reader.ends(topic);
      return { topic, partitions, endSentMs, endReceivedMs: clock.elapsedMs() };
    }),
  );
  const after = await reader.committed(group, topics);
  const toMs = clock.elapsedMs();
  return ends.flatMap(({ topic, partitions, endSentMs, endReceivedMs }) =>
    [...partitions]
      .sort((left, right) => left.partition - right.partition)
      .map(({ partition, end, logStart }): Observation => ({
        kind: 'offsets',
        group,
        topic,
        partition,
        sample: {
          fromMs,
          toMs,
          endSentMs,
          endReceivedMs,
          committedBefore: before.get(topic)?.get(partition) ?? null,
          committedAfter: after.get(topic)?.get(partition) ?? null,
          end,
          logStart,
        },
      })),
  );
};
