import type { TopicPartition } from '../kafka/topic-partition.ts';
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
type Tail = { key: string; readings: number; isMarkersOnly: boolean | undefined };

/**
 * Marks the samples behind whose committed offset there are only the markers that end transactions: a group that does not
 * commit behind markers would seem to lag for ever. Looks once at a rest that is short and has stood still; a rest that could not be
 * read counts as messages until it changes.
 */
export const createTailWatch = (
  readTail: ReadTail,
): ((seen: readonly Observation[]) => Promise<Observation[]>) => {
  const tails = new Map<string, Tail>();
  return async (seen) => {
    let looks = 0;
    return Promise.all(
      seen.map(async (each) => {
        const rest = restOf(each);
        if (each.kind !== 'offsets' || rest === undefined) return each;
        const name = JSON.stringify([each.group, each.topic, each.partition]);
        const key = `${rest.from}-${rest.to}`;
        const known = tails.get(name);
        const tail: Tail = known?.key === key ? known : { key, readings: 0, isMarkersOnly: undefined };
        tails.set(name, tail);
        tail.readings += 1;
        if (tail.isMarkersOnly === undefined && tail.readings >= stillReadings && looks < looksPerTick) {
          looks += 1;
          tail.isMarkersOnly = await readTail(each, rest.from, rest.to).catch(() => false);
        }
        return tail.isMarkersOnly
          ? { ...each, sample: { ...each.sample, isMarkersOnly: true as const } }
          : each;
      }),
    );
  };
};

const restOf = (seen: Observation): { from: bigint; to: bigint } | undefined => {
  if (seen.kind !== 'offsets') return undefined;
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
