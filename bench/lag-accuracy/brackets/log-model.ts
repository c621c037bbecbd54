import type { Random } from '../../random.ts';

/** One partition as a broker keeps it, and what a group has committed on it; every change is counted. */
export type PartitionModel = {
  /** One more each time the topic was deleted and made again. */
  life: number;
  logStart: number;
  highWatermark: number;
  /** First offset of the transaction that is open. */
  openFrom: number | undefined;
  /** Offsets that hold no message: markers, and what was compacted away. */
  readonly holes: Set<number>;
  readonly markers: Set<number>;
  committed: number | null;
  /** What stood before the commit was deleted. */
  lastCommitted: number | null;
  isReadable: boolean;
  produced: number;
  /** Distance that commits went, forwards and backwards. */
  forwards: number;
  backwards: number;
};

/** What a group's members are doing. */
export type GroupDoing = 'consuming' | 'rebalancing' | 'empty';

/** How brokers call it, of either protocol. */
export const groupWords: Readonly<Record<GroupDoing, readonly string[]>> = {
  consuming: ['Stable'],
  rebalancing: ['PreparingRebalance', 'CompletingRebalance', 'Assigning', 'Reconciling'],
  empty: ['Empty'],
};

/** Members come and go; a rebalance ends by itself. */
export const changeGroup = (doing: GroupDoing, random: Random): GroupDoing => {
  if (doing === 'rebalancing') return random.next() < 0.5 ? 'consuming' : doing;
  return random.next() < 0.15 ? random.pick(['rebalancing', 'empty', 'consuming'] as const) : doing;
};

export type Habits = {
  readonly isTransactional: boolean;
  readonly isCompacted: boolean;
  /** A consumer that reads uncommitted messages. */
  readonly readsUncommitted: boolean;
  /** Share of the changes that are no ordinary produce or commit. */
  readonly troubled: number;
};

export const newPartition = (random: Random): PartitionModel => {
  const logStart = random.integer(0, 50);
  const highWatermark = logStart + random.integer(0, 60);
  return {
    life: 0,
    logStart,
    highWatermark,
    openFrom: undefined,
    holes: new Set(),
    markers: new Set(),
    committed: random.next() < 0.15 ? null : random.integer(logStart, highWatermark),
    lastCommitted: null,
    isReadable: true,
    produced: 0,
    forwards: 0,
    backwards: 0,
  };
};

/** Before it no transaction is open. */
export const stableOffset = ({ openFrom, highWatermark }: PartitionModel): number =>
  openFrom ?? highWatermark;

/** One change, drawn by the partition's habits. */
export const change = (of: PartitionModel, habits: Habits, random: Random): void => {
  if (random.next() < habits.troubled) random.pick(troubles)(of, random);
  else if (habits.isCompacted && random.next() < 0.1) compact(of, random);
  else if (random.next() < 0.5) write(of, habits, random);
  else commitForward(of, habits, random);
};

const append = (of: PartitionModel, count: number): void => {
  of.highWatermark += count;
  of.produced += count;
};

const write = (of: PartitionModel, { isTransactional }: Habits, random: Random): void => {
  if (isTransactional && of.openFrom !== undefined && random.next() < 0.5) {
    of.holes.add(of.highWatermark);
    of.markers.add(of.highWatermark);
    append(of, 1);
    of.openFrom = undefined;
    return;
  }
  if (isTransactional) of.openFrom ??= of.highWatermark;
  append(of, random.integer(1, random.next() < 0.1 ? 200 : 8));
};

/** A group that has fallen off the log, or has not begun, begins at the start of the log. */
const commitForward = (of: PartitionModel, { readsUncommitted }: Habits, random: Random): void => {
  const limit = readsUncommitted ? of.highWatermark : stableOffset(of);
  const isOff = of.committed === null || of.committed < of.logStart || of.committed > of.highWatermark;
  const from = isOff ? of.logStart : (of.committed ?? 0);
  // Most groups commit behind the last message, and not behind the marker after it.
  let to = random.next() < 0.4 ? limit : Math.min(limit, from + random.integer(0, 12));
  while (to > from && of.markers.has(to - 1) && random.next() < 0.8) to -= 1;
  if (to >= from) moveTo(of, to);
};

const moveTo = (of: PartitionModel, to: number | null): void => {
  const from = of.committed ?? of.lastCommitted ?? of.logStart;
  if (to !== null) {
    of.forwards += Math.max(0, to - (of.committed ?? Math.min(from, of.logStart)));
    of.backwards += Math.max(0, from - to);
  }
  of.lastCommitted = of.committed ?? of.lastCommitted;
  of.committed = to;
};

const compact = (of: PartitionModel, random: Random): void => {
  // Neither what an open transaction holds back nor the newest record.
  for (let offset = of.logStart; offset < stableOffset(of) - 1; offset += 1)
    if (random.next() < 0.2) of.holes.add(offset);
};

const troubles: readonly ((of: PartitionModel, random: Random) => void)[] = [
  // Offsets reset to anything that the log holds, back or forth.
  (of, random) => moveTo(of, random.integer(of.logStart, of.highWatermark)),
  (of) => moveTo(of, null),
  (of, random) => {
    of.logStart = random.integer(of.logStart, stableOffset(of));
  },
  (of, random) => {
    of.life += 1;
    of.logStart = 0;
    of.highWatermark = random.integer(0, 3);
    of.openFrom = undefined;
    of.holes.clear();
    of.markers.clear();
    // The group's commits go with the topic, unless it commits again what it still has in mind.
    if (random.next() < 0.5) of.committed = null;
  },
  // The leader moves: nobody answers for a while.
  (of) => {
    of.isReadable = !of.isReadable;
  },
];

/** Messages that a reader of committed messages has before it. */
export const readableFrom = (of: PartitionModel, offset: number): number => {
  let count = 0;
  for (let at = offset; at < stableOffset(of); at += 1) if (!of.holes.has(at)) count += 1;
  return count;
};

/** Everything between an offset and the end is markers, and there is something. */
export const isOnlyMarkers = (of: PartitionModel, offset: number): boolean => {
  for (let at = offset; at < of.highWatermark; at += 1) if (!of.markers.has(at)) return false;
  return offset < of.highWatermark;
};
