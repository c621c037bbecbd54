/** A text of at least 8 bytes that is looked for where it is expected, 8 bytes at a time. */
export class Stencil {
  readonly length: number;
  readonly #words: Float64Array;

  /** Of the bytes in between; the last word takes some of the one before again. */
  constructor(view: DataView, from: number, to: number) {
    this.length = to - from;
    const words = new Float64Array(Math.ceil(this.length / 8));
    for (let index = 0; index < words.length - 1; index += 1)
      words[index] = view.getFloat64(from + 8 * index, true);
    words[words.length - 1] = view.getFloat64(to - 8, true);
    this.#words = words;
  }

  /**
   * Whether the text stands there; `length` bytes must lie there. Of numbers only 0 has two ways to be written, and some have none
   * that equals itself: a text of NUL bytes must not be given, and one in which such a number would be is never found.
   */
  isAt(view: DataView, from: number): boolean {
    const words = this.#words;
    const last = words.length - 1;
    for (let index = 0; index < last; index += 1)
      if (view.getFloat64(from + 8 * index, true) !== words[index]) return false;
    return view.getFloat64(from + this.length - 8, true) === words[last];
  }
}
