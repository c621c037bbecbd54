import type { Declaration } from './sample.ts';
import { noTags, type TagValues } from './sample-batch.ts';
import { readSampleLine } from './sample-line.ts';
import type { CountedMetric, SampleSink } from './sample-sink.ts';
import { Stencil } from './stencil.ts';
import { TagSets, type TagSet } from './tag-sets.ts';
import { TimeReader } from './time-reader.ts';

/*
 * Reads k6's lines without making objects of them. k6 writes a sample in one way only:
 *
 *   {"metric":"http_reqs","type":"Point","data":{"time":"2026-03-14T05:26:53.016085865Z","value":1,"tags":{"group":"", … }}}
 *
 * A line of which every byte that matters is where it would be in such a line is read here, from its bytes; any other line,
 * and one with an escape, a digit too many or a key that k6 does not write, goes through JSON.parse (`sample-line.ts`).
 * Most lines end, from their tags on, with bytes that one before ended with, in the order of metrics that those before had.
 * Those are read without looking for their end.
 * Of metrics that are not counted, and of tags that nobody asks for, no more than the frame is looked at: a key that stands
 * twice in one object, which JSON leaves open what it means, may be read as its first one.
 */

/** A longer line is no sample of k6's; it is passed over without being kept. */
const longestLineBytes = 256 * 1024 * 1024;

const [quote, backslash, comma, colon, openBrace, closeBrace, lineFeed] = [34, 92, 44, 58, 123, 125, 10];

export class NdjsonScanner {
  readonly #sink: SampleSink;
  readonly #metrics = new Map<number, NamedMetric[]>();
  readonly #texts = new Map<number, KnownText[]>();
  readonly #tagSets = new TagSets();
  /** How the line before ended. */
  #tagSet: TagSet | undefined;
  #last: NamedMetric | undefined;
  #bytes: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Of a line that the chunks before have begun. */
  #open: Uint8Array[] = [];
  #openBytes = 0;
  readonly #time = new TimeReader();
  /** Lines that hold no sample and no declaration. */
  unreadable = 0;

  constructor(sink: SampleSink) {
    this.#sink = sink;
  }

  /** The chunk may be used again once this returns. */
  push(chunk: Uint8Array): void {
    let from = 0;
    if (this.#openBytes > 0) {
      const end = chunk.indexOf(lineFeed);
      if (end === -1) return this.#keep(chunk);
      this.#keep(chunk.subarray(0, end));
      this.#closeLine();
      from = end + 1;
    }
    this.#look(chunk);
    for (;;) {
      for (let next = this.#scanKnown(from); next !== -1; next = this.#scanKnown(from)) from = next;
      const end = chunk.indexOf(lineFeed, from);
      if (end === -1) break;
      if (!this.#scan(from, end)) this.#read(from, end);
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  /** What stands behind the last line end is a line too. */
  end(): void {
    if (this.#openBytes > 0) this.#closeLine();
  }

  #keep(part: Uint8Array): void {
    this.#openBytes += part.length;
    if (this.#openBytes <= longestLineBytes) this.#open.push(copyOf(part));
    else this.#open = [];
  }

  #closeLine(): void {
    if (this.#openBytes > longestLineBytes) this.unreadable += 1;
    else {
      const [first = new Uint8Array()] = this.#open;
      const line = this.#open.length === 1 ? first : Buffer.concat(this.#open);
      this.#look(line);
      if (!this.#scan(0, line.length)) this.#read(0, line.length);
    }
    this.#open = [];
    this.#openBytes = 0;
  }

  #look(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The slow way, which knows every line. */
  #read(from: number, end: number): void {
    const text = decode(this.#bytes, from, end);
    const line = readSampleLine(text);
    if (line?.kind === 'sample') this.#sink.take(line);
    else if (line?.kind === 'declaration') this.#declare(line);
    else if (text.trim() !== '') this.unreadable += 1;
  }

  /** What is counted may be another metric from here on, or other tags of it. */
  #declare(declaration: Declaration): void {
    this.#sink.declare(declaration);
    this.#metrics.clear();
    this.#last = undefined;
    this.#tagSets.clear();
    this.#tagSet = undefined;
  }

  /**
   * Reads a line of the metric that is expected, whose end stood in a line before; answers where the next one begins, -1 where it
   * is another line. As all of its bytes are known or looked at, a line end among them cannot be missed.
   */
  #scanKnown(from: number): number {
    const named = this.#last?.next;
    if (named === undefined) return -1;
    const bytes = this.#bytes;
    const view = this.#view;
    const limit = bytes.length;
    const { beginning } = named;
    // Behind it, the shortest time, value and tags take more than what is looked at without asking.
    if (limit - from < beginning.length + 80 || !beginning.isAt(view, from)) return -1;
    const timeFrom = from + beginning.length;
    const time = this.#time;
    if (!time.read(bytes, view, timeFrom, limit)) return -1;
    const valueFrom = this.#valueFrom(timeFrom + time.length, limit);
    if (valueFrom === -1) return -1;
    const tagsFrom = this.#tagsFrom(this.#number(valueFrom, limit), limit);
    if (tagsFrom === -1) return -1;
    const tagSet = this.#tagSetAt(tagsFrom, limit, named);
    if (tagSet === undefined) return -1;
    const { counted } = named;
    if (counted !== undefined) {
      const tags = named.wanted.length === 0 ? noTags : tagSet.of(named.number);
      if (tags === undefined) return -1;
      counted.add(time.ms, this.#value, tags);
    }
    this.#last = named;
    return tagsFrom + tagSet.text.length;
  }

  #tagSetAt(from: number, limit: number, named: NamedMetric): TagSet | undefined {
    const before = this.#tagSet;
    if (before !== undefined && from + before.text.length <= limit && before.text.isAt(this.#view, from))
      return before;
    const { tagSet } = named;
    if (tagSet === undefined || from + tagSet.text.length > limit || !tagSet.text.isAt(this.#view, from))
      return undefined;
    this.#tagSet = tagSet;
    return tagSet;
  }

  /** So that the next line that ends like this one is known; one that is cut by the end of a chunk is not kept. */
  #keepTags(from: number, end: number, named: NamedMetric): void {
    const bytes = this.#bytes;
    if (end >= bytes.length || !isPlainTags(bytes, from, end)) return;
    const tagSet = this.#tagSets.at(this.#view, from, end + 1);
    if (tagSet === undefined) return;
    if (named.wanted.length > 0) tagSet.keep(named.number, named.keptTags());
    named.tagSet = tagSet;
    this.#tagSet = tagSet;
  }

  /** Behind `","value":`; -1 where something else stands there. */
  #valueFrom(at: number, end: number): number {
    const view = this.#view;
    return end - at < 24 ||
      view.getUint32(at) !== 0x222c2276 ||
      view.getUint32(at + 4) !== 0x616c7565 ||
      view.getUint16(at + 8) !== 0x223a
      ? -1
      : at + 10;
  }

  /** Behind `,"tags":{`; -1 where something else stands there, or the value before was none. */
  #tagsFrom(at: number, end: number): number {
    const view = this.#view;
    return at === -1 ||
      end - at < 12 ||
      view.getUint32(at) !== 0x2c227461 ||
      view.getUint32(at + 4) !== 0x6773223a ||
      this.#bytes[at + 8] !== openBrace
      ? -1
      : at + 9;
  }

  /** Whether the line could be read from its bytes, and was. */
  #scan(from: number, end: number): boolean {
    const bytes = this.#bytes;
    const view = this.#view;
    // The shortest line that k6 could write is longer; all that is looked at below lies inside.
    if (end - from < 96 || !this.#endsWithBraces(end)) return false;
    // {"metric":"
    if (
      view.getUint32(from) !== 0x7b226d65 ||
      view.getUint32(from + 4) !== 0x74726963 ||
      view.getUint32(from + 7) !== 0x63223a22
    )
      return false;
    const nameFrom = from + 11;
    const named = this.#metricAt(nameFrom, end);
    if (named === undefined) return false;
    let at = nameFrom + named.name.length;
    // ","type":"Point","data":{"time":"
    if (
      end - at < 60 ||
      view.getUint32(at) !== 0x222c2274 ||
      view.getUint32(at + 4) !== 0x79706522 ||
      view.getUint32(at + 8) !== 0x3a22506f ||
      view.getUint32(at + 12) !== 0x696e7422 ||
      view.getUint32(at + 16) !== 0x2c226461 ||
      view.getUint32(at + 20) !== 0x7461223a ||
      view.getUint32(at + 24) !== 0x7b227469 ||
      view.getUint32(at + 28) !== 0x6d65223a ||
      bytes[at + 32] !== quote
    )
      return false;
    const { counted } = named;
    // The rest of a line that is not counted could only matter if a key stood in it twice.
    if (counted === undefined) return true;
    at += 33;
    const time = this.#time;
    if (!time.read(bytes, view, at, end)) return false;
    const valueFrom = this.#valueFrom(at + time.length, end);
    if (valueFrom === -1) return false;
    const tagsFrom = this.#tagsFrom(this.#number(valueFrom, end), end);
    if (tagsFrom === -1) return false;
    if (named.wanted.length === 0) {
      if (tagsFrom !== end - 3 && !this.#isEndOfTags(tagsFrom, end)) return false;
      this.#keepTags(tagsFrom, end, named);
      counted.add(time.ms, this.#value, noTags);
      return true;
    }
    if (!this.#tags(tagsFrom, end, named)) return false;
    this.#keepTags(tagsFrom, end, named);
    counted.add(time.ms, this.#value, named.keptTags());
    return true;
  }

  /** The metric whose name begins there and ends with a quote; undefined where the name is none that k6 could have. */
  #metricAt(from: number, end: number): NamedMetric | undefined {
    // Samples of one request follow each other in one order.
    const expected = this.#last?.next;
    if (expected?.isAt(this.#view, from, end)) {
      this.#last = expected;
      return expected;
    }
    const found = this.#lookUp(from, end);
    if (found === undefined) return undefined;
    if (this.#last !== undefined) this.#last.next = found;
    this.#last = found;
    return found;
  }

  #lookUp(from: number, end: number): NamedMetric | undefined {
    const bytes = this.#bytes;
    let hash = 0;
    let at = from;
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === quote) break;
      if (byte === backslash || byte < 0x20 || byte > 0x7e) return undefined;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (at === end || at === from) return undefined;
    const known = this.#metrics.get(hash) ?? [];
    let found = known.find(({ name }) => name.length === at - from && matches(bytes, from, name));
    if (found === undefined) {
      const name = decode(bytes, from, at);
      const counted = this.#sink.counted(name);
      // A metric that is not declared is taken by the slow reader, sample by sample, for there it is counted as such.
      if (counted === undefined && !this.#sink.isLeftOut(name)) return undefined;
      found = new NamedMetric(this.#named, copyOf(bytes.subarray(from, at)), counted);
      this.#named += 1;
      this.#metrics.set(hash, [...known, found]);
    }
    return found;
  }

  /** How many metrics have been met, under this declaration or one before. */
  #named = 0;
  #value = 0;

  /** Reads a JSON number and answers where it ends; -1 where its digits are too many to be sure of the last one. */
  #number(from: number, end: number): number {
    const bytes = this.#bytes;
    let at = from;
    const isNegative = bytes[at] === 45;
    if (isNegative) at += 1;
    let digits = 0;
    let mantissa = 0;
    const first = at;
    for (; at < end; at += 1) {
      const digit = (bytes[at] ?? 0) - 48;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
      digits += 1;
    }
    if (digits === 0 || (digits > 1 && bytes[first] === 48)) return -1;
    let decimals = 0;
    if (bytes[at] === 46) {
      at += 1;
      for (; at < end; at += 1) {
        const digit = (bytes[at] ?? 0) - 48;
        if (digit < 0 || digit > 9) break;
        mantissa = mantissa * 10 + digit;
        decimals += 1;
      }
      if (decimals === 0) return -1;
    }
    // Up to 15 digits both parts are exact, and their quotient is rounded once, as the number that was written is.
    if (digits + decimals > 15) return this.#longNumber(from, at, end);
    const next = bytes[at];
    if (next === 101 || next === 69) return this.#longNumber(from, at, end);
    const value = decimals === 0 ? mantissa : mantissa / (powersOfTen[decimals] ?? 1);
    this.#value = isNegative ? -value : value;
    return at;
  }

  /** The same by way of text: 17 digits, or an exponent. */
  #longNumber(from: number, at: number, end: number): number {
    const bytes = this.#bytes;
    let to = at;
    while (to < end && bytes[to] !== comma) to += 1;
    const text = decode(bytes, from, to);
    const value = Number(text);
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text) || !Number.isFinite(value)) return -1;
    this.#value = value;
    return to;
  }

  /** Reads the tags that are asked for; false where they are not plain texts, or something stands behind them. */
  #tags(from: number, end: number, named: NamedMetric): boolean {
    const bytes = this.#bytes;
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
        tags[index] = this.#textAt(valueFrom, valueEnd);
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
    const bytes = this.#bytes;
    return bytes[end - 1] === closeBrace && bytes[end - 2] === closeBrace && bytes[end - 3] === closeBrace;
  }

  /** Whether the first brace to close is the tags' own, so that nothing stands behind them. Before it a text has ended. */
  #isEndOfTags(from: number, end: number): boolean {
    const bytes = this.#bytes;
    return (
      bytes[end - 4] === quote && bytes[end - 5] !== backslash && bytes.indexOf(closeBrace, from) === end - 3
    );
  }

  /** Values of tags are few, and come again and again. */
  #textAt(from: number, end: number): string {
    const bytes = this.#bytes;
    let hash = end - from;
    for (let at = from; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const known = this.#texts.get(hash);
    if (known !== undefined)
      for (const { written, text } of known)
        if (written.length === end - from && matches(bytes, from, written)) return text;
    const text = decode(bytes, from, end);
    if (this.#texts.size < mostTexts)
      this.#texts.set(hash, [...(known ?? []), { written: copyOf(bytes.subarray(from, end)), text }]);
    return text;
  }
}

const mostTexts = 10_000;
const mostKeptTags = 32;
type KnownText = { readonly written: Uint8Array; readonly text: string };

class NamedMetric {
  readonly number: number;
  readonly name: Uint8Array;
  /** The line up to its time. */
  readonly beginning: Stencil;
  /** How the last line of it that was new ended. */
  tagSet: TagSet | undefined;
  /** undefined: its samples are passed over. */
  readonly counted: CountedMetric | undefined;
  /** Names of the tags that are asked for. */
  readonly wanted: readonly Uint8Array[];
  /** Their values in the sample that is being read; one list for all, so that none has to be made. */
  readonly tags: (string | undefined)[];
  /** The name and the quote behind it, four bytes a word; the last word may take some of the one before again. */
  readonly words: readonly number[];
  readonly #keptTags: TagValues[] = [];
  /** Which came after it the last time. */
  next: NamedMetric | undefined;

  constructor(number: number, name: Uint8Array, counted: CountedMetric | undefined) {
    this.number = number;
    this.name = name;
    const beginning = Buffer.concat([lineStart, name, timeStart]);
    const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.byteLength);
    this.beginning = new Stencil(view, 0, beginning.length);
    this.counted = counted;
    this.wanted = (counted?.wantedTags ?? []).map((key) => new TextEncoder().encode(key));
    this.tags = this.wanted.map(() => undefined);
    this.words = wordsOf(name);
  }

  /** The tags in a list that stays: the one of a line before, where it had the same. */
  keptTags(): TagValues {
    const { tags } = this;
    const known = this.#keptTags.find((kept) => kept.every((value, index) => value === tags[index]));
    if (known !== undefined) return known;
    const kept = [...tags];
    if (this.#keptTags.length === mostKeptTags) this.#keptTags.length = 0;
    this.#keptTags.push(kept);
    return kept;
  }

  isAt(view: DataView, from: number, end: number): boolean {
    const { words } = this;
    if (from + this.name.length >= end) return false;
    const last = words.length - 1;
    // Those that differ do so at their end.
    if (view.getUint32(from + this.name.length - 3) !== words[last]) return false;
    for (let index = 0; index < last; index += 1)
      if (view.getUint32(from + 4 * index) !== words[index]) return false;
    return true;
  }
}

const lineStart = Buffer.from('{"metric":"');
const timeStart = Buffer.from('","type":"Point","data":{"time":"');

/** Whether the tags are plain texts to the last one, and behind them all objects are closed. */
const isPlainTags = (bytes: Uint8Array, from: number, end: number): boolean => {
  if (bytes[end - 1] !== closeBrace || bytes[end - 2] !== closeBrace || bytes[end - 3] !== closeBrace)
    return false;
  const to = end - 3;
  if (from === to) return true;
  for (let at = from; ; at += 1) {
    if (bytes[at] !== quote) return false;
    const keyEnd = textEnd(bytes, at + 1, to);
    if (keyEnd === -1 || bytes[keyEnd + 1] !== colon || bytes[keyEnd + 2] !== quote) return false;
    const valueEnd = textEnd(bytes, keyEnd + 3, to);
    if (valueEnd === -1) return false;
    at = valueEnd + 1;
    if (at === to) return true;
    if (bytes[at] !== comma) return false;
  }
};

/** None of names shorter than three bytes, which are never at a place. */
const wordsOf = (name: Uint8Array): number[] => {
  if (name.length < 3) return [-1];
  const bytes = new Uint8Array([...name, quote]);
  const view = new DataView(bytes.buffer);
  const words: number[] = [];
  for (let at = 0; at + 4 < bytes.length; at += 4) words.push(view.getUint32(at));
  return [...words, view.getUint32(bytes.length - 4)];
};

/** `slice` of a Buffer copies nothing. */
const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

const powersOfTen = Array.from({ length: 16 }, (_, power) => 10 ** power);

const matches = (bytes: Uint8Array, from: number, text: Uint8Array): boolean => {
  for (let index = 0; index < text.length; index += 1) if (bytes[from + index] !== text[index]) return false;
  return true;
};

/** Where a text without escapes ends; -1 where it has one, or does not end. */
const textEnd = (bytes: Uint8Array, from: number, end: number): number => {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return at;
    if (byte === backslash || byte < 0x20) return -1;
  }
  return -1;
};

const decode = (bytes: Uint8Array, from: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8');
