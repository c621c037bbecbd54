import type { JournalEntry } from './journal-entry.ts';
import type { Observation } from './observation.ts';
import { round } from './round.ts';

type RecordTimes = Extract<JournalEntry, { kind: 'record-times' }>;

/** What timestamps told beside the offsets of a reading; to be written behind it. */
export const recordTimesLines = (observations: readonly Observation[]): JournalEntry[] => {
  const lines: RecordTimes[] = [];
  for (const seen of observations) {
    if (seen.kind !== 'offsets' || seen.recordTimes === undefined) continue;
    const { group, topic } = seen.block;
    const times = [...seen.recordTimes].flatMap(([partition, told]) =>
      told.map(({ offset, lowMs, highMs, by, clock }): RecordTimes['times'][number] => [
        partition,
        offset.toString(),
        roundOrNull(lowMs),
        roundOrNull(highMs),
        by,
        clock,
      ]),
    );
    lines.push({ kind: 'record-times', group, topic, fromMs: round(seen.times.fromMs), times });
  }
  return lines;
};

const roundOrNull = (ms: number | null): number | null => (ms === null ? null : round(ms));
