import type { TopicPartition } from '../kafka/topic-partition.ts';
import { GroupTopicMap } from '../record/group-topic-map.ts';
import { LastContents } from '../record/last-contents.ts';
import type { Observation } from '../record/observation.ts';
import type { OffsetBlock } from '../record/offset-block.ts';
import { partitionBytes } from '../record/partition-column.ts';
import type { OffsetContent } from '../record/run-record.ts';

/** Whether only markers stand from one offset up to another; rejects where it cannot be read. */
export type ReadTail = (of: TopicPartition, from: bigint, to: bigint) => Promise<boolean>;

/** Readings without any change after which it is worth looking: a live consumer would have moved. */
const stillReadings = 3;
/** A marker is one offset; a longer rest than this is messages. */
const longestTail = 100n;
/** Looks of one tick, whatever the number of partitions. */
const looksPerTick = 4;

/** What is kept of a rest: its readings from `notYetSeen` on, that there is none, or that somebody has looked at it. */
const [noRest, notYetSeen, lookedAt] = [0, 1, 255];
const enough = notYetSeen + stillReadings;

type Rest = { readonly from: bigint; readonly to: bigint };

/** Of one group's topic. */
type Topic = {
  readonly last: LastContents;
  /** Partitions with a rest that somebody has looked at, and that is nothing but markers. */
  readonly markersOnly: Set<number>;
  block: OffsetBlock;
  /** By partition, the readings in which its rest was seen up to when the block last changed; not more than are enough. */
  readonly seenIn: ReturnType<typeof partitionBytes>;
  /** Readings since then. */
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
    let topic = topics.get(block);
    if (topic === undefined) topics.set(block, (topic = newTopic(block)));
    takeBlock(topic, block);
    topic.still += 1;
    return topic;
  };

  return async (seen) => {
    const looks: Promise<void>[] = [];
    const look = async (topic: Topic, index: number): Promise<void> => {
      const { block, markersOnly, seenIn } = topic;
      const partition = block.partitions[index] as number;
      const { from, to } = restOf(block.contents.at(index) as OffsetContent) as Rest;
      seenIn.set(partition, lookedAt);
      topic.open -= 1;
      if (!(await readTail({ topic: block.topic, partition }, from, to).catch(() => false))) return;
      markersOnly.add(partition);
      topic.marked = undefined;
    };
    const taken = seen.map((each) => (each.kind === 'offsets' ? take(each.block) : undefined));
    for (const topic of taken) {
      if (looks.length === looksPerTick) break;
      if (topic === undefined || topic.open === 0) continue;
      for (const index of worthLooking(topic)) {
        if (looks.length === looksPerTick) break;
        looks.push(look(topic, index));
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

const newTopic = (block: OffsetBlock): Topic => ({
  last: new LastContents(),
  markersOnly: new Set(),
  block,
  seenIn: partitionBytes(),
  still: 0,
  open: 0,
  marked: undefined,
});

/** What stands in a block, with what is known of it as long as it stands still. */
const takeBlock = (topic: Topic, block: OffsetBlock): void => {
  const { last, markersOnly, seenIn } = topic;
  if (block !== topic.block) countReadings(topic);
  const isNews = last.take(block, (partition, now, before) => {
    const rest = restOf(now);
    if (isSameRest(rest, before && restOf(before))) return;
    markersOnly.delete(partition);
    seenIn.set(partition, rest === undefined ? noRest : notYetSeen);
  });
  if (!isNews) return;
  const open = block.partitions.filter((partition) => isOpen(seenIn.get(partition))).length;
  Object.assign(topic, { block, open, still: 0, marked: undefined });
};

/** Adds the readings since the block last changed. */
const countReadings = ({ block, seenIn, still }: Topic): void => {
  for (const partition of block.partitions) {
    const readings = seenIn.get(partition);
    if (isOpen(readings)) seenIn.set(partition, Math.min(readings + still, enough));
  }
};

const isOpen = (readings: number | undefined): readings is number =>
  readings !== undefined && readings !== lookedAt;

/** Places in the block of rests that have stood still, and that nobody has looked at. */
function* worthLooking({ block, seenIn, still }: Topic): Generator<number> {
  for (const [index, partition] of block.partitions.entries()) {
    const readings = seenIn.get(partition);
    if (isOpen(readings) && readings + still >= enough) yield index;
  }
}

const markedBlock = ({ block, markersOnly }: Topic): OffsetBlock => {
  if (markersOnly.size === 0) return block;
  // What a block says stays as it is.
  const marked = new Set(markersOnly);
  const { partitions, contents } = block;
  const markedAt = (index: number): OffsetContent | undefined => {
    const content = contents.at(index);
    const isMarked = content !== undefined && marked.has(partitions[index] as number);
    return isMarked ? { ...content, isMarkersOnly: true } : content;
  };
  return { ...block, contents: { length: contents.length, at: markedAt } };
};

const isSameRest = (one: Rest | undefined, other: Rest | undefined): boolean =>
  one !== undefined && other !== undefined && one.from === other.from && one.to === other.to;

/** The rest behind a committed offset that is short enough. */
const restOf = (content: OffsetContent): Rest | undefined => {
  const { committedBefore, committedAfter, end, highWatermark = end, logStart } = content;
  // An open transaction holds messages, whatever was written of it.
  if (committedBefore === null || committedBefore !== committedAfter || highWatermark !== end)
    return undefined;
  if (logStart !== null && committedBefore < logStart) return undefined;
  const length = end - committedBefore;
  return length > 0n && length <= longestTail ? { from: committedBefore, to: end } : undefined;
};
