import type { JournalEntry, PartitionChange } from './journal-entry.ts';
import { marks, whole, type KeptContent } from './content-columns.ts';
import type { OffsetCollection } from './offset-collection.ts';
import type { Whole } from './packed-column.ts';
import type { SampleColumns } from './sample-columns.ts';

type Partitions = Extract<JournalEntry, { kind: 'partitions' }>;
type Reading = Extract<JournalEntry, { kind: 'reading' }>;

type Known = { readonly samples: SampleColumns; content: KeptContent | undefined };

/** Puts readings that name only changes together again. */
export type ReadingReader = {
  introduce(entry: Partitions): void;
  /** Answers whether all that it names had been introduced. */
  read(entry: Reading): boolean;
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
    read: ({ number, whole: isWhole, changed, gone = [], fromMs, endSentMs, endReceivedMs, toMs }) => {
      // A line is missing before this one: what has not changed since is not known.
      if (isWhole === true || number !== expected) present = new Set();
      expected = number + 1;
      let isComplete = true;
      for (const change of changed) {
        const entry = known[change[0]];
        if (entry === undefined) {
          isComplete = false;
          continue;
        }
        entry.content = contentOf(change);
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

const letters = {
  m: marks.markersOnly,
  c: marks.compacted,
  a: marks.added,
  e: marks.empty,
  r: marks.rebalancing,
};

const marksOf = (text: string): number =>
  Object.entries(letters).reduce((sum, [letter, mark]) => sum + (text.includes(letter) ? mark : 0), 0);
