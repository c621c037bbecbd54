import { letterMarks, without, type KeptContent } from './content-columns.ts';
import { ascii, LineCursor, lost } from './line-cursor.ts';
import type { ReadingLine } from './reading-reader.ts';

const opening = ascii('{"kind":"reading","number":');
const whole = ascii(',"whole":true');
const fromMs = ascii(',"fromMs":');
const endSentMs = ascii(',"endSentMs":');
const endReceivedMs = ascii(',"endReceivedMs":');
const toMs = ascii(',"toMs":');
const changed = ascii(',"changed":[');
const gone = ascii(',"gone":[');
const noOffset = ascii('null');

const [quote, comma, zero, opened, closed, letterA, letterZ, closedLine] = [34, 44, 48, 91, 93, 97, 122, 125];
/** So many digits are exact in 32 bits, and in a `number`. */
const [shortDigits, exactDigits] = [9, 15];

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };
type Change = { id: number; readonly content: Mutable<KeptContent> };

/**
 * Reads lines of the kind `reading` from their bytes: of a day they are most of the journal, and neither a text nor an object is made
 * of any. What is answered is good until the next line is read.
 */
export class ReadingScanner extends LineCursor {
  /** Used again for each line. */
  readonly #changes: Change[] = [];
  /** The offset that was read last. */
  #offset = 0;
  #hasOffset = false;

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
      changed: this.#changes,
      changedCount: this.#readChanges(),
      gone: this.has(gone) ? this.wholeNumbers() : [],
    };
    this.skip(closedLine);
    return this.at === end ? line : undefined;
  }

  #readChanges(): number {
    this.must(changed);
    let count = 0;
    while (this.at !== lost && !this.skips(closed)) {
      if (count > 0) this.skip(comma);
      this.skip(opened);
      this.#readChange((this.#changes[count] ??= nothing()));
      this.skip(closed);
      count += 1;
    }
    return count;
  }

  #readChange(change: Change): void {
    const { content } = change;
    change.id = this.wholeNumber();
    let at = this.#offsetAt(this.at);
    const [before, hasBefore] = [this.#offset, this.#hasOffset];
    at = this.#offsetAt(at);
    const end = this.#offset;
    if (!this.#hasOffset) at = lost;
    at = this.#offsetAt(at);
    const [after, hasAfter] = [this.#offset, this.#hasOffset];
    at = this.#offsetAt(at);
    const [logStart, hasLogStart] = [this.#offset, this.#hasOffset];
    content.committedAfter = hasAfter ? after : hasBefore ? before : 0;
    content.committedBetween = hasAfter && hasBefore ? after - before : 0;
    content.end = end;
    content.logStart = hasLogStart ? logStart : 0;
    content.beyondEnd = 0;
    content.marks =
      (hasBefore ? 0 : without.committedBefore) +
      (hasAfter ? 0 : without.committedAfter) +
      (hasLogStart ? 0 : without.logStart) +
      without.highWatermark;
    this.at = at;
    if (this.bytes[at] === comma) this.#readMarks(content);
  }

  #readMarks(content: Change['content']): void {
    this.at = this.#offsetAt(this.at);
    if (this.#hasOffset) {
      content.beyondEnd = this.#offset - (content.end as number);
      content.marks -= without.highWatermark;
    }
    this.skip(comma);
    this.skip(quote);
    for (
      let byte = this.bytes[this.at] ?? 0;
      byte >= letterA && byte <= letterZ;
      byte = this.bytes[this.at] ?? 0
    ) {
      content.marks |= letterMarks[String.fromCharCode(byte)] ?? 0;
      this.at += 1;
    }
    this.skip(quote);
  }

  /** Reads the one that stands behind a comma, and answers where it ends. */
  #offsetAt(from: number): number {
    const { bytes } = this;
    if (bytes[from] !== comma) return lost;
    if (bytes[from + 1] !== quote) return this.#noOffsetAt(from + 1);
    const first = from + 2;
    let at = first;
    let short = 0;
    let digit = (bytes[at] as number) - zero;
    while (digit >= 0 && digit <= 9 && at < first + shortDigits) {
      short = (Math.imul(short, 10) + digit) | 0;
      at += 1;
      digit = (bytes[at] as number) - zero;
    }
    let value = short;
    for (; digit >= 0 && digit <= 9; digit = (bytes[at] as number) - zero) {
      value = value * 10 + digit;
      at += 1;
    }
    this.#offset = value;
    this.#hasOffset = true;
    return at > first && at <= first + exactDigits && bytes[at] === quote ? at + 1 : lost;
  }

  #noOffsetAt(from: number): number {
    this.at = from;
    this.#hasOffset = false;
    return this.has(noOffset) ? this.at : lost;
  }
}

const nothing = (): Change => ({
  id: 0,
  content: { committedBetween: 0, committedAfter: 0, end: 0, logStart: 0, beyondEnd: 0, marks: 0 },
});
