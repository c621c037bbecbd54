import type { JournalEntry, PartitionChange } from './journal-entry.ts';
import { marksOf, whole, type KeptContent } from './content-columns.ts';
import type { OffsetCollection } from './offset-collection.ts';
import type { Whole } from './packed-column.ts';
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

type Known = { readonly samples: SampleColumns; content: KeptContent | undefined };

/** Puts readings that name only changes together again. */
export type ReadingReader = {
  introduce(entry: Partitions): void;
  /** Answers whether all that it names had been introduced. */
  read(line: ReadingLine): boolean;
};

export const readingReader = (offsets: OffsetCollection): ReadingReader => {
  const known: Known[] = [];
  /** Those that were read last, and so are read again unless a reading says otherwise. */
  let present = new Set<Known>();
  let expected = 0;
  return {
    introduce: ({ from, group, topic, partitions }) => {
      partitions.forEach((partition, index) => {
        known[from + index] = { samples: offsets.of(group, topic, partition), content: undefined };
      });
    },
    read: ({ number, isWhole, changed, gone, fromMs, endSentMs, endReceivedMs, toMs }) => {
      // A line is missing before this one: what has not changed since is not known.
      if (isWhole || number !== expected) present = new Set();
      expected = number + 1;
      let isComplete = true;
      for (const { id, content } of changed) {
        const entry = known[id];
        if (entry === undefined) {
          isComplete = false;
          continue;
        }
        entry.content = content;
        present.add(entry);
      }
      for (const id of gone) {
        const entry = known[id];
        if (entry === undefined) isComplete = false;
        else present.delete(entry);
      }
      const reading = offsets.addReading({ fromMs, toMs, endSentMs, endReceivedMs });
      for (const { samples, content } of present) if (content !== undefined) samples.add(reading, content);
      return isComplete;
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
]: PartitionChange): KeptContent => ({
  committedBefore: wholeOrNull(committedBefore),
  committedAfter: wholeOrNull(committedAfter),
  end: whole(end),
  logStart: wholeOrNull(logStart),
  highWatermark: wholeOrNull(highWatermark),
  marks: marked === '' ? 0 : marksOf(marked),
});
