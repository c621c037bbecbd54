import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { KnownError, messageOf } from '../errors.ts';
import type { Observation } from './observation.ts';
import type { JournalEntry, JournalHeader } from './journal-entry.ts';
import { journalLine } from './journal-line.ts';
import { readingWriter } from './reading-writer.ts';
import { recordTimesLines } from './record-times-lines.ts';
import { round } from './round.ts';
import type { SeriesKey } from './run-record.ts';

export const journalFileName = 'run.jsonl';

/** Characters that are written at once; a tick has a few hundred, the first reading of 100,000 partitions four million. */
const atOnce = 64 * 1024;

/**
 * Appends to the run folder's journal. Each call reaches the operating system before it returns, so that what was
 * seen survives a kill of this process.
 */
export type JournalWriter = {
  write(
    entry: Exclude<
      JournalEntry,
      {
        kind:
          | 'header'
          | 'series'
          | 'points'
          | 'window'
          | 'partitions'
          | 'reading'
          | 'record-times'
          | 'offsets';
      }
    >,
  ): void;
  observe(observations: readonly Observation[]): void;
  close(): void;
};

/** Creates the run folder's journal; a folder that already holds one, or that cannot be written, is refused. */
export const createJournal = (runFolder: string, header: Omit<JournalHeader, 'kind'>): JournalWriter => {
  const file = openJournal(runFolder);
  const put = (pieces: Iterable<string>): void => {
    let text = '';
    for (const piece of pieces) {
      text += piece;
      if (text.length < atOnce) continue;
      writeSync(file, text);
      text = '';
    }
    if (text !== '') writeSync(file, text);
  };
  const readings = readingWriter();
  const ids = new Map<string, number>();
  const idOf = (key: SeriesKey, type: 'gauge' | 'counter' | 'distribution', out: JournalEntry[]): number => {
    const name = `${type} ${key.name} ${JSON.stringify(key.labels, Object.keys(key.labels).sort())}`;
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = ids.size;
    ids.set(name, id);
    out.push({ kind: 'series', id, type, name: key.name, labels: { ...key.labels }, unit: key.unit });
    return id;
  };
  put([journalLine({ kind: 'header', ...header })]);
  return {
    write: (entry) => put([journalLine(entry)]),
    observe: (observations) => {
      const out: JournalEntry[] = [];
      const entries = encode(observations, (key, type) => idOf(key, type, out));
      put(linesOf([...out, ...entries], readings(observations), recordTimesLines(observations)));
    },
    close: () => {
      fsyncSync(file);
      closeSync(file);
    },
  };
};

function* linesOf(
  before: readonly JournalEntry[],
  readings: Iterable<string>,
  after: readonly JournalEntry[],
): Generator<string, void> {
  for (const entry of before) yield journalLine(entry);
  yield* readings;
  for (const entry of after) yield journalLine(entry);
}

const openJournal = (runFolder: string): number => {
  try {
    mkdirSync(runFolder, { recursive: true });
    return openSync(join(runFolder, journalFileName), 'ax');
  } catch (error) {
    throw new KnownError(
      'output-unwritable',
      `cannot write the run folder ${runFolder}: ${messageOf(error)}`,
      {
        remedy: 'give another folder with --out, or make this one writable',
        cause: error,
      },
    );
  }
};

type SeriesId = (key: SeriesKey, type: 'gauge' | 'counter' | 'distribution') => number;

/** Points of one tick share a line. */
const encode = (observations: readonly Observation[], idOf: SeriesId): JournalEntry[] => {
  const points: [number, number, number][] = [];
  const others: JournalEntry[] = [];
  for (const seen of observations) {
    if (seen.kind === 'gauge' || seen.kind === 'counter') {
      // JSON has no NaN and no infinity; one such value would make the whole line unreadable.
      if (Number.isFinite(seen.value))
        points.push([idOf(seen.series, seen.kind), round(seen.atMs), seen.value]);
    } else if (seen.kind === 'window') {
      const { schema, scale, count, sum, zeroCount, buckets } = seen.histogram;
      if (!Number.isFinite(sum)) continue;
      const series = idOf(seen.series, 'distribution');
      const copy = buckets.map(([index, inBucket]): [number, number] => [index, inBucket]);
      others.push({
        kind: 'window',
        series,
        fromMs: round(seen.fromMs),
        toMs: round(seen.toMs),
        schema,
        ...(scale === undefined ? {} : { scale }),
        count,
        sum,
        zeroCount,
        buckets: copy,
      });
    } else if (seen.kind === 'gap') {
      const { source, fromMs, toMs, reason } = seen.gap;
      others.push({ kind: 'gap', source, fromMs: round(fromMs), toMs: round(toMs), reason });
    } else if (seen.kind === 'assignment') {
      const members = seen.members.map(({ member, partitions }) => ({ member, partitions: [...partitions] }));
      others.push({ ...seen, atMs: round(seen.atMs), members });
    } else if (seen.kind === 'event') {
      others.push({ kind: 'event', atMs: round(seen.atMs), name: seen.name, facts: { ...seen.facts } });
    }
  }
  return [...(points.length > 0 ? [{ kind: 'points' as const, points }] : []), ...others];
};
