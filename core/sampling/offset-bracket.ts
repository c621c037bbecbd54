import type { Clock } from '../clock.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import { partitionKey, type TopicPartition } from '../kafka/topic-partition.ts';
import type { Committed } from '../kafka/read-groups.ts';
import type { LogBounds } from '../kafka/read-offsets.ts';
import type { Unread } from '../kafka/router.ts';
import type { Observation } from '../record/observation.ts';
import type { OffsetSample } from '../record/run-record.ts';

export type BracketWanted = { readonly group: string; readonly partitions: readonly TopicPartition[] };

type Bounds = LogBounds | (TopicPartition & Unread);

/**
 * One reading of all groups: committed offsets, the ends of their partitions, committed offsets again, each in one request per
 * broker. What cannot be read of a group or a partition is a gap of its own; throws only where nothing can be read at all. It takes
 * least where `wanted` and the lists in it are those of the reading before.
 */
export const readBracket = async (
  reader: Pick<KafkaReader, 'committed' | 'ends'>,
  clock: Clock,
  wanted: readonly BracketWanted[],
): Promise<Observation[]> => {
  const fromMs = clock.elapsedMs();
  const before = await reader.committed(wanted);
  const endSentMs = clock.elapsedMs();
  const bounds = await reader.ends(allOf(wanted), { logStart: true, highWatermark: true });
  const endReceivedMs = clock.elapsedMs();
  const after = await reader.committed(wanted);
  const times = { fromMs, toMs: clock.elapsedMs(), endSentMs, endReceivedMs };
  const byKey = new Map(bounds.map((each) => [partitionKey(each), each]));
  const seen: Observation[] = [];
  const unread = new Set<string>();
  for (const { group, partitions } of wanted) {
    const [first, second] = [before.get(group), after.get(group)];
    for (const each of partitions) {
      const { topic, partition } = each;
      const sample = sampleOf(each, first, byKey.get(partitionKey(each)), second, times);
      if (typeof sample === 'string') unread.add(`${group}/${topic}: ${sample}`);
      else seen.push({ kind: 'offsets', group, topic, partition, sample });
    }
  }
  const [reason] = unread;
  if (seen.length === 0 && reason !== undefined) throw new Error(reason.slice(reason.indexOf(': ') + 2));
  // One gap for all partitions of a group's topic that cannot be read for the same reason.
  for (const cause of unread)
    seen.push({
      kind: 'gap',
      gap: { source: 'kafka-partition', fromMs, toMs: times.toMs, reason: cause },
    });
  return seen;
};

const kept = new WeakMap<readonly BracketWanted[], readonly TopicPartition[]>();

/** Each partition once, though several groups read it. */
const allOf = (wanted: readonly BracketWanted[]): readonly TopicPartition[] => {
  const known = kept.get(wanted);
  if (known !== undefined) return known;
  const once = new Map<string, TopicPartition>();
  for (const { partitions } of wanted) for (const each of partitions) once.set(partitionKey(each), each);
  const all = [...once.values()];
  kept.set(wanted, all);
  return all;
};

type Times = Pick<OffsetSample, 'fromMs' | 'toMs' | 'endSentMs' | 'endReceivedMs'>;
type Answer = Committed | Unread | undefined;

/** A text is the reason why there is none. */
const sampleOf = (
  { topic, partition }: TopicPartition,
  before: Answer,
  bounds: Bounds | undefined,
  after: Answer,
  { fromMs, toMs, endSentMs, endReceivedMs }: Times,
): OffsetSample | string => {
  if (bounds === undefined || 'reason' in bounds) return bounds?.reason ?? 'no answer';
  const committedBefore = committedOf(before, topic, partition);
  const committedAfter = committedOf(after, topic, partition);
  if (typeof committedBefore === 'string') return committedBefore;
  if (typeof committedAfter === 'string') return committedAfter;
  const { end, logStart, highWatermark } = bounds;
  const sample = { fromMs, toMs, endSentMs, endReceivedMs, committedBefore, committedAfter, end, logStart };
  return highWatermark !== null && highWatermark > end ? { ...sample, highWatermark } : sample;
};

/** A text is the reason why it could not be read. */
const committedOf = (answer: Answer, topic: string, partition: number): bigint | null | string => {
  if (answer === undefined) return 'no answer';
  if ('reason' in answer) return answer.reason;
  const offset = answer.get(topic)?.get(partition) ?? null;
  return typeof offset === 'object' && offset !== null ? offset.reason : offset;
};
