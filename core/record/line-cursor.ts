import { NumberReader } from './number-reader.ts';

/** Its bytes, of a text without anything but ASCII. */
export const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Where it stands once something was not as it must be: no byte is there, and so nothing is found any more. */
export const lost = -1;

const [zero, comma, closed] = [48, 44, 93];
/** So many digits are exact in a `number`. */
const exactDigits = 15;

/** Goes through the bytes of one line in the very form in which the journal's writer writes it. */
export class LineCursor {
  readonly #numbers = new NumberReader();
  protected bytes: Uint8Array = new Uint8Array();
  protected at = 0;

  protected begin(bytes: Uint8Array, from: number): void {
    this.bytes = bytes;
    this.at = from;
  }

  /** Goes on behind the text if it stands there, and answers whether it does. */
  protected has(text: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text[index]) return false;
    this.at = at + text.length;
    return true;
  }

  protected must(text: Uint8Array): void {
    if (!this.has(text)) this.at = lost;
  }

  protected skips(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }

  protected skip(byte: number): void {
    if (!this.skips(byte)) this.at = lost;
  }

  /** Any number of JSON's. */
  protected number(): number {
    this.at = this.at === lost ? lost : this.#numbers.read(this.bytes, this.at);
    return this.#numbers.value;
  }

  protected numberBehind(name: Uint8Array): number {
    this.must(name);
    return this.number();
  }

  /** One without a sign that is exact. */
  protected wholeNumber(): number {
    const { bytes, at: from } = this;
    let [value, at] = [0, from];
    for (let digit = (bytes[at] ?? 0) - zero; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - zero) {
      value = value * 10 + digit;
      at += 1;
    }
    const length = at - from;
    const isOne = length > 0 && length <= exactDigits && (length === 1 || bytes[from] !== zero);
    this.at = isOne ? at : lost;
    return value;
  }

  /** The rest of a list of such numbers. */
  protected wholeNumbers(): number[] {
    const numbers: number[] = [];
    while (this.at !== lost && !this.skips(closed)) {
      if (numbers.length > 0) this.skip(comma);
      numbers.push(this.wholeNumber());
    }
    return numbers;
  }
}
