import type { JournalEntry, PartitionChange } from './journal-entry.ts';
import { keptOffsets, marksOf, type KeptContent } from './content-columns.ts';
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
  /** By the number of the partition; those behind the first `changedCount` are no part of it. */
  readonly changed: readonly { readonly id: number; readonly content: KeptContent }[];
  readonly changedCount: number;
  readonly gone: readonly number[];
};

export const readingLine = ({ number, whole, changed, gone = [], ...times }: Reading): ReadingLine => {
  const { fromMs, endSentMs, endReceivedMs, toMs } = times;
  return {
    number,
    isWhole: whole === true,
    changed: changed.map((change) => ({ id: change[0], content: contentOf(change) })),
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
  /** The newest reading that says what it saw of it. */
  namedIn: number;
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
  /** The partitions that the line names, each once; used again for each line. */
  const named: Known[] = [];
  let namedCount = 0;
  const name = (entry: Known, reading: number): void => {
    if (entry.namedIn === reading) return;
    entry.namedIn = reading;
    named[namedCount] = entry;
    namedCount += 1;
  };

  /** Those that a line does not name. */
  const dropOthers = (reading: number): void => {
    for (const entry of known) {
      if (entry?.isPresent !== true || entry.namedIn === reading) continue;
      entry.samples.endAt(reading);
      entry.isPresent = false;
      entry.content = undefined;
    }
  };

  return {
    introduce: ({ from, group, topic, partitions }) => {
      partitions.forEach((partition, index) => {
        known[from + index] = {
          samples: offsets.of(group, topic, partition),
          content: undefined,
          isPresent: false,
          namedIn: -1,
        };
      });
    },
    read: ({ number, isWhole, changed, changedCount, gone, fromMs, endSentMs, endReceivedMs, toMs }) => {
      const reading = offsets.addReading({ fromMs, toMs, endSentMs, endReceivedMs });
      namedCount = 0;
      // A line is missing before this one: what has not changed since is not known.
      const namesAll = isWhole || number !== expected;
      // After a pause what has not changed begins again.
      if (isPaused && !namesAll)
        for (const entry of known) if (entry?.isPresent === true) name(entry, reading);
      expected = number + 1;
      next = reading + 1;
      isPaused = false;
      let isComplete = true;
      for (let index = 0; index < changedCount; index += 1) {
        const { id, content } = changed[index] as ReadingLine['changed'][number];
        const entry = known[id];
        if (entry === undefined) {
          isComplete = false;
          continue;
        }
        entry.content = content;
        entry.isPresent = true;
        name(entry, reading);
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
      for (const entry of known) {
        if (entry?.isPresent !== true) continue;
        entry.samples.endAt(next);
        entry.content = entry.samples.newest;
      }
    },
  };
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
