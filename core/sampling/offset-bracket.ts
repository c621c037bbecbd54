import type { Clock } from '../clock.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import { partitionKey, type TopicPartition } from '../kafka/topic-partition.ts';
import type { Committed } from '../kafka/read-groups.ts';
import type { LogBounds } from '../kafka/read-offsets.ts';
import type { Observation } from '../record/observation.ts';

export type BracketWanted = { readonly group: string; readonly partitions: readonly TopicPartition[] };

type CommittedOf = ReadonlyMap<string, Committed | { readonly reason: string }>;
type Bounds = LogBounds | (TopicPartition & { readonly reason: string });

/**
 * One reading of all groups: committed offsets, the ends of their partitions, committed offsets again, each in one request per
 * broker. What cannot be read of a group or a partition is a gap of its own; throws only where nothing can be read at all.
 */
export const readBracket = async (
  reader: Pick<KafkaReader, 'committed' | 'ends'>,
  clock: Clock,
  wanted: readonly BracketWanted[],
): Promise<Observation[]> => {
  const all = new Map(
    wanted.flatMap(({ partitions }) => partitions.map((each) => [partitionKey(each), each])),
  );
  const fromMs = clock.elapsedMs();
  const before = await reader.committed(wanted);
  const endSentMs = clock.elapsedMs();
  const bounds = await reader.ends([...all.values()], { logStart: true, highWatermark: true });
  const endReceivedMs = clock.elapsedMs();
  const after = await reader.committed(wanted);
  const times = { fromMs, toMs: clock.elapsedMs(), endSentMs, endReceivedMs };
  const byKey = new Map(bounds.map((each) => [partitionKey(each), each]));
  const readings = wanted.flatMap(({ group, partitions }) =>
    partitions.map((each) =>
      readingOf(group, each, { before, after, bounds: byKey.get(partitionKey(each)) }),
    ),
  );
  const seen = readings.flatMap((reading): Observation[] =>
    'reason' in reading ? [] : [{ kind: 'offsets', ...reading.of, sample: { ...times, ...reading.sample } }],
  );
  const reasons = readings.flatMap((reading) => ('reason' in reading ? [reading] : []));
  const [first] = reasons;
  if (seen.length === 0 && first !== undefined) throw new Error(first.reason);
  return [...seen, ...gapsOf(reasons, fromMs, times.toMs)];
};

type Reading =
  | {
      readonly of: { readonly group: string; readonly topic: string; readonly partition: number };
      readonly sample: Pick<
        Extract<Observation, { kind: 'offsets' }>['sample'],
        'committedBefore' | 'committedAfter' | 'end' | 'highWatermark' | 'logStart'
      >;
    }
  | { readonly of: { readonly group: string; readonly topic: string }; readonly reason: string };

const readingOf = (
  group: string,
  { topic, partition }: TopicPartition,
  { before, after, bounds }: { before: CommittedOf; after: CommittedOf; bounds: Bounds | undefined },
): Reading => {
  const of = { group, topic, partition };
  const [first, second] = [before, after].map((answers) => committedOf(answers.get(group), topic, partition));
  if (bounds === undefined || 'reason' in bounds) return { of, reason: bounds?.reason ?? 'no answer' };
  if (typeof first === 'string' || typeof second === 'string')
    return { of, reason: typeof first === 'string' ? first : String(second) };
  const { end, logStart, highWatermark } = bounds;
  return {
    of,
    sample: {
      committedBefore: first ?? null,
      committedAfter: second ?? null,
      end,
      ...(highWatermark !== null && highWatermark > end ? { highWatermark } : {}),
      logStart,
    },
  };
};

/** A text is the reason why it could not be read. */
const committedOf = (
  answer: Committed | { readonly reason: string } | undefined,
  topic: string,
  partition: number,
): bigint | null | string => {
  if (answer === undefined) return 'no answer';
  if ('reason' in answer) return answer.reason;
  const offset = answer.get(topic)?.get(partition) ?? null;
  return typeof offset === 'object' && offset !== null ? offset.reason : offset;
};

/** One gap for all partitions of a group's topic that cannot be read for the same reason. */
const gapsOf = (
  unread: readonly Extract<Reading, { reason: string }>[],
  fromMs: number,
  toMs: number,
): Observation[] => {
  const causes = new Set(unread.map(({ of, reason }) => `${of.group}/${of.topic}: ${reason}`));
  return [...causes].map((reason) => ({
    kind: 'gap',
    gap: { source: 'kafka-partition', fromMs, toMs, reason },
  }));
};
