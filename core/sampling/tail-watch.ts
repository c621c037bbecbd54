import type { TopicPartition } from '../kafka/topic-partition.ts';
import { GroupPartitionMap } from '../record/group-partition-map.ts';
import type { Observation } from '../record/observation.ts';

/** Whether only markers stand from one offset up to another; rejects where it cannot be read. */
export type ReadTail = (of: TopicPartition, from: bigint, to: bigint) => Promise<boolean>;

/** Readings without any change after which it is worth looking: a live consumer would have moved. */
const stillReadings = 3;
/** A marker is one offset; a longer rest than this is messages. */
const longestTail = 100n;
/** Looks of one tick, whatever the number of partitions. */
const looksPerTick = 4;

type Offsets = Extract<Observation, { kind: 'offsets' }>;
type Tail = {
  readonly from: bigint;
  readonly to: bigint;
  readings: number;
  isMarkersOnly: boolean | undefined;
};

/**
 * Marks the samples behind whose committed offset there are only the markers that end transactions: a group that does not
 * commit behind markers would seem to lag for ever. Looks once at a rest that is short and has stood still; a rest that could not be
 * read counts as messages until it changes.
 */
export const createTailWatch = (
  readTail: ReadTail,
): ((seen: readonly Observation[]) => Promise<Observation[]>) => {
  const tails = new GroupPartitionMap<Tail>();
  return async (seen) => {
    const looks: Promise<void>[] = [];
    const look = async (of: TopicPartition, tail: Tail): Promise<void> => {
      tail.isMarkersOnly = await readTail(of, tail.from, tail.to).catch(() => false);
    };
    const standing = seen.map((each) => {
      const tail = each.kind === 'offsets' ? tailOf(each, tails) : undefined;
      if (each.kind !== 'offsets' || tail === undefined) return undefined;
      tail.readings += 1;
      if (tail.isMarkersOnly === undefined && tail.readings >= stillReadings && looks.length < looksPerTick)
        looks.push(look(each, tail));
      return tail;
    });
    await Promise.all(looks);
    return seen.map((each, index) =>
      each.kind === 'offsets' && standing[index]?.isMarkersOnly === true
        ? { ...each, sample: { ...each.sample, isMarkersOnly: true as const } }
        : each,
    );
  };
};

/** The rest behind a committed offset that is short enough, with what is known of it as long as it stands still. */
const tailOf = (seen: Offsets, tails: GroupPartitionMap<Tail>): Tail | undefined => {
  const rest = restOf(seen);
  if (rest === undefined) return undefined;
  const known = tails.get(seen);
  if (known?.from === rest.from && known.to === rest.to) return known;
  const tail: Tail = { ...rest, readings: 0, isMarkersOnly: undefined };
  tails.set(seen, tail);
  return tail;
};

const restOf = (seen: Offsets): { from: bigint; to: bigint } | undefined => {
  const {
    committedBefore,
    committedAfter,
    end,
    highWatermark = end,
    logStart,
  }: Offsets['sample'] = seen.sample;
  // An open transaction holds messages, whatever was written of it.
  if (committedBefore === null || committedBefore !== committedAfter || highWatermark !== end)
    return undefined;
  if (logStart !== null && committedBefore < logStart) return undefined;
  const length = end - committedBefore;
  return length > 0n && length <= longestTail ? { from: committedBefore, to: end } : undefined;
};
