import type { JournalEntry, PartitionChange } from './journal-entry.ts';
import {
  keptIn,
  keptLength,
  keptOffsets,
  keptRow,
  marksOf,
  type KeptContent,
  type KeptRows,
} from './content-columns.ts';
import { LatestContents } from './latest-contents.ts';
import type { OffsetCollection } from './offset-collection.ts';
import { whole, type Whole } from './whole.ts';
import type { ReadingTimes } from './run-record.ts';
import type { SampleColumns } from './sample-columns.ts';

type Partitions = Extract<JournalEntry, { kind: 'partitions' }>;
type Reading = Extract<JournalEntry, { kind: 'reading' }>;

/** A line of the kind `reading`. */
export type ReadingLine = ReadingTimes & {
  readonly number: number;
  readonly isWhole: boolean;
  /** Numbers of the partitions, and what was seen of each; those behind the first `changedCount` are no part of it. */
  readonly changed: { readonly ids: Int32Array | readonly number[]; readonly contents: KeptRows };
  readonly changedCount: number;
  readonly gone: readonly number[];
};

export const readingLine = ({ number, whole, changed, gone = [], ...times }: Reading): ReadingLine => {
  const { fromMs, endSentMs, endReceivedMs, toMs } = times;
  return {
    number,
    isWhole: whole === true,
    changed: {
      ids: changed.map(([id]) => id),
      contents: changed.flatMap((change) => keptRow(contentOf(change))),
    },
    changedCount: changed.length,
    gone,
    fromMs,
    endSentMs,
    endReceivedMs,
    toMs,
  };
};

type Known = {
  readonly samples: SampleColumns;
  /** What it saw, as far as its samples do not have it yet. */
  content: KeptContent | undefined;
  /** Whether it was read last, and so is read again unless a reading says otherwise. */
  isPresent: boolean;
};

/** Puts readings that name only changes together again. */
export type ReadingReader = {
  introduce(entry: Partitions): void;
  /** Answers whether all that it names had been introduced. */
  read(line: ReadingLine): boolean;
  /** No reading comes any more, or one of another kind, behind which these may go on. */
  pause(): void;
};

export const readingReader = (offsets: OffsetCollection): ReadingReader => {
  const known: (Known | undefined)[] = [];
  let expected = 0;
  /** Number, among all readings of the collection, that follows on the newest of these. */
  let next = 0;

  let isPaused = false;
  /** By the number of the partition: the newest reading that says what it saw of it. */
  let namedIn = new Int32Array(0);
  let latest = new LatestContents([]);

  /** The partitions that the line names, each once; used again for each line. */
  const named: Known[] = [];
  let namedCount = 0;
  const name = (id: number, entry: Known, reading: number): void => {
    if (namedIn[id] === reading) return;
    namedIn[id] = reading;
    named[namedCount] = entry;
    namedCount += 1;
  };

  /** Those that a line does not name. */
  const dropOthers = (reading: number): void => {
    for (let id = 0; id < known.length; id += 1) {
      if (namedIn[id] === reading) continue;
      const entry = known[id];
      if (entry?.isPresent !== true) continue;
      latest.forget(id);
      entry.samples.endAt(reading);
      entry.isPresent = false;
      entry.content = undefined;
    }
  };

  /** Of a line that says one thing of each partition that it names. Answers whether all of them had been introduced. */
  const takeChanges = (reading: number, { changed, changedCount }: ReadingLine): boolean => {
    const { ids, contents } = changed;
    const numbers = contents instanceof Float64Array ? contents : undefined;
    if (numbers === undefined) latest.forgetAll();
    let isComplete = true;
    for (let index = 0; index < changedCount; index += 1) {
      const id = ids[index] as number;
      const from = index * keptLength;
      namedIn[id] = reading;
      if (numbers !== undefined && latest.take(id, reading, numbers, from)) continue;
      const entry = known[id];
      if (entry === undefined) {
        isComplete = false;
        continue;
      }
      latest.forget(id);
      entry.isPresent = true;
      entry.samples.beginFrom(reading, contents, from);
      if (numbers !== undefined) latest.know(id, numbers, from);
    }
    return isComplete;
  };

  return {
    introduce: ({ from, group, topic, partitions }) => {
      latest.forgetAll();
      partitions.forEach((partition, index) => {
        known[from + index] = {
          samples: offsets.of(group, topic, partition),
          content: undefined,
          isPresent: false,
        };
      });
      namedIn = new Int32Array(known.length).fill(-1);
      latest = new LatestContents(Array.from(known, (entry) => entry?.samples));
    },
    read: (line) => {
      const { number, isWhole, changed, changedCount, gone, fromMs, endSentMs, endReceivedMs, toMs } = line;
      const reading = offsets.addReading({ fromMs, toMs, endSentMs, endReceivedMs });
      namedCount = 0;
      // A line is missing before this one: what has not changed since is not known.
      const namesAll = isWhole || number !== expected;
      // After a pause what has not changed begins again.
      const isResumed = isPaused && !namesAll;
      if (isResumed)
        for (const [id, entry] of known.entries()) if (entry?.isPresent === true) name(id, entry, reading);
      expected = number + 1;
      next = reading + 1;
      isPaused = false;
      // As a rule: each partition has but one thing to be told of it, which can be taken as it comes.
      if (!isResumed && gone.length === 0 && isAscending(changed.ids, changedCount)) {
        const isComplete = takeChanges(reading, line);
        if (namesAll) dropOthers(reading);
        return isComplete;
      }
      latest.forgetAll();
      let isComplete = true;
      for (let index = 0; index < changedCount; index += 1) {
        const id = changed.ids[index] as number;
        const entry = known[id];
        if (entry === undefined) {
          isComplete = false;
          continue;
        }
        entry.content = keptIn(changed.contents, index * keptLength);
        entry.isPresent = true;
        name(id, entry, reading);
      }
      for (const id of gone) {
        const entry = known[id];
        if (entry === undefined) isComplete = false;
        else {
          entry.samples.endAt(reading);
          entry.isPresent = false;
        }
      }
      if (namesAll) dropOthers(reading);
      for (let index = 0; index < namedCount; index += 1) {
        const entry = named[index] as Known;
        const { samples, content } = entry;
        entry.content = undefined;
        if (entry.isPresent && content !== undefined) samples.begin(reading, content);
      }
      return isComplete;
    },
    pause: () => {
      if (isPaused) return;
      isPaused = true;
      latest.forgetAll();
      for (const entry of known) {
        if (entry?.isPresent !== true) continue;
        entry.samples.endAt(next);
        entry.content = entry.samples.newest;
      }
    },
  };
};

const isAscending = (ids: ReadingLine['changed']['ids'], count: number): boolean => {
  for (let index = 1; index < count; index += 1)
    if ((ids[index] as number) <= (ids[index - 1] as number)) return false;
  return true;
};

const wholeOrNull = (text: string | null): Whole | null => (text === null ? null : whole(text));

const contentOf = ([
  ,
  committedBefore,
  end,
  committedAfter,
  logStart,
  highWatermark = null,
  marked = '',
]: PartitionChange): KeptContent =>
  keptOffsets(
    wholeOrNull(committedBefore),
    wholeOrNull(committedAfter),
    whole(end),
    wholeOrNull(logStart),
    wholeOrNull(highWatermark),
    marksOf(marked),
  );
