import { GroupPartitionMap } from './group-partition-map.ts';
import type { JournalEntry, PartitionChange } from './journal-entry.ts';
import type { Observation } from './observation.ts';
import { round } from './round.ts';
import type { OffsetSample } from './run-record.ts';

type Offsets = Extract<Observation, { kind: 'offsets' }>;
type Reading = Extract<JournalEntry, { kind: 'reading' }>;
type Partitions = Extract<JournalEntry, { kind: 'partitions' }>;

/** Of one partition: its number, what was written of it last, and the reading in which it was last seen. */
type Known = { readonly id: number; sample: OffsetSample; reading: number };

/**
 * Turns offsets into journal lines that name only what has changed; call it with everything that was seen, in the order of
 * time. A whole reading is written again once the partitions that were named since the last one are as many as it names, so that
 * the journal grows by at most twice what changes, and a lost line is made up for.
 */
export const readingWriter = (): ((observations: readonly Observation[]) => JournalEntry[]) => {
  const known = new GroupPartitionMap<Known>();
  let partitions = 0;
  let reading = 0;
  let present: readonly Known[] = [];
  let namedSinceWhole = Number.POSITIVE_INFINITY;

  const introduce = (each: Offsets, lines: Partitions[]): Known => {
    const { group, topic, partition, sample } = each;
    const id = partitions;
    partitions += 1;
    const last = lines.at(-1);
    if (last?.group === group && last.topic === topic) last.partitions.push(partition);
    else lines.push({ kind: 'partitions', from: id, group, topic, partitions: [partition] });
    const entry = { id, sample, reading: -1 };
    known.set(each, entry);
    return entry;
  };

  const write = (seen: readonly Offsets[]): JournalEntry[] => {
    const introduced: Partitions[] = [];
    const isWhole = namedSinceWhole >= seen.length;
    const changed: PartitionChange[] = [];
    const read: Known[] = [];
    for (const each of seen) {
      const entry = known.get(each) ?? introduce(each, introduced);
      const wasRead = reading > 0 && entry.reading === reading - 1;
      const isStill = isSame(entry.sample, each.sample);
      if (isWhole || !wasRead || !isStill) changed.push(changeOf(entry.id, each.sample));
      // What is the same is kept as it was: new samples that outlive their tick cost the most memory.
      if (!isStill) entry.sample = each.sample;
      entry.reading = reading;
      read.push(entry);
    }
    const gone = isWhole ? [] : present.filter((entry) => entry.reading !== reading).map(({ id }) => id);
    const { fromMs, endSentMs, endReceivedMs, toMs } = (seen[0] as Offsets).sample;
    const line: Reading = {
      kind: 'reading',
      number: reading,
      ...(isWhole ? { whole: true as const } : {}),
      fromMs: round(fromMs),
      endSentMs: round(endSentMs),
      endReceivedMs: round(endReceivedMs),
      toMs: round(toMs),
      changed,
      ...(gone.length === 0 ? {} : { gone }),
    };
    namedSinceWhole = isWhole ? 0 : namedSinceWhole + changed.length + gone.length;
    reading += 1;
    present = read;
    return [...introduced, line];
  };

  return (observations) => {
    const offsets = observations.filter((each) => each.kind === 'offsets');
    const first = offsets[0]?.sample.fromMs;
    // One reading is what a call has, as a rule.
    const readings = offsets.every(({ sample }) => sample.fromMs === first)
      ? [offsets]
      : [...Map.groupBy(offsets, ({ sample }) => sample.fromMs).values()];
    return readings.flatMap((seen) => (seen.length === 0 ? [] : write(seen)));
  };
};

const isSame = (before: OffsetSample, now: OffsetSample): boolean =>
  before.end === now.end &&
  before.committedAfter === now.committedAfter &&
  before.committedBefore === now.committedBefore &&
  before.logStart === now.logStart &&
  before.highWatermark === now.highWatermark &&
  before.isMarkersOnly === now.isMarkersOnly &&
  before.isCompacted === now.isCompacted &&
  before.isAdded === now.isAdded &&
  before.groupState === now.groupState;

const text = (value: bigint | null): string | null => (value === null ? null : value.toString());

const changeOf = (id: number, sample: OffsetSample): PartitionChange => {
  const { committedBefore, end, committedAfter, logStart, highWatermark } = sample;
  const marks = marksOf(sample);
  const offsets = [id, text(committedBefore), end.toString(), text(committedAfter), text(logStart)] as const;
  return highWatermark === undefined && marks === ''
    ? [...offsets]
    : [...offsets, highWatermark === undefined ? null : highWatermark.toString(), marks];
};

const marksOf = ({ isMarkersOnly, isCompacted, isAdded, groupState }: OffsetSample): string =>
  (isMarkersOnly === true ? 'm' : '') +
  (isCompacted === true ? 'c' : '') +
  (isAdded === true ? 'a' : '') +
  (groupState === 'empty' ? 'e' : groupState === 'rebalancing' ? 'r' : '');
