import { csvReader, readCsvTime } from './csv-line.ts';
import { decode, LineScanner } from './line-scanner.ts';
import { NamedMetric } from './named-metric.ts';
import { NumberReader } from '../../record/number-reader.ts';
import type { Sample } from './sample.ts';
import type { SampleSink } from './sample-sink.ts';
import { shortestText } from './scan-memory.ts';
import type { TagSet } from './tag-sets.ts';
import { matches } from './tag-texts.ts';

/*
 * Reads k6's `--out csv`:
 *
 *   http_reqs,1773466013,1.000000,,,,true,,POST,http://127.0.0.1:8080/coupons,HTTP/1.1,default,,202,,,http://…,,
 *
 * Most lines are those before with another value: a metric at a time that it had, and an end that a line before had. Those are
 * compared with what was kept, and nothing but the value is read; any other line is read by its columns (`csv-line.ts`). A line
 * with a quote is never known: where its columns end depends on what stands around them.
 */

const [quote, comma] = [34, 44];
/** A quoted text with line ends in it goes over several lines; more than these are a quote that nobody closed. */
const mostLinesOfRecord = 50;
/** For metric and time of a metric's last line. */
const headBytes = 128;

/** A metric whose lines begin with the same bytes for as long as their time is the same. */
class TimedMetric extends NamedMetric {
  readonly name: Uint8Array;
  /** Of name and time, with a comma behind each; 0 where they are not kept. */
  headLength = 0;
  atMs = 0;
  declare next: TimedMetric | undefined;

  constructor(name: Uint8Array, ...rest: ConstructorParameters<typeof NamedMetric>) {
    super(...rest);
    this.name = name;
  }
}

export class CsvScanner extends LineScanner {
  readonly #sink: SampleSink;
  #readLine: ((line: string) => Sample | undefined) | undefined;
  /** Whether the first line does not name the columns. */
  #isRefused = false;
  /** Whether metric, time and value come first, as k6 writes them. */
  #isUsual = false;
  /** Of a record that goes over several lines. */
  #record: string[] = [];
  #metrics: TimedMetric[] = [];
  /** Of the line before. */
  #last: TimedMetric | undefined;
  #end: TagSet | undefined;
  readonly #number = new NumberReader();

  constructor(sink: SampleSink) {
    super(0);
    this.#sink = sink;
  }

  override end(): void {
    super.end();
    if (this.#record.length > 0) this.unreadable += 1;
  }

  /** Reads lines that only differ from ones before by their value. The loop that most of a file goes through: it stays whole. */
  protected scanKnown(start: number, limit: number): number {
    if (this.#record.length > 0) return start;
    const { bytes, same } = this;
    const number = this.#number;
    let last = this.#last;
    let end = this.#end;
    let from = start;
    for (;;) {
      const metric = last?.next;
      if (metric === undefined || metric.headLength === 0) break;
      const valueFrom = from + metric.headLength;
      if (limit <= valueFrom || same(from, metric.place, metric.headLength) === 0) break;
      const valueEnd = number.read(bytes, valueFrom);
      if (valueEnd === -1) break;
      if (end === undefined || limit - valueEnd < end.length || same(valueEnd, end.place, end.length) === 0) {
        const { tagSet: own } = metric;
        if (own === undefined || limit - valueEnd < own.length || same(valueEnd, own.place, own.length) === 0)
          break;
        end = own;
      }
      const tags = end.of(metric.number);
      if (tags === undefined) break;
      metric.counted?.add(metric.atMs, number.value, tags);
      last = metric;
      from = valueEnd + end.length;
    }
    this.#last = last;
    this.#end = end;
    return from;
  }

  /** A line of a metric and with an end that lines before had, though not together, or at another time. */
  protected scan(from: number, end: number, hasEnd: boolean): boolean {
    if (!hasEnd || !this.#isUsual || this.#record.length > 0) return false;
    const { bytes } = this;
    const metric = this.#metrics.find(
      ({ name }) => bytes[from + name.length] === comma && matches(bytes, from, name),
    );
    if (metric === undefined) return false;
    const timeFrom = from + metric.name.length + 1;
    const timeEnd = bytes.indexOf(comma, timeFrom);
    if (timeEnd === -1 || timeEnd >= end || timeEnd - timeFrom > 40) return false;
    const valueEnd = this.#number.read(bytes, timeEnd + 1);
    if (valueEnd === -1 || valueEnd >= end) return false;
    const known = this.tagSets.at(valueEnd, end + 1);
    const tags = known?.of(metric.number);
    if (known === undefined || tags === undefined) return false;
    const atMs = readCsvTime(decode(bytes, timeFrom, timeEnd));
    if (atMs === undefined) return false;
    metric.counted?.add(atMs, this.#number.value, tags);
    this.#keepHead(metric, from, timeEnd + 1, atMs);
    this.#follow(metric, known);
    return true;
  }

  #keepHead(metric: TimedMetric, from: number, to: number, atMs: number): void {
    const length = to - from;
    metric.headLength = length < shortestText || length > headBytes ? 0 : length;
    metric.atMs = atMs;
    if (metric.headLength > 0) this.bytes.copyWithin(metric.place, from, to);
  }

  #follow(metric: TimedMetric, end: TagSet): void {
    metric.tagSet = end;
    this.#end = end;
    if (this.#last !== undefined) this.#last.next = metric;
    this.#last = metric;
  }

  /** By its columns, with what is left of the lines before. */
  protected read(text: string, from: number, end: number): void {
    const line = text.replace(/^\uFEFF/, '').replace(/\r$/, '');
    if (this.#isRefused) return;
    if (this.#readLine === undefined) return this.#readHeader(line);
    const record = [...this.#record, line].join('\n');
    const sample = this.#readLine(record);
    if (sample !== undefined) {
      this.#sink.take(sample);
      if (this.#record.length === 0 && from !== -1) this.#learn(sample, from, end);
      this.#record = [];
    } else if (hasOpenQuote(record) && this.#record.length < mostLinesOfRecord) this.#record.push(line);
    else if (record !== '') {
      this.unreadable += 1;
      this.#record = [];
    }
  }

  protected override passOver(): void {
    if (this.#readLine === undefined) this.#isRefused = true;
    else this.unreadable += 1;
  }

  #readHeader(line: string): void {
    this.#readLine = csvReader(line);
    this.#isRefused = this.#readLine === undefined;
    this.#isUsual = line.startsWith('metric_name,timestamp,metric_value,');
  }

  /** So that the next line that begins or ends like this one is known. */
  #learn({ metric: name, atMs, tags }: Sample, from: number, end: number): void {
    if (!this.#isUsual) return;
    const { bytes } = this;
    for (let at = from; at < end; at += 1) if (bytes[at] === quote) return;
    const nameEnd = bytes.indexOf(comma, from);
    const timeEnd = bytes.indexOf(comma, nameEnd + 1);
    const valueEnd = this.#number.read(bytes, timeEnd + 1);
    if (bytes[valueEnd] !== comma || decode(bytes, from, nameEnd) !== name) return;
    if (!this.hasRoomFor(headBytes + end + 1 - valueEnd)) this.#forget();
    const metric =
      this.#metrics.find((each) => String(Buffer.from(each.name)) === name) ??
      this.#begin(name, from, nameEnd);
    if (metric === undefined) return;
    const known = this.tagSets.at(valueEnd, end + 1, this.keep);
    if (known === undefined) return;
    for (const [index, key] of (metric.counted?.wantedTags ?? []).entries())
      metric.tags[index] = Object.hasOwn(tags, key) ? tags[key] : undefined;
    known.keep(metric.number, metric.keptTags());
    this.#keepHead(metric, from, timeEnd + 1, atMs);
    this.#follow(metric, known);
  }

  /** undefined for a metric that is not counted for want of its type. */
  #begin(name: string, from: number, nameEnd: number): TimedMetric | undefined {
    const counted = this.#sink.counted(name);
    if (counted === undefined && !this.#sink.isLeftOut(name)) return undefined;
    const place = this.keep(from, from + headBytes);
    const metric = new TimedMetric(this.bytes.slice(from, nameEnd), this.#metrics.length, place, 0, counted);
    this.#metrics.push(metric);
    return metric;
  }

  #forget(): void {
    this.forgetTexts();
    this.#metrics = [];
    this.#last = undefined;
    this.#end = undefined;
  }
}

const hasOpenQuote = (record: string): boolean => (record.split('"').length - 1) % 2 === 1;
