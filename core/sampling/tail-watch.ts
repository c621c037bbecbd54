import type { TopicPartition } from '../kafka/topic-partition.ts';
import { GroupTopicMap } from '../record/group-topic-map.ts';
import type { Observation } from '../record/observation.ts';
import type { OffsetBlock } from '../record/offset-block.ts';
import type { OffsetContent } from '../record/run-record.ts';

/** Whether only markers stand from one offset up to another; rejects where it cannot be read. */
export type ReadTail = (of: TopicPartition, from: bigint, to: bigint) => Promise<boolean>;

/** Readings without any change after which it is worth looking: a live consumer would have moved. */
const stillReadings = 3;
/** A marker is one offset; a longer rest than this is messages. */
const longestTail = 100n;
/** Looks of one tick, whatever the number of partitions. */
const looksPerTick = 4;

type Tail = {
  readonly from: bigint;
  readonly to: bigint;
  /** Readings in which it was seen, but for those since the block last changed. */
  readings: number;
  isMarkersOnly: boolean | undefined;
  /** The newest content behind which it stands, with and without the mark. */
  marked: { readonly plain: OffsetContent; readonly content: OffsetContent } | undefined;
};

/** Of one group's topic. */
type Topic = {
  /** By partition, what was last looked at, whether it stands now or not. */
  readonly known: Tail[];
  block: OffsetBlock;
  /** In the order of the block, where a rest stands. */
  standing: readonly (Tail | undefined)[];
  /** Readings since the block last changed. */
  still: number;
  /** How many of those that stand nobody has looked at. */
  open: number;
  /** The block with its marks; undefined where that has to be made. */
  marked: OffsetBlock | undefined;
};

/**
 * Marks the samples behind whose committed offset there are only the markers that end transactions: a group that does not
 * commit behind markers would seem to lag for ever. Looks once at a rest that is short and has stood still; a rest that could not be
 * read counts as messages until it changes.
 */
export const createTailWatch = (
  readTail: ReadTail,
): ((seen: readonly Observation[]) => Promise<Observation[]>) => {
  const topics = new GroupTopicMap<Topic>();

  const take = (block: OffsetBlock): Topic => {
    const topic = topics.get(block);
    if (topic === undefined) {
      const made = begin(block, []);
      topics.set(block, made);
      return made;
    }
    if (topic.block !== block) Object.assign(topic, begin(block, topic.known, topic));
    topic.still += 1;
    return topic;
  };

  return async (seen) => {
    const looks: Promise<void>[] = [];
    const look = async (of: TopicPartition, tail: Tail, topic: Topic): Promise<void> => {
      topic.open -= 1;
      tail.isMarkersOnly = await readTail(of, tail.from, tail.to).catch(() => false);
      if (tail.isMarkersOnly) topic.marked = undefined;
    };
    const taken = seen.map((each) => (each.kind === 'offsets' ? take(each.block) : undefined));
    for (const topic of taken) {
      if (looks.length === looksPerTick) break;
      if (topic === undefined || topic.open === 0) continue;
      const { block, still } = topic;
      for (const [index, tail] of topic.standing.entries()) {
        if (tail === undefined || tail.isMarkersOnly !== undefined || tail.readings + still < stillReadings)
          continue;
        if (looks.length === looksPerTick) break;
        const partition = block.partitions[index] as number;
        looks.push(look({ topic: block.topic, partition }, tail, topic));
      }
    }
    await Promise.all(looks);
    return seen.map((each, index) => {
      const topic = taken[index];
      if (each.kind !== 'offsets' || topic === undefined) return each;
      topic.marked ??= markedBlock(topic);
      return topic.marked === each.block ? each : { ...each, block: topic.marked };
    });
  };
};

/** What stands in a block, with what is known of it as long as it stands still. */
const begin = (block: OffsetBlock, known: Tail[], before?: Topic): Topic => {
  for (const tail of before?.standing ?? []) if (tail !== undefined) tail.readings += before?.still ?? 0;
  const isSamePlaces = before?.block.partitions === block.partitions;
  let open = 0;
  const standing = block.contents.map((content, index) => {
    const isSame = isSamePlaces && before?.block.contents[index] === content;
    const tail = isSame ? before.standing[index] : tailOf(content, known, block.partitions[index] as number);
    if (tail !== undefined && tail.isMarkersOnly === undefined) open += 1;
    return tail;
  });
  return { known, block, standing, still: before === undefined ? 1 : 0, open, marked: undefined };
};

const markedBlock = ({ block, standing }: Topic): OffsetBlock => {
  if (!standing.some((tail) => tail?.isMarkersOnly === true)) return block;
  return {
    ...block,
    contents: block.contents.map((content, index) => {
      const tail = standing[index];
      if (tail?.isMarkersOnly !== true) return content;
      if (tail.marked?.plain !== content)
        tail.marked = { plain: content, content: { ...content, isMarkersOnly: true } };
      return tail.marked.content;
    }),
  };
};

/** The rest behind a committed offset that is short enough. */
const tailOf = (content: OffsetContent, known: Tail[], partition: number): Tail | undefined => {
  const rest = restOf(content);
  if (rest === undefined) return undefined;
  const last = known[partition];
  if (last?.from === rest.from && last.to === rest.to) return last;
  // Field by field: V8 gives what a spread has made a list of its own for the rest of its fields.
  const { from, to } = rest;
  const tail: Tail = { from, to, readings: 0, isMarkersOnly: undefined, marked: undefined };
  known[partition] = tail;
  return tail;
};

const restOf = (content: OffsetContent): { from: bigint; to: bigint } | undefined => {
  const { committedBefore, committedAfter, end, highWatermark = end, logStart } = content;
  // An open transaction holds messages, whatever was written of it.
  if (committedBefore === null || committedBefore !== committedAfter || highWatermark !== end)
    return undefined;
  if (logStart !== null && committedBefore < logStart) return undefined;
  const length = end - committedBefore;
  return length > 0n && length <= longestTail ? { from: committedBefore, to: end } : undefined;
};
