import type { Clock } from '../clock.ts';
import { connectKafka, type KafkaReader } from '../kafka/kafka-reader.ts';
import { findTargets, type FoundTargets } from '../kafka/watch-targets.ts';
import type { TimeLagBy } from '../time-lag-ways.ts';
import type { Observation } from '../record/observation.ts';
import { createBrokerClock } from './broker-clock.ts';
import { createOffsetWatch } from './offset-watch.ts';
import type { Sampler, SamplingSession } from './sampler.ts';
import { createTargetDiscovery, type TargetDiscovery } from './target-discovery.ts';

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
  const offsets = createOffsetWatch(() => reader, clock, by);
  const readClock = createBrokerClock(reader, clock);
  offsets.aim(targets, found.topicNames);
  await offsets.lookAround();
  // What is seen while offsets cannot be read is told with the next that can.
  const untold = shareGroupEvents(found, clock.elapsedMs());
  return {
    sample: async () => {
      const news = discovery.take();
      if (news !== undefined) {
        untold.push(...news.events);
        targets = news.targets;
        offsets.aim(targets, found.topicNames);
      }
      const seen = await offsets.read();
      const clockSeen = await readClock(targets.map(({ group }) => group));
      return [...untold.splice(0), ...seen, ...clockSeen];
    },
    close: async () => {
      await discovery.close();
      await reader.close();
    },
  };
};

/** A pattern may match groups that have no lag by offsets. */
const shareGroupEvents = ({ shareGroups }: FoundTargets, atMs: number): Observation[] =>
  shareGroups.map((group) => ({ kind: 'event', atMs, name: 'share-group-left-out', facts: { group } }));
