import { elapsedAtWallTime, type Clock } from '../clock.ts';
import { groupPartition, groupTopic } from '../kafka/group-partition.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import { partitionsByTopic } from '../kafka/places.ts';
import { partitionKey, type TopicPartition } from '../kafka/topic-partition.ts';
import { clockReading } from '../record/clock-reading.ts';
import type { Observation } from '../record/observation.ts';

/** Answers that another moment may mend; every other ends the asking. */
const isPassing = (reason: string): boolean => !/AUTHORIZATION|UNSUPPORTED|UNKNOWN_TOPIC/.test(reason);

/**
 * Reads the clocks of group coordinators. Kafka tells its time nowhere, but a coordinator stamps each commit with it: the
 * record with the greatest time behind a watched group is asked for at each reading, and one that was not there at the reading
 * before was stamped since (or, by as long as its replication took, just before). Nothing is read but offsets and times; where
 * the topic of commits may not be described, or the broker is older than 3.0, there is no reading.
 */
export const createBrokerClock = (
  reader: Pick<KafkaReader, 'greatestTimes' | 'topicsNamed'>,
  clock: Clock,
): ((groups: readonly string[]) => Promise<Observation[]>) => {
  const newest = new Map<string, { readonly timestampMs: number; readonly askedMs: number }>();
  let all: readonly TopicPartition[] | undefined;
  let isRefused = false;

  const read = async (groups: readonly string[]): Promise<Observation[]> => {
    all ??= partitionsByTopic(await reader.topicsNamed([groupTopic])).get(groupTopic);
    // The topic is made with the first commit of the cluster.
    if (all === undefined || all.length === 0) return [];
    const { length } = all;
    const wanted = new Set(groups.map((group) => groupPartition(group, length)));
    const askedMs = clock.elapsedMs();
    const answers = await reader.greatestTimes(all.filter(({ partition }) => wanted.has(partition)));
    const latestMs = clock.elapsedMs();
    return answers.flatMap((answer): Observation[] => {
      if ('reason' in answer) {
        isRefused ||= !isPassing(answer.reason);
        return [];
      }
      const { timestampMs } = answer;
      if (timestampMs === null) return [];
      const before = newest.get(partitionKey(answer));
      newest.set(partitionKey(answer), { timestampMs, askedMs });
      if (before === undefined || before.timestampMs === timestampMs) return [];
      const stampedMs = elapsedAtWallTime(clock, timestampMs);
      return clockReading('kafka', { stampedMs, earliestMs: before.askedMs, latestMs });
    });
  };
  return async (groups) => {
    if (isRefused || groups.length === 0) return [];
    // The lag that was read meanwhile is not to suffer from it.
    return read(groups).catch(() => []);
  };
};
