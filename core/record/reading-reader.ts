import type { JournalEntry, PartitionChange } from './journal-entry.ts';
import { marksOf, type KeptContent } from './content-columns.ts';
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
  /** By the number of the partition. */
  readonly changed: readonly { readonly id: number; readonly content: KeptContent }[];
  readonly gone: readonly number[];
};

export const readingLine = ({ number, whole, changed, gone = [], ...times }: Reading): ReadingLine => {
  const { fromMs, endSentMs, endReceivedMs, toMs } = times;
  return {
    number,
    isWhole: whole === true,
    changed: changed.map((change) => ({ id: change[0], content: contentOf(change) })),
    gone,
    fromMs,
    endSentMs,
    endReceivedMs,
    toMs,
  };
};

type Known = {
  readonly samples: SampleColumns;
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
  /** No reading comes any more. */
  end(): void;
};

export const readingReader = (offsets: OffsetCollection): ReadingReader => {
  const known: Known[] = [];
  let expected = 0;
  /** Number, among all readings of the collection, that follows on the newest of these. */
  let next = 0;

  const endAt = (reading: number, isLeft: (entry: Known) => boolean): void => {
    known.forEach((entry) => {
      if (!entry.isPresent) return;
      entry.samples.endAt(reading);
      entry.isPresent = isLeft(entry);
    });
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
    read: ({ number, isWhole, changed, gone, fromMs, endSentMs, endReceivedMs, toMs }) => {
      const reading = offsets.addReading({ fromMs, toMs, endSentMs, endReceivedMs });
      const named: Known[] = [];
      const name = (entry: Known): void => {
        if (entry.namedIn !== reading) named.push(entry);
        entry.namedIn = reading;
      };
      // A line is missing before this one: what has not changed since is not known.
      if (isWhole || number !== expected) endAt(next, () => false);
      else if (reading !== next)
        endAt(next, (entry) => {
          name(entry);
          return true;
        });
      expected = number + 1;
      next = reading + 1;
      let isComplete = true;
      for (const { id, content } of changed) {
        const entry = known[id];
        if (entry === undefined) {
          isComplete = false;
          continue;
        }
        entry.content = content;
        entry.isPresent = true;
        name(entry);
      }
      for (const id of gone) {
        const entry = known[id];
        if (entry === undefined) isComplete = false;
        else {
          entry.samples.endAt(reading);
          entry.isPresent = false;
        }
      }
      for (const { samples, content, isPresent } of named)
        if (isPresent && content !== undefined) samples.begin(reading, content);
      return isComplete;
    },
    end: () => endAt(next, () => false),
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
]: PartitionChange): KeptContent => ({
  committedBefore: wholeOrNull(committedBefore),
  committedAfter: wholeOrNull(committedAfter),
  end: whole(end),
  logStart: wholeOrNull(logStart),
  highWatermark: wholeOrNull(highWatermark),
  marks: marked === '' ? 0 : marksOf(marked),
});
