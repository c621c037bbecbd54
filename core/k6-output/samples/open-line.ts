import { longestLineBytes } from './lines.ts';
import { lineAt, lineBytes, type ScanMemory } from './scan-memory.ts';

/** A line that the chunks before have begun. */
export class OpenLine {
  readonly #memory: ScanMemory;
  /** What is too long for its place in the memory. */
  #parts: Uint8Array[] = [];
  /** Its bytes so far. */
  length = 0;

  constructor(memory: ScanMemory) {
    this.#memory = memory;
  }

  /** The part may be used again once this returns. */
  add(part: Uint8Array): void {
    const { bytes } = this.#memory;
    const before = this.length;
    this.length += part.length;
    if (this.length <= lineBytes) bytes.set(part, lineAt + before);
    else if (this.length > longestLineBytes) this.#parts = [];
    else {
      if (before <= lineBytes) this.#parts = [bytes.slice(lineAt, lineAt + before)];
      this.#parts.push(new Uint8Array(part));
    }
  }

  /** Whether it lies in the memory, from `lineAt` on. */
  get isAtItsPlace(): boolean {
    return this.length <= lineBytes;
  }

  get isTooLong(): boolean {
    return this.length > longestLineBytes;
  }

  text(): string {
    if (this.isAtItsPlace)
      return Buffer.from(this.#memory.bytes.buffer, lineAt, this.length).toString('utf8');
    return Buffer.concat(this.#parts).toString('utf8');
  }

  clear(): void {
    this.#parts = [];
    this.length = 0;
  }
}
