import { GroupTopicMap } from './group-topic-map.ts';
import type { JournalEntry } from './journal-entry.ts';
import { journalLine } from './journal-line.ts';
import type { Observation } from './observation.ts';
import { isSameContent, type OffsetBlock } from './offset-block.ts';
import { partitionNumbers } from './partition-column.ts';
import { round } from './round.ts';
import type { OffsetContent } from './run-record.ts';

type Offsets = Extract<Observation, { kind: 'offsets' }>;
type Partitions = Extract<JournalEntry, { kind: 'partitions' }>;

/** Of one group's topic. */
type Known = {
  /** The number of each partition in the journal. */
  readonly ids: ReturnType<typeof partitionNumbers>;
  /** What was read and written last. */
  block: OffsetBlock;
  /** The reading in which it was last seen. */
  reading: number;
};

/** What one reading saw of a group's topic. */
type Seen = { readonly known: Known; readonly block: OffsetBlock };

/**
 * Turns offsets into journal lines that name only what has changed; call it with everything that was seen, in the order of
 * time, and take all that it tells: the text in pieces, of which the first reading of 100,000 partitions has thousands. A whole reading is written again once the partitions that were named since the last one are as many as it names, so that
 * the journal grows by at most twice what changes, and a lost line is made up for.
 */
export const readingWriter = (): ((observations: readonly Observation[]) => Generator<string, void>) => {
  const all = new GroupTopicMap<Known>();
  let partitions = 0;
  let reading = 0;
  let present: readonly Seen[] = [];
  let namedSinceWhole = Number.POSITIVE_INFINITY;

  const knownOf = (block: OffsetBlock): Known => {
    const found = all.get(block);
    if (found !== undefined) return found;
    const known = { ids: partitionNumbers(), block, reading: -1 };
    all.set(block, known);
    return known;
  };

  /** Gives those partitions their numbers that have none. */
  const introduce = ({ ids }: Known, { group, topic, partitions: read }: OffsetBlock): Partitions[] => {
    const added = read.filter((partition) => ids.get(partition) === undefined);
    if (added.length === 0) return [];
    const from = partitions;
    for (const partition of added) {
      ids.set(partition, partitions);
      partitions += 1;
    }
    return [{ kind: 'partitions', from, group, topic, partitions: added }];
  };

  const changesOf = (known: Known, block: OffsetBlock, isWhole: boolean): string[] => {
    const wasRead = reading > 0 && known.reading === reading - 1;
    if (!isWhole && wasRead && known.block === block) return [];
    const before = wasRead ? placesOf(known.block, block) : undefined;
    const changed: string[] = [];
    block.partitions.forEach((partition, index) => {
      const content = block.contents.at(index) as OffsetContent;
      const written = before?.(partition, index);
      const isStill = written !== undefined && (written === content || isSameContent(written, content));
      if (isWhole || !isStill) changed.push(changeOf(known.ids.get(partition) as number, content));
    });
    return changed;
  };

  /** Those that were read before and are not in this reading. */
  const goneOf = ({ known, block }: Seen): number[] => {
    if (known.reading === reading && known.block.partitions === block.partitions) return [];
    const now = new Set(known.reading === reading ? known.block.partitions : []);
    return block.partitions.flatMap((partition) =>
      now.has(partition) ? [] : [known.ids.get(partition) as number],
    );
  };

  function* write(seen: readonly Offsets[]): Generator<string, void> {
    const count = seen.reduce((sum, { block }) => sum + block.partitions.length, 0);
    const isWhole = namedSinceWhole >= count;
    const read = seen.map(({ block }): Seen => ({ known: knownOf(block), block }));
    for (const { known, block } of read) yield* introduce(known, block).map(journalLine);
    const { fromMs, endSentMs, endReceivedMs, toMs } = (seen[0] as Offsets).times;
    const head = {
      kind: 'reading',
      number: reading,
      ...(isWhole ? { whole: true } : {}),
      fromMs: round(fromMs),
      endSentMs: round(endSentMs),
      endReceivedMs: round(endReceivedMs),
      toMs: round(toMs),
    };
    yield `${JSON.stringify(head).slice(0, -1)},"changed":[`;
    let named = 0;
    for (const { known, block } of read) {
      const changed = changesOf(known, block, isWhole);
      known.block = block;
      known.reading = reading;
      if (changed.length === 0) continue;
      yield `${named === 0 ? '' : ','}${changed.join(',')}`;
      named += changed.length;
    }
    const gone = isWhole ? [] : present.flatMap(goneOf);
    yield `]${gone.length === 0 ? '' : `,"gone":${JSON.stringify(gone)}`}}\n`;
    namedSinceWhole = isWhole ? 0 : namedSinceWhole + named + gone.length;
    reading += 1;
    present = read;
  }

  return function* (observations) {
    const offsets = observations.filter(
      (each) => each.kind === 'offsets' && each.block.partitions.length > 0,
    );
    const readings = Map.groupBy(offsets as Offsets[], ({ times }) => times.fromMs);
    for (const seen of readings.values()) yield* write(seen);
  };
};

/** What a block has of a partition of a newer one, by its number and its place there; undefined where it has nothing of it. */
const placesOf = (
  { partitions, contents }: OffsetBlock,
  newer: OffsetBlock,
): ((partition: number, index: number) => OffsetContent | undefined) => {
  if (partitions === newer.partitions) return (_, index) => contents.at(index);
  const byPartition = new Map(partitions.map((partition, index) => [partition, contents.at(index)]));
  return (partition) => byPartition.get(partition);
};

const text = (value: bigint | null): string => (value === null ? 'null' : `"${value}"`);

/** As the journal has a `PartitionChange`. */
const changeOf = (id: number, content: OffsetContent): string => {
  const { committedBefore, end, committedAfter, logStart, highWatermark = null } = content;
  const marks = marksOf(content);
  const offsets = `${id},${text(committedBefore)},${text(end)},${text(committedAfter)},${text(logStart)}`;
  return highWatermark === null && marks === ''
    ? `[${offsets}]`
    : `[${offsets},${text(highWatermark)},"${marks}"]`;
};

const marksOf = ({ isMarkersOnly, isCompacted, isAdded, groupState }: OffsetContent): string =>
  (isMarkersOnly === true ? 'm' : '') +
  (isCompacted === true ? 'c' : '') +
  (isAdded === true ? 'a' : '') +
  (groupState === 'empty' ? 'e' : groupState === 'rebalancing' ? 'r' : '');
