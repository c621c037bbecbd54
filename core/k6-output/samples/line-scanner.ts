import { OpenLine } from './open-line.ts';
import {
  chunkAt,
  chunkBytes,
  giveBack,
  lineAt,
  takeMemory,
  textsAt,
  type ScanMemory,
} from './scan-memory.ts';
import { TagSets } from './tag-sets.ts';

export const lineFeed = 10;

/**
 * Goes through the lines of a stream in chunks, in a memory where they can be compared with texts of lines before: first those
 * that are known by such texts, then one that is not, from its bytes or as text, and so on.
 */
export abstract class LineScanner {
  readonly #memory: ScanMemory = takeMemory();
  protected readonly bytes = this.#memory.bytes;
  protected readonly view = this.#memory.view;
  protected readonly same = this.#memory.same;
  readonly #open = new OpenLine(this.#memory);
  protected readonly tagSets = new TagSets(this.#memory);
  readonly #textsFrom: number;
  /** Where the next text is kept. */
  #textsEnd: number;
  /** Lines that hold no sample and no declaration. */
  unreadable = 0;

  /** The first `ownBytes` of the texts are for texts that change. */
  constructor(ownBytes: number) {
    this.#textsFrom = textsAt + ownBytes;
    this.#textsEnd = this.#textsFrom;
  }

  /** Reads lines that are known; answers where the first line begins that is not. */
  protected abstract scanKnown(from: number, limit: number): number;
  /** Whether the line could be read from its bytes, and was. `hasEnd`: a line feed stands behind it. */
  protected abstract scan(from: number, end: number, hasEnd: boolean): boolean;
  /** Any other line. Its bytes lie there up to its line feed; -1 where they do not. */
  protected abstract read(text: string, from: number, end: number): void;
  /** A line that is too long to be kept. */
  protected passOver(): void {
    this.unreadable += 1;
  }

  /** A chunk that is put here need not be copied, up to `end`. */
  get room(): Uint8Array {
    return this.bytes.subarray(chunkAt, chunkAt + chunkBytes);
  }

  /** The chunk may be used again once this returns. */
  push(chunk: Uint8Array): void {
    if (chunk.buffer === this.bytes.buffer) return this.#scanChunk(chunk);
    for (let from = 0; from < chunk.length; from += chunkBytes) {
      const part = chunk.subarray(from, from + chunkBytes);
      this.bytes.set(part, chunkAt);
      this.#scanChunk(this.bytes.subarray(chunkAt, chunkAt + part.length));
    }
  }

  /** What stands behind the last line end is a line too. Nothing may be pushed any more. */
  end(): void {
    if (this.#open.length > 0) this.#closeLine();
    giveBack(this.#memory);
  }

  #scanChunk(chunk: Uint8Array): void {
    const offset = chunk.byteOffset;
    const limit = offset + chunk.length;
    let from = offset;
    if (this.#open.length > 0) {
      const end = chunk.indexOf(lineFeed);
      if (end === -1) return this.#open.add(chunk);
      this.#open.add(chunk.subarray(0, end));
      this.#closeLine();
      from += end + 1;
    }
    for (;;) {
      from = this.scanKnown(from, limit);
      const end = chunk.indexOf(lineFeed, from - offset) + offset;
      if (end < from) break;
      if (!this.scan(from, end, true)) this.read(decode(this.bytes, from, end), from, end);
      from = end + 1;
    }
    if (from < limit) this.#open.add(chunk.subarray(from - offset));
  }

  #closeLine(): void {
    const open = this.#open;
    if (open.isTooLong) this.passOver();
    else if (!open.isAtItsPlace || !this.scan(lineAt, lineAt + open.length, false))
      this.read(open.text(), -1, -1);
    open.clear();
  }

  /** Keeps a text of the memory for comparing; there must be room for it. */
  protected readonly keep = (from: number, to: number): number => {
    const place = this.#textsEnd;
    this.bytes.copyWithin(place, from, to);
    this.#textsEnd += to - from;
    return place;
  };

  protected hasRoomFor(length: number): boolean {
    return this.#textsEnd + length <= chunkAt;
  }

  /** All texts that were kept. */
  protected forgetTexts(): void {
    this.tagSets.clear();
    this.#textsEnd = this.#textsFrom;
  }
}

export const decode = (bytes: Uint8Array, from: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8');
