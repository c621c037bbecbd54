import { marksOf, type KeptContent } from './content-columns.ts';
import { whole, type Whole } from './whole.ts';
import type { ReadingLine } from './reading-reader.ts';

/**
 * Reads a line of the kind `reading` in the very form in which the journal's writer writes it, without the objects that JSON.parse
 * makes: of a day they are most of the journal. undefined for every other line, also where it is as valid in another form.
 */
export const scanReading = (line: string): ReadingLine | undefined => {
  if (!line.startsWith(opening)) return undefined;
  try {
    return new Scanner(line, opening.length).reading();
  } catch (error) {
    if (error === otherForm) return undefined;
    throw error;
  }
};

const opening = '{"kind":"reading","number":';
const otherForm = new Error('another form than the writer has');

/** So many digits are exact in a `number`. */
const exactDigits = 15;
const zero = 48;
const nine = 57;
const quote = 34;
const comma = 44;
const opened = 91;
const closed = 93;

class Scanner {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  reading(): ReadingLine {
    const number = this.#number();
    const isWhole = this.#has(',"whole":true');
    const fromMs = this.#milliseconds(',"fromMs":');
    const endSentMs = this.#milliseconds(',"endSentMs":');
    const endReceivedMs = this.#milliseconds(',"endReceivedMs":');
    const toMs = this.#milliseconds(',"toMs":');
    this.#must(',"changed":[');
    const changed: ReadingLine['changed'][number][] = [];
    while (!this.#skips(closed)) {
      if (changed.length > 0) this.#skip(comma);
      changed.push(this.#change());
    }
    const gone = this.#has(',"gone":[') ? this.#ids() : [];
    this.#must('}');
    if (this.#at !== this.#text.length) throw otherForm;
    return { number, isWhole, fromMs, endSentMs, endReceivedMs, toMs, changed, gone };
  }

  #change(): { readonly id: number; readonly content: KeptContent } {
    this.#skip(opened);
    const id = this.#number();
    this.#skip(comma);
    const committedBefore = this.#offset();
    this.#skip(comma);
    const end = this.#offset();
    this.#skip(comma);
    const committedAfter = this.#offset();
    this.#skip(comma);
    const logStart = this.#offset();
    let highWatermark: Whole | null = null;
    let marks = 0;
    if (this.#skips(comma)) {
      highWatermark = this.#offset();
      this.#must(',"');
      const from = this.#at;
      this.#at = this.#text.indexOf('"', from);
      const letters = this.#text.slice(from, this.#at);
      if (!/^[a-z]*$/.test(letters)) throw otherForm;
      marks = marksOf(letters);
      this.#skip(quote);
    }
    this.#skip(closed);
    if (end === null) throw otherForm;
    return { id, content: { committedBefore, committedAfter, end, logStart, highWatermark, marks } };
  }

  #ids(): number[] {
    const ids: number[] = [];
    while (!this.#skips(closed)) {
      if (ids.length > 0) this.#skip(comma);
      ids.push(this.#number());
    }
    return ids;
  }

  #offset(): Whole | null {
    if (this.#code() !== quote) {
      this.#must('null');
      return null;
    }
    this.#at += 1;
    const digits = this.#digits();
    this.#skip(quote);
    return digits;
  }

  #number(): number {
    const isZero = this.#code() === zero;
    const from = this.#at;
    const value = this.#digits();
    const length = this.#at - from;
    if (length > exactDigits || (isZero && length > 1)) throw otherForm;
    return Number(value);
  }

  #digits(): Whole {
    const text = this.#text;
    const from = this.#at;
    let [value, at] = [0, from];
    for (let code = text.charCodeAt(at); code >= zero && code <= nine; code = text.charCodeAt(at)) {
      value = value * 10 + code - zero;
      at += 1;
    }
    this.#at = at;
    const length = this.#at - from;
    if (length === 0) throw otherForm;
    return length > exactDigits ? whole(this.#text.slice(from, this.#at)) : value;
  }

  #milliseconds(name: string): number {
    this.#must(name);
    const from = this.#at;
    this.#at = this.#text.indexOf(',', from);
    const text = this.#text.slice(from, this.#at);
    if (!/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) throw otherForm;
    return Number(text);
  }

  /** NaN at the end. */
  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #skips(code: number): boolean {
    if (this.#code() !== code) return false;
    this.#at += 1;
    return true;
  }

  #skip(code: number): void {
    if (!this.#skips(code)) throw otherForm;
  }

  #has(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #must(text: string): void {
    if (!this.#has(text)) throw otherForm;
  }
}
