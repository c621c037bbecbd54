import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KnownError, messageOf } from '../errors.ts';
import { journalEntrySchema, type JournalEntry, type JournalHeader } from './journal-entry.ts';
import { KeptWindows } from './kept-windows.ts';
import { readJournalLines } from './journal-lines.ts';
import { journalFileName } from './journal-writer.ts';
import { recordTimesIn } from './record-times-lines.ts';
import { readingLine, readingReader, type ReadingLine } from './reading-reader.ts';
import { ReadingScanner } from './scan-reading.ts';
import { SeriesScanner } from './scan-series.ts';
import { collectOffsets, type OffsetCollection } from './offset-collection.ts';
import type { IntegrityObservation, OffsetSample, Phase, RunEnd, RunRecord, Series } from './run-record.ts';
import type { LoadOutcome } from './load-outcome.ts';

/** Reads a run folder's journal, also one that was cut at any byte after its first line. */
export const readRecord = async (runFolder: string): Promise<RunRecord> => {
  const path = join(runFolder, journalFileName);
  if (!existsSync(path)) {
    throw unreadable(`${runFolder} is not a run folder: it holds no ${journalFileName}`, {
      remedy: 'name a folder that `lagline run` wrote, such as runs/<utc-start>-<scenario>',
    });
  }
  const { builder, firstLine } = await readLines(path);
  const record = builder.finish();
  if (record !== undefined) return record;
  if (/"schemaVersion":(?!1\D)\d+/.test(firstLine)) {
    throw unreadable(`${path} was written by another version of lagline, in a form this one does not know`, {
      remedy: 'read it with the version that wrote it',
    });
  }
  throw unreadable(`${path} is cut within its first line: the run ended before anything was seen`, {
    remedy: 'run it again',
  });
};

const readLines = async (path: string): Promise<{ builder: RecordBuilder; firstLine: string }> => {
  const builder = recordBuilder();
  let firstLine: string | undefined;
  try {
    await readJournalLines(path, (bytes, from, end) => {
      firstLine ??= bytes.toString('utf8', from, end);
      builder.addBytes(bytes, from, end);
    });
  } catch (cause) {
    throw unreadable(`${path} cannot be read: ${messageOf(cause)}`, {
      remedy: 'check its permissions',
      cause,
    });
  }
  return { builder, firstLine: firstLine ?? '' };
};

const unreadable = (message: string, details: { remedy: string; cause?: unknown }): KnownError =>
  new KnownError('record-unreadable', message, details);

type RecordBuilder = {
  /** What stands between two places of the bytes, without an end of line. They may be used again once this returns. */
  addBytes(bytes: Buffer, from: number, end: number): void;
  /** The same as text: the slow way, by which every line can be read. */
  add(line: string): void;
  finish(): RunRecord | undefined;
};

/** A line of a journal holds none of them, but who writes one by hand may have ended it so. */
const otherLineEnds = /[\r\u2028\u2029]/;

/** Puts journal lines together; lines that are no valid entry are counted and passed over. */
export const recordBuilder = (): RecordBuilder => {
  let header: JournalHeader | undefined;
  let load: LoadOutcome | undefined;
  let integrity: IntegrityObservation | undefined;
  let integrityBefore: IntegrityObservation | undefined;
  let end: RunEnd | undefined;
  let lastMs = 0;
  let unreadableLines = 0;
  const series = new Map<number, Series>();
  const offsets = collectOffsets();
  const readings = readingReader(offsets);
  const readingScanner = new ReadingScanner();
  const seriesScanner = new SeriesScanner();
  const windows = new KeptWindows();
  const phases: Phase[] = [];
  const gaps: RunRecord['gaps'][number][] = [];
  const probes: RunRecord['probes'][number][] = [];
  const events: RunRecord['events'][number][] = [];
  const assignments: RunRecord['assignments'][number][] = [];
  const seen = (ms: number): void => {
    lastMs = Math.max(lastMs, ms);
  };

  const acceptReading = (line: ReadingLine): void => {
    if (!readings.read(line)) unreadableLines += 1;
    seen(line.toMs);
  };

  const accept = (entry: JournalEntry): void => {
    switch (entry.kind) {
      case 'header':
        header = entry;
        return;
      case 'series': {
        const { id, type, name, labels, unit } = entry;
        const key = { name, labels, unit };
        series.set(
          id,
          type === 'distribution' ? { kind: type, ...key, windows: [] } : { kind: type, ...key, points: [] },
        );
        return;
      }
      case 'points':
        for (const [id, atMs, value] of entry.points) {
          const target = series.get(id);
          if (target === undefined || target.kind === 'distribution') unreadableLines += 1;
          else target.points.push([atMs, value]);
          seen(atMs);
        }
        return;
      case 'window': {
        const target = series.get(entry.series);
        if (target?.kind !== 'distribution') unreadableLines += 1;
        else {
          const { fromMs, toMs } = entry;
          target.windows.push(windows.keep({ fromMs, toMs, histogram: histogramOf(entry) }));
        }
        seen(entry.toMs);
        return;
      }
      case 'partitions':
        readings.introduce(entry);
        return;
      case 'reading':
        acceptReading(readingLine(entry));
        return;
      case 'record-times':
        if (!addTimes(offsets, entry)) unreadableLines += 1;
        return;
      case 'offsets':
        readings.pause();
        addOffsets(offsets, entry);
        seen(entry.toMs);
        return;
      case 'assignment':
        assignments.push(without(entry));
        seen(entry.atMs);
        return;
      case 'gap':
        gaps.push(without(entry));
        seen(entry.toMs);
        return;
      case 'event':
        events.push(without(entry));
        seen(entry.atMs);
        return;
      case 'phase':
        phases.push({ name: entry.name, fromMs: entry.atMs, toMs: null });
        seen(entry.atMs);
        return;
      case 'phase-end': {
        const open = phases.findLastIndex((phase) => phase.name === entry.name && phase.toMs === null);
        const phase = phases[open];
        if (phase !== undefined) phases[open] = { ...phase, toMs: entry.atMs };
        seen(entry.atMs);
        return;
      }
      case 'load':
        load = entry.outcome;
        return;
      case 'integrity':
        if (entry.when === 'before') integrityBefore = entry.observation;
        else integrity = entry.observation;
        return;
      case 'probe':
        probes.push(without(entry));
        return;
      case 'end':
        end = without(entry);
        seen(entry.atMs);
    }
  };

  const add = (line: string): void => {
    const entry = parseEntry(line);
    if (entry === undefined) unreadableLines += 1;
    else accept(entry);
  };

  return {
    add,
    addBytes: (bytes, from, end) => {
      const reading = readingScanner.scan(bytes, from, end);
      if (reading !== undefined) return acceptReading(reading);
      const ofSeries = seriesScanner.scan(bytes, from, end);
      if (ofSeries !== undefined) return accept(ofSeries);
      for (const line of bytes.toString('utf8', from, end).split(otherLineEnds)) if (line !== '') add(line);
    },
    finish: () => {
      readings.pause();
      if (header === undefined) return undefined;
      const { schemaVersion, runId, startedAt, plan, environment } = header;
      return {
        schemaVersion,
        runId,
        startedAt,
        plan,
        environment,
        durationMs: lastMs,
        phases,
        series: [...series.values()],
        offsets: offsets.read(),
        assignments,
        gaps,
        events,
        load,
        integrity,
        integrityBefore,
        probes,
        end,
        unreadableLines,
      };
    },
  };
};

const without = <Entry extends JournalEntry>(entry: Entry): Omit<Entry, 'kind'> => {
  const { kind: _, ...rest } = entry;
  return rest;
};

const parseEntry = (line: string): JournalEntry | undefined => {
  try {
    return journalEntrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};

const histogramOf = ({
  schema,
  scale,
  count,
  sum,
  zeroCount,
  buckets,
}: Extract<JournalEntry, { kind: 'window' }>) => ({
  schema,
  ...(scale === undefined ? {} : { scale }),
  count,
  sum,
  zeroCount,
  buckets,
});

const addOffsets = (offsets: OffsetCollection, entry: Extract<JournalEntry, { kind: 'offsets' }>): void => {
  const { group, topic, fromMs, toMs, endSentMs, endReceivedMs, groupState, isCompacted } = entry;
  const markersOnly = new Set(entry.markersOnly);
  const big = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
  for (const [partition, committedBefore, end, committedAfter, logStart, highWatermark] of entry.partitions) {
    const sample: OffsetSample = {
      fromMs,
      toMs,
      endSentMs,
      endReceivedMs,
      committedBefore: big(committedBefore),
      committedAfter: big(committedAfter),
      end: BigInt(end),
      ...(highWatermark === undefined ? {} : { highWatermark: BigInt(highWatermark) }),
      logStart: big(logStart),
      ...(markersOnly.has(partition) ? { isMarkersOnly: true } : {}),
      ...(isCompacted === undefined ? {} : { isCompacted }),
      ...(groupState === undefined ? {} : { groupState }),
    };
    offsets.add({ group, topic, partition }, sample);
  }
};

/** Answers whether the reading that they belong to is there. */
const addTimes = (
  offsets: OffsetCollection,
  entry: Extract<JournalEntry, { kind: 'record-times' }>,
): boolean => {
  const { group, topic, fromMs } = entry;
  let isComplete = true;
  for (const [partition, of] of Map.groupBy(recordTimesIn(entry), (each) => each.partition)) {
    const samples = offsets.of(group, topic, partition);
    if (samples.length === 0 || samples.timesOf(samples.length - 1).fromMs !== fromMs) {
      isComplete = false;
      continue;
    }
    samples.addTimes(of.map(({ time }) => time));
  }
  return isComplete;
};
