import type { JournalEntry, PartitionChange } from './journal-entry.ts';
import type { OffsetHistory, OffsetSample } from './run-record.ts';

type Partitions = Extract<JournalEntry, { kind: 'partitions' }>;
type Reading = Extract<JournalEntry, { kind: 'reading' }>;

/** What every sample of a reading has besides. */
type Content = Omit<OffsetSample, 'fromMs' | 'toMs' | 'endSentMs' | 'endReceivedMs'>;
type Known = { readonly history: OffsetHistory; content: Content | undefined };

/** Puts readings that name only changes together again. */
export type ReadingReader = {
  introduce(entry: Partitions): void;
  /** Answers whether all that it names had been introduced. */
  read(entry: Reading): boolean;
};

/** `historyOf` gives the history that samples of a partition are added to. */
export const readingReader = (
  historyOf: (group: string, topic: string, partition: number) => OffsetHistory,
): ReadingReader => {
  const known: Known[] = [];
  /** Those that were read last, and so are read again unless a reading says otherwise. */
  let present = new Set<Known>();
  let expected = 0;
  return {
    introduce: ({ from, group, topic, partitions }) => {
      partitions.forEach((partition, index) => {
        known[from + index] = { history: historyOf(group, topic, partition), content: undefined };
      });
    },
    read: ({ number, whole, changed, gone = [], fromMs, endSentMs, endReceivedMs, toMs }) => {
      // A line is missing before this one: what has not changed since is not known.
      if (whole === true || number !== expected) present = new Set();
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
      for (const { history, content } of present)
        if (content !== undefined)
          history.samples.push({ fromMs, toMs, endSentMs, endReceivedMs, ...content });
      return isComplete;
    },
  };
};

const big = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

const contentOf = ([
  ,
  committedBefore,
  end,
  committedAfter,
  logStart,
  highWatermark = null,
  marks = '',
]: PartitionChange): Content => ({
  committedBefore: big(committedBefore),
  committedAfter: big(committedAfter),
  end: BigInt(end),
  ...(highWatermark === null ? {} : { highWatermark: BigInt(highWatermark) }),
  logStart: big(logStart),
  ...(marks.includes('m') ? { isMarkersOnly: true as const } : {}),
  ...(marks.includes('c') ? { isCompacted: true as const } : {}),
  ...(marks.includes('a') ? { isAdded: true as const } : {}),
  ...(marks.includes('e') ? { groupState: 'empty' as const } : {}),
  ...(marks.includes('r') ? { groupState: 'rebalancing' as const } : {}),
});
