import type { ByteSource } from './byte-source.ts';
import { csvReader } from './csv-line.ts';
import type { LineScanner } from './line-scanner.ts';
import { linesOf } from './lines.ts';
import { CsvScanner } from './scan-csv.ts';
import { NdjsonScanner } from './scan-ndjson.ts';
import { readSampleLine } from './sample-line.ts';
import { SampleSink, type AskedFor, type SampledRun } from './sample-sink.ts';

export type SampleFormat = 'ndjson' | 'csv';

export type SavedSamples = {
  readonly format: SampleFormat;
  readonly run: SampledRun;
  /** Lines that hold no sample and no declaration; a file that was cut has one at its end. */
  readonly unreadableLines: number;
};

/**
 * Adds up the samples that k6 wrote with `--out json` or `--out csv`, as they stream by. undefined where there is none, or
 * a CSV file's first line does not name its columns.
 */
export const readSamples = async (
  source: ByteSource,
  format: SampleFormat,
  asked: readonly AskedFor[] = [],
): Promise<SavedSamples | undefined> => {
  const sink = new SampleSink(asked);
  const unreadableLines = await (format === 'csv' ? readCsv : readNdjson)(source, sink);
  const run = sink.finish();
  return run === undefined ? undefined : { format, run, unreadableLines };
};

export const readNdjson = (source: ByteSource, sink: SampleSink): Promise<number> =>
  scanWith(new NdjsonScanner(sink), source);

export const readCsv = (source: ByteSource, sink: SampleSink): Promise<number> =>
  scanWith(new CsvScanner(sink), source);

const scanWith = async (scanner: LineScanner, source: ByteSource): Promise<number> => {
  for await (const chunk of source(scanner.room)) scanner.push(chunk);
  scanner.end();
  return scanner.unreadable;
};

/** The same line by line through JSON.parse, which the scanner is held against. */
export const readNdjsonSlowly = async (
  chunks: AsyncIterable<Uint8Array>,
  sink: SampleSink,
): Promise<number> => {
  let unreadable = 0;
  for await (const line of linesOf(chunks)) {
    if (line?.trim() === '') continue;
    const read = line === undefined ? undefined : readSampleLine(line);
    if (read === undefined) unreadable += 1;
    else if (read.kind === 'declaration') sink.declare(read);
    else sink.take(read);
  }
  return unreadable;
};

/** A quoted text with line ends in it goes over several lines; more than these are a quote that nobody closed. */
const mostLinesOfRecord = 50;

/** The same line by line by its columns, likewise. */
export const readCsvSlowly = async (chunks: AsyncIterable<Uint8Array>, sink: SampleSink): Promise<number> => {
  let read: ReturnType<typeof csvReader>;
  let unreadable = 0;
  let open: string[] = [];
  for await (const line of linesOf(chunks)) {
    if (read === undefined) {
      read = line === undefined ? undefined : csvReader(line.replace(/^\uFEFF/, ''));
      if (read === undefined) return 0;
    } else if (line === undefined) unreadable += 1;
    else {
      const record = [...open, line].join('\n');
      const sample = read(record);
      if (sample !== undefined) {
        sink.take(sample);
        open = [];
      } else if (hasOpenQuote(record) && open.length < mostLinesOfRecord) open.push(line);
      else if (record !== '') {
        unreadable += 1;
        open = [];
      }
    }
  }
  return unreadable + (open.length > 0 ? 1 : 0);
};

const hasOpenQuote = (record: string): boolean => (record.split('"').length - 1) % 2 === 1;
