import { decode, lineFeed, LineScanner } from './line-scanner.ts';
import { NamedMetric } from './named-metric.ts';
import { NumberReader } from '../../record/number-reader.ts';
import { noTags, type TagValues } from './sample-batch.ts';
import { readSampleLine } from './sample-line.ts';
import type { SampleSink } from './sample-sink.ts';
import { textsAt } from './scan-memory.ts';
import type { TagSet } from './tag-sets.ts';
import { KnownTexts, isPlainTags, matches, textEnd } from './tag-texts.ts';
import { TimeReader } from './time-reader.ts';

/*
 * Reads k6's lines without making objects of them. k6 writes a sample in one way only:
 *
 *   {"metric":"http_reqs","type":"Point","data":{"time":"2026-03-14T05:26:53.016085865Z","value":1,"tags":{"group":"", … }}}
 *
 * A line of which every byte that matters is where it would be in such a line is read here, from its bytes; any other line,
 * and one with an escape or a key that k6 does not write, goes through JSON.parse (`sample-line.ts`).
 * Most lines have a beginning, a time and an end that one before had, in the order of metrics that those before had. Those are
 * compared with what was kept, and nothing but the value is read.
 * Of metrics that are not counted, and of tags that nobody asks for, no more than the frame is looked at: a key that stands
 * twice in one object, which JSON leaves open what it means, may be read as its first one.
 */

const [quote, backslash, comma, colon, openBrace, closeBrace] = [34, 92, 44, 58, 123, 125];

/** The time of the line before and `","value":` behind it; at most 60 bytes of time. */
const timeAt = textsAt;
const longestTime = 80;
/** Whatever goes on behind a beginning, a line that can be known is longer. */
const shortestRest = 80;

const lineStart = Buffer.from('{"metric":"');
const timeStart = Buffer.from('","type":"Point","data":{"time":"');

export class NdjsonScanner extends LineScanner {
  readonly #sink: SampleSink;
  readonly #metrics = new Map<number, NamedMetric[]>();
  /** How many are in it. */
  #named = 0;
  readonly #texts = new KnownTexts();
  /** Of the line before. */
  #last: NamedMetric | undefined;
  #tagSet: TagSet | undefined;
  #timeLength = 0;
  readonly #time = new TimeReader();
  readonly #number = new NumberReader();

  constructor(sink: SampleSink) {
    super(longestTime);
    this.#sink = sink;
  }

  /** The slow way, which knows every line. */
  protected read(text: string): void {
    const line = readSampleLine(text);
    if (line?.kind === 'sample') this.#sink.take(line);
    else if (line?.kind === 'declaration') {
      this.#sink.declare(line);
      this.#forget();
    } else if (text.trim() !== '') this.unreadable += 1;
  }

  /** What was known of lines before: behind a declaration other metrics, or other tags of them, may be counted. */
  #forget(): void {
    this.#metrics.clear();
    this.#named = 0;
    this.forgetTexts();
    this.#last = undefined;
    this.#tagSet = undefined;
  }

  /**
   * Reads lines of the metrics that are expected, whose beginning and end stood in lines before; answers where the first line
   * begins that is another one. As all of their bytes are known or looked at, a line end among them cannot be missed.
   * The loop that most of a file goes through: it stays whole, with what it needs in locals.
   */
  protected scanKnown(start: number, limit: number): number {
    const bytes = this.bytes;
    const same = this.same;
    const time = this.#time;
    const number = this.#number;
    let last = this.#last;
    let tagSet = this.#tagSet;
    let from = start;
    for (;;) {
      const named = last?.next;
      if (named === undefined) break;
      const timeFrom = from + named.length;
      if (limit - timeFrom < shortestRest || same(from, named.place, named.length) === 0) break;
      const timeLength = this.#timeLength;
      const valueFrom =
        timeLength > 0 && limit - timeFrom >= timeLength && same(timeFrom, timeAt, timeLength) !== 0
          ? timeFrom + timeLength
          : this.#readTime(timeFrom, limit);
      if (valueFrom === -1) break;
      const { counted } = named;
      const tagsFrom =
        counted === undefined ? commaFrom(bytes, valueFrom, limit) : number.read(bytes, valueFrom);
      if (tagsFrom === -1) break;
      if (
        tagSet === undefined ||
        limit - tagsFrom < tagSet.length ||
        same(tagsFrom, tagSet.place, tagSet.length) === 0
      ) {
        const { tagSet: own } = named;
        if (own === undefined || limit - tagsFrom < own.length || same(tagsFrom, own.place, own.length) === 0)
          break;
        tagSet = own;
      }
      if (counted !== undefined) {
        const tags = named.wanted.length === 0 ? noTags : tagSet.of(named.number);
        if (tags === undefined) break;
        counted.add(time.ms, number.value, tags);
      }
      last = named;
      from = tagsFrom + tagSet.length;
    }
    this.#last = last;
    this.#tagSet = tagSet;
    return from;
  }

  /** Reads a time and `","value":` behind it, and keeps both; answers where they end, -1 where something else stands there. */
  #readTime(from: number, limit: number): number {
    const view = this.view;
    this.#timeLength = 0;
    if (!this.#time.read(this.bytes, from, limit)) return -1;
    const at = from + this.#time.length;
    if (
      limit - at < 24 ||
      view.getUint32(at) !== 0x222c2276 ||
      view.getUint32(at + 4) !== 0x616c7565 ||
      view.getUint16(at + 8) !== 0x223a
    )
      return -1;
    this.#timeLength = at + 10 - from;
    this.bytes.copyWithin(timeAt, from, at + 10);
    return at + 10;
  }

  /** Behind `,"tags":{`; -1 where something else stands there, or the value before was none. */
  #tagsFrom(at: number, end: number): number {
    const view = this.view;
    return at === -1 ||
      end - at < 12 ||
      view.getUint32(at) !== 0x2c227461 ||
      view.getUint32(at + 4) !== 0x6773223a ||
      this.bytes[at + 8] !== openBrace
      ? -1
      : at + 9;
  }

  protected scan(from: number, end: number, hasEnd: boolean): boolean {
    // The shortest line that k6 could write is longer; all that is looked at below lies inside.
    if (end - from < 96 || !this.#endsWithBraces(end)) return false;
    const named = this.#metricAt(from, end);
    if (named === undefined) return false;
    const timeFrom = from + named.length;
    const { counted } = named;
    // The rest of a line that is not counted could only matter if a key stood in it twice.
    if (counted === undefined) {
      this.#keepRest(timeFrom, end, hasEnd, named);
      return true;
    }
    const valueFrom = this.#readTime(timeFrom, end);
    if (valueFrom === -1) return false;
    const valueEnd = this.#number.read(this.bytes, valueFrom);
    const tagsFrom = this.#tagsFrom(valueEnd, end);
    if (tagsFrom === -1) return false;
    const { ms } = this.#time;
    const { value } = this.#number;
    if (named.wanted.length === 0) {
      if (tagsFrom !== end - 3 && !this.#isEndOfTags(tagsFrom, end)) return false;
      if (hasEnd) this.#keepTags(valueEnd, tagsFrom, end, named, noTags);
      counted.add(ms, value, noTags);
      return true;
    }
    if (!this.#tags(tagsFrom, end, named)) return false;
    const tags = named.keptTags();
    if (hasEnd) this.#keepTags(valueEnd, tagsFrom, end, named, tags);
    counted.add(ms, value, tags);
    return true;
  }

  /** The same of a line that is passed over. */
  #keepRest(timeFrom: number, end: number, hasEnd: boolean, named: NamedMetric): void {
    if (!hasEnd) return;
    const valueFrom = this.#readTime(timeFrom, end);
    if (valueFrom === -1) return;
    const valueEnd = commaFrom(this.bytes, valueFrom, end);
    const tagsFrom = this.#tagsFrom(valueEnd, end);
    if (tagsFrom !== -1) this.#keepTags(valueEnd, tagsFrom, end, named, noTags);
  }

  /** So that the next line that ends like this one is known. */
  #keepTags(valueEnd: number, tagsFrom: number, end: number, named: NamedMetric, tags: TagValues): void {
    if (!isPlainTags(this.bytes, tagsFrom, end)) return;
    if (!this.hasRoomFor(end + 1 - valueEnd)) return this.#forget();
    const tagSet = this.tagSets.at(valueEnd, end + 1, this.keep);
    if (tagSet === undefined) return;
    tagSet.keep(named.number, tags);
    named.tagSet = tagSet;
    this.#tagSet = tagSet;
  }

  /** The metric whose line begins there; undefined where none of k6's does, up to its time. */
  #metricAt(from: number, end: number): NamedMetric | undefined {
    // Samples of one request follow each other in one order.
    const expected = this.#last?.next;
    const named =
      expected !== undefined && this.#isAt(expected, from, end) ? expected : this.#lookUp(from, end);
    if (named === undefined) return undefined;
    if (this.#last !== undefined) this.#last.next = named;
    this.#last = named;
    return named;
  }

  #isAt({ place, length }: NamedMetric, from: number, end: number): boolean {
    return end - from >= length + 27 && this.same(from, place, length) !== 0;
  }

  #lookUp(from: number, end: number): NamedMetric | undefined {
    const bytes = this.bytes;
    const nameFrom = from + lineStart.length;
    if (!matches(bytes, from, lineStart)) return undefined;
    let hash = 0;
    let at = nameFrom;
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === quote) break;
      if (byte === backslash || byte < 0x20 || byte > 0x7e) return undefined;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (at === nameFrom || end - at < timeStart.length + 27 || !matches(bytes, at, timeStart))
      return undefined;
    const known = this.#metrics.get(hash) ?? [];
    const found = known.find((each) => this.#isAt(each, from, end));
    if (found !== undefined) return found;
    const name = decode(bytes, nameFrom, at);
    const counted = this.#sink.counted(name);
    // A metric that is not declared is taken by the slow reader, sample by sample, for there it is counted as such.
    if (counted === undefined && !this.#sink.isLeftOut(name)) return undefined;
    const length = at + timeStart.length - from;
    if (!this.hasRoomFor(length)) this.#forget();
    const named = new NamedMetric(this.#named, this.keep(from, from + length), length, counted);
    this.#named += 1;
    this.#metrics.set(hash, [...(this.#metrics.get(hash) ?? []), named]);
    return named;
  }

  /** Reads the tags that are asked for; false where they are not plain texts, or something stands behind them. */
  #tags(from: number, end: number, named: NamedMetric): boolean {
    const bytes = this.bytes;
    const { wanted, tags } = named;
    for (let index = 0; index < wanted.length; index += 1) tags[index] = undefined;
    let missing = wanted.length;
    let at = from;
    if (bytes[at] === closeBrace) return at === end - 3;
    for (;;) {
      if (bytes[at] !== quote) return false;
      const keyFrom = at + 1;
      const keyEnd = textEnd(bytes, keyFrom, end);
      if (keyEnd === -1 || bytes[keyEnd + 1] !== colon || bytes[keyEnd + 2] !== quote) return false;
      const valueFrom = keyEnd + 3;
      const valueEnd = textEnd(bytes, valueFrom, end);
      if (valueEnd === -1) return false;
      const length = keyEnd - keyFrom;
      for (let index = 0; index < wanted.length; index += 1) {
        const key = wanted[index];
        if (key?.length !== length || !matches(bytes, keyFrom, key)) continue;
        if (tags[index] === undefined) missing -= 1;
        tags[index] = this.#texts.at(bytes, valueFrom, valueEnd);
        // k6 writes each tag once: those that are left need not be looked at.
        if (missing === 0) return this.#isEndOfTags(valueEnd, end);
      }
      at = valueEnd + 1;
      if (bytes[at] === comma) at += 1;
      else return bytes[at] === closeBrace && at === end - 3;
    }
  }

  /** Of the tags, the data and the line. */
  #endsWithBraces(end: number): boolean {
    const bytes = this.bytes;
    return bytes[end - 1] === closeBrace && bytes[end - 2] === closeBrace && bytes[end - 3] === closeBrace;
  }

  /** Whether the first brace to close is the tags' own, so that nothing stands behind them. Before it a text has ended. */
  #isEndOfTags(from: number, end: number): boolean {
    const bytes = this.bytes;
    return (
      bytes[end - 4] === quote && bytes[end - 5] !== backslash && bytes.indexOf(closeBrace, from) === end - 3
    );
  }
}

/** Where the next comma stands in the same line; -1 where there is none. */
const commaFrom = (bytes: Uint8Array, from: number, limit: number): number => {
  for (let at = from; at < limit; at += 1) {
    const byte = bytes[at];
    if (byte === comma) return at;
    if (byte === lineFeed) return -1;
  }
  return -1;
};
