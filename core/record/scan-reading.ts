import { keptLength, keptPlaces, letterMarks, without } from './content-columns.ts';
import { ascii, LineCursor, lost } from './line-cursor.ts';
import type { ReadingLine } from './reading-reader.ts';
import { scanUsualChange } from './scan-usual-change.ts';

const opening = ascii('{"kind":"reading","number":');
const whole = ascii(',"whole":true');
const fromMs = ascii(',"fromMs":');
const endSentMs = ascii(',"endSentMs":');
const endReceivedMs = ascii(',"endReceivedMs":');
const toMs = ascii(',"toMs":');
const changed = ascii(',"changed":[');
const gone = ascii(',"gone":[');
const noOffset = ascii('null');

const none: readonly number[] = [];
const [quote, comma, zero, opened, closed, letterA, letterZ, closedLine] = [34, 44, 48, 91, 93, 97, 122, 125];
/** So many digits are exact in 32 bits, and in a `number`. */
const [shortDigits, exactDigits] = [9, 15];

/**
 * Reads lines of the kind `reading` from their bytes: of a day they are most of the journal, and neither a text nor an object is made
 * of any. What is answered is good until the next line is read.
 */
export class ReadingScanner extends LineCursor {
  /** Used again for each line. */
  #ids = new Int32Array(64);
  #contents = new Float64Array(64 * keptLength);
  /** Those that were read last; NaN where there is none. */
  readonly #offsets = new Float64Array(4);

  /** The line between two places; undefined for every other line, also where it is as valid in another form. */
  scan(bytes: Uint8Array, from: number, end: number): ReadingLine | undefined {
    this.begin(bytes, from);
    if (!this.has(opening)) return undefined;
    const number = this.wholeNumber();
    const line = {
      number,
      isWhole: this.has(whole),
      fromMs: this.numberBehind(fromMs),
      endSentMs: this.numberBehind(endSentMs),
      endReceivedMs: this.numberBehind(endReceivedMs),
      toMs: this.numberBehind(toMs),
      changedCount: this.#readChanges(),
      changed: { ids: this.#ids, contents: this.#contents },
      gone: this.has(gone) ? this.wholeNumbers() : none,
    };
    this.skip(closedLine);
    return this.at === end ? line : undefined;
  }

  #readChanges(): number {
    this.must(changed);
    if (this.at === lost || this.skips(closed)) return 0;
    const { bytes } = this;
    let [count, at] = [0, this.at];
    do {
      if (count === this.#ids.length) this.#makeRoom();
      const usual = scanUsualChange(bytes, at, count, this.#ids, this.#contents);
      at = usual === lost ? this.#readChange(bytes, at, count) : usual;
      count += 1;
      at += 1;
    } while (bytes[at - 1] === comma);
    this.at = bytes[at - 1] === closed ? at : lost;
    return count;
  }

  #makeRoom(): void {
    const [ids, contents] = [this.#ids, this.#contents];
    this.#ids = new Int32Array(2 * ids.length);
    this.#ids.set(ids);
    this.#contents = new Float64Array(2 * contents.length);
    this.#contents.set(contents);
  }

  /** Reads the one that stands there, and answers where it ends. */
  #readChange(bytes: Uint8Array, from: number, index: number): number {
    if (bytes[from] !== opened) return lost;
    this.at = from + 1;
    this.#ids[index] = this.wholeNumber();
    const offsets = this.#offsets;
    const at = this.#readOffsets(bytes, this.at, offsets.length);
    const before = offsets[0] as number;
    const end = offsets[1] as number;
    const after = offsets[2] as number;
    const logStart = offsets[3] as number;
    // NaN is not what it is.
    const [hasBefore, hasAfter, hasLogStart] = [before === before, after === after, logStart === logStart];
    const contents = this.#contents;
    const row = index * keptLength;
    contents[row + keptPlaces.committedBetween] = hasAfter && hasBefore ? after - before : 0;
    contents[row + keptPlaces.committedAfter] = hasAfter ? after : hasBefore ? before : 0;
    contents[row + keptPlaces.end] = end;
    contents[row + keptPlaces.logStart] = hasLogStart ? logStart : 0;
    contents[row + keptPlaces.beyondEnd] = 0;
    contents[row + keptPlaces.marks] =
      (hasBefore ? 0 : without.committedBefore) +
      (hasAfter ? 0 : without.committedAfter) +
      (hasLogStart ? 0 : without.logStart) +
      without.highWatermark;
    if (end !== end) return lost;
    const behind = bytes[at] === comma ? this.#readMarks(bytes, at, row) : at;
    return bytes[behind] === closed ? behind + 1 : lost;
  }

  /** Reads so many of them, each behind a comma, and answers where the last one ends; NaN where there is none. */
  #readOffsets(bytes: Uint8Array, from: number, count: number): number {
    const offsets = this.#offsets;
    let at = from;
    for (let place = 0; place < count; place += 1) {
      if (bytes[at] !== comma) return lost;
      if (bytes[at + 1] !== quote) {
        this.at = at + 1;
        if (!this.has(noOffset)) return lost;
        at = this.at;
        offsets[place] = Number.NaN;
        continue;
      }
      const first = at + 2;
      at = first;
      // In 32 bits, as long as they hold it.
      let value = 0;
      let digit = (bytes[at] as number) - zero;
      while (digit >= 0 && digit <= 9) {
        value = (Math.imul(value, 10) + digit) | 0;
        at += 1;
        digit = (bytes[at] as number) - zero;
      }
      const length = at - first;
      if (length === 0 || length > exactDigits || bytes[at] !== quote) return lost;
      offsets[place] = length > shortDigits ? longNumber(bytes, first, at) : value;
      at += 1;
    }
    return at;
  }

  /** Answers where they end. */
  #readMarks(bytes: Uint8Array, from: number, row: number): number {
    this.at = this.#readOffsets(bytes, from, 1);
    const contents = this.#contents;
    const highWatermark = this.#offsets[0] as number;
    let marked = contents[row + keptPlaces.marks] as number;
    if (highWatermark === highWatermark) {
      contents[row + keptPlaces.beyondEnd] = highWatermark - (contents[row + keptPlaces.end] as number);
      marked -= without.highWatermark;
    }
    this.skip(comma);
    this.skip(quote);
    for (let byte = bytes[this.at] ?? 0; byte >= letterA && byte <= letterZ; byte = bytes[this.at] ?? 0) {
      marked |= letterMarks[String.fromCharCode(byte)] ?? 0;
      this.at += 1;
    }
    contents[row + keptPlaces.marks] = marked;
    this.skip(quote);
    return this.at;
  }
}

const longNumber = (bytes: Uint8Array, from: number, to: number): number => {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + (bytes[at] as number) - zero;
  return value;
};
