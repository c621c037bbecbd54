import type { Clock } from '../clock.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import { partitionKey, type TopicPartition } from '../kafka/topic-partition.ts';
import type { Committed } from '../kafka/read-groups.ts';
import type { Unread } from '../kafka/router.ts';
import type { PartitionBounds, TopicBounds } from '../kafka/topic-bounds.ts';
import { isSameContent, type OffsetBlock } from '../record/offset-block.ts';
import type { Observation } from '../record/observation.ts';
import type { OffsetContent } from '../record/run-record.ts';
import { marksOf, type PartitionMarks, type Surroundings } from './surroundings.ts';

export type BracketWanted = { readonly group: string; readonly partitions: readonly TopicPartition[] };

/**
 * One reading of all groups: committed offsets, the ends of their partitions, committed offsets again, each in one request per
 * broker, with the state of each group and topic as it was last seen. What cannot be read of a group or a partition is a gap of its
 * own; throws only where nothing can be read at all. As long as `wanted` and the lists in it are those of the reading before, what
 * has not changed is not looked at, and is the same object.
 */
export const readBracket = async (
  reader: Pick<KafkaReader, 'committed' | 'endsByTopic'>,
  clock: Clock,
  wanted: readonly BracketWanted[],
  surroundings: Surroundings,
): Promise<Observation[]> => {
  const fromMs = clock.elapsedMs();
  const before = await reader.committed(wanted);
  const endSentMs = clock.elapsedMs();
  const bounds = await reader.endsByTopic(allOf(wanted), { logStart: true, highWatermark: true });
  const endReceivedMs = clock.elapsedMs();
  const after = await reader.committed(wanted);
  const times = { fromMs, toMs: clock.elapsedMs(), endSentMs, endReceivedMs };
  const seen: Observation[] = [];
  const unread = new Set<string>();
  for (const each of wanted) {
    const { group } = each;
    const [first, second] = [before.get(group), after.get(group)];
    for (const topic of topicsOf(each)) {
      const block = blockOf(topic, {
        before: answerOf(first, topic.topic),
        bounds: bounds.get(topic.topic),
        after: answerOf(second, topic.topic),
        marks: marksOf(topic, surroundings),
      });
      for (const reason of topic.unread) unread.add(`${group}/${topic.topic}: ${reason}`);
      if (block.partitions.length > 0) seen.push({ kind: 'offsets', times, block });
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

/** Committed offsets of a topic's partitions; null where the group has committed nothing there; why they could not be read. */
type TopicCommitted = NonNullable<ReturnType<Committed['get']>> | null | Unread;

const noAnswer: Unread = { reason: 'no answer' };

const answerOf = (answer: Committed | Unread | undefined, topic: string): TopicCommitted => {
  if (answer === undefined) return noAnswer;
  return 'reason' in answer ? answer : (answer.get(topic) ?? null);
};

/** What a block is made of: as long as all of it is the same, so is the block. */
type Sources = {
  readonly before: TopicCommitted;
  readonly bounds: TopicBounds | undefined;
  readonly after: TopicCommitted;
  readonly marks: PartitionMarks;
};

/** The newest block of a group's topic. */
type Topic = {
  readonly group: string;
  readonly topic: string;
  readonly partitions: readonly number[];
  sources: Sources | undefined;
  block: OffsetBlock;
  /** Why partitions are not in it. */
  unread: ReadonlySet<string>;
};

type Places = { readonly topic: string; readonly partitions: readonly number[] };

const places = new WeakMap<readonly TopicPartition[], readonly Places[]>();

/** By topic; groups that have the same list have these together. */
const placesOf = (all: readonly TopicPartition[]): readonly Places[] => {
  const known = places.get(all);
  if (known !== undefined) return known;
  const made = [...Map.groupBy(all, ({ topic }) => topic)].map(([topic, those]) => ({
    topic,
    partitions: those.map(({ partition }) => partition),
  }));
  places.set(all, made);
  return made;
};

const topics = new WeakMap<BracketWanted, readonly Topic[]>();

const topicsOf = (wanted: BracketWanted): readonly Topic[] => {
  const known = topics.get(wanted);
  if (known !== undefined) return known;
  const { group } = wanted;
  const made = placesOf(wanted.partitions).map(({ topic, partitions }): Topic => ({
    group,
    topic,
    partitions,
    sources: undefined,
    block: { group, topic, partitions: [], contents: [] },
    unread: new Set(),
  }));
  topics.set(wanted, made);
  return made;
};

const blockOf = (of: Topic, sources: Sources): OffsetBlock => {
  const { sources: known } = of;
  if (
    known?.before === sources.before &&
    known.after === sources.after &&
    known.bounds === sources.bounds &&
    known.marks === sources.marks
  )
    return of.block;
  const partitions: number[] = [];
  const unread = new Set<string>();
  for (const partition of of.partitions) {
    const content = contentOf(partition, sources);
    if (typeof content === 'string') unread.add(content);
    else partitions.push(partition);
  }
  of.sources = sources;
  of.unread = unread;
  const block = blockFrom(of, unread.size === 0 ? of.partitions : partitions, sources);
  if (!isSameBlock(block, of.block)) of.block = block;
  return of.block;
};

const blockFrom = (
  { group, topic }: Topic,
  partitions: readonly number[],
  sources: Sources,
): OffsetBlock => ({
  group,
  topic,
  partitions,
  contents: {
    length: partitions.length,
    at: (index) => {
      const partition = partitions[index];
      return partition === undefined ? undefined : (contentOf(partition, sources) as OffsetContent);
    },
  },
});

const isSameBlock = (one: OffsetBlock, other: OffsetBlock): boolean =>
  one.partitions === other.partitions &&
  one.partitions.every((_, index) =>
    isSameContent(one.contents.at(index) as OffsetContent, other.contents.at(index) as OffsetContent),
  );

/** A text is the reason why there is none. */
const contentOf = (partition: number, { before, bounds, after, marks }: Sources): OffsetContent | string => {
  const bound: PartitionBounds | Unread | undefined = bounds?.get(partition);
  if (bound === undefined || 'reason' in bound) return bound?.reason ?? 'no answer';
  const committedBefore = committedOf(before, partition);
  const committedAfter = committedOf(after, partition);
  if (typeof committedBefore === 'string') return committedBefore;
  if (typeof committedAfter === 'string') return committedAfter;
  const { end, logStart, highWatermark } = bound;
  const content = { committedBefore, committedAfter, end, logStart };
  const isOpen = highWatermark !== null && highWatermark > end;
  if (!isOpen && marks.isPlain) return content;
  const { groupState, isCompacted } = marks.ofTopic;
  // The rule for groups without members; an object that is put together by spreads takes half as much again.
  if (!isOpen && isCompacted === undefined && marks.added.size === 0 && groupState !== undefined)
    return { committedBefore, committedAfter, end, logStart, groupState };
  return {
    ...content,
    ...(isOpen ? { highWatermark } : {}),
    ...marks.ofTopic,
    ...(marks.added.has(partition) ? { isAdded: true as const } : {}),
  };
};

/** A text is the reason why it could not be read. */
const committedOf = (answer: TopicCommitted, partition: number): bigint | null | string => {
  if (answer === null) return null;
  if ('reason' in answer) return answer.reason;
  const offset = answer.get(partition) ?? null;
  return typeof offset === 'object' && offset !== null ? offset.reason : offset;
};
