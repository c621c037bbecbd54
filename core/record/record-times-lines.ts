import type { JournalEntry } from './journal-entry.ts';
import type { Observation } from './observation.ts';
import { round } from './round.ts';
import type { OffsetTime } from './run-record.ts';

type RecordTimes = Extract<JournalEntry, { kind: 'record-times' }>;

/** What timestamps told beside the offsets of a reading; to be written behind it. */
export const recordTimesLines = (observations: readonly Observation[]): JournalEntry[] => {
  const lines: RecordTimes[] = [];
  for (const seen of observations) {
    if (seen.kind !== 'offsets' || seen.recordTimes === undefined) continue;
    const { group, topic } = seen.block;
    const times: RecordTimes['times'] = [];
    let before: OffsetTime | undefined;
    for (const [partition, told] of seen.recordTimes)
      for (const time of told) {
        times.push(timeOf(partition, time, before));
        before = time;
      }
    lines.push({ kind: 'record-times', group, topic, fromMs: round(seen.times.fromMs), times });
  }
  return lines;
};

const timeOf = (
  partition: number,
  { offset, lowMs, highMs, by, clock }: OffsetTime,
  before: OffsetTime | undefined,
): RecordTimes['times'][number] =>
  lowMs !== null && lowMs === highMs && before?.by === by && before.clock === clock
    ? [partition, offset.toString(), round(lowMs)]
    : [partition, offset.toString(), roundOrNull(lowMs), roundOrNull(highMs), by, clock];

/** What such a line tells, time by time. */
export const recordTimesIn = ({
  times,
}: RecordTimes): { readonly partition: number; readonly time: OffsetTime }[] => {
  let [by, clock]: [OffsetTime['by'], OffsetTime['clock']] = ['record-timestamp', null];
  return times.map((each) => {
    const [partition, offset, lowMs] = each;
    if (each.length === 6) [by, clock] = [each[4], each[5]];
    const highMs = each.length === 6 ? each[3] : lowMs;
    return { partition, time: { offset: BigInt(offset), lowMs, highMs, by, clock } };
  });
};

const roundOrNull = (ms: number | null): number | null => (ms === null ? null : round(ms));
