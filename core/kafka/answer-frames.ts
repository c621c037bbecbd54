const headerBytes = 4;
/** Room that is taken for an answer before anything of it has come: whatever speaks another protocol may name any length. */
const mostAtOnce = 16 * 1024 * 1024;
/** What is smaller may share its memory with other buffers, and is soon collected. */
const leastOwnBytes = 16 * 1024;
/** In front of what is left of an answer stand its length and header. */
const mostBefore = 16;

/**
 * Puts the answers of a broker together, each of which begins with its length in 4 bytes. Each lies in a memory of its own, and
 * chunks are given up once they have been copied: what a broker answers each second is many megabytes, and they would wait for the
 * garbage collector.
 */
export class AnswerFrames {
  readonly #header = Buffer.alloc(headerBytes);
  /** Of the one that is being put together, with its length in front; undefined as long as that has not come. */
  #frame: Buffer | undefined;
  #length = 0;
  #filled = 0;

  /** Tells each answer that the chunk completes. Throws where a length is negative. */
  take(chunk: Buffer, each: (frame: Buffer) => void): void {
    for (let at = 0; at < chunk.length;) {
      const into = this.#frame ?? this.#header;
      const copied = chunk.copy(into, this.#filled, at);
      this.#filled += copied;
      at += copied;
      if (this.#filled < into.length) break;
      if (this.#frame === undefined) this.#begin();
      else if (this.#filled < this.#length) this.#makeRoom(this.#frame);
      if (this.#filled === this.#length) this.#end(each);
    }
    giveUp(chunk);
  }

  #begin(): void {
    const length = this.#header.readInt32BE();
    if (length < 0) throw new RangeError(`an answer of ${length} bytes`);
    this.#length = headerBytes + length;
    this.#frame = Buffer.allocUnsafeSlow(Math.min(this.#length, mostAtOnce));
    this.#header.copy(this.#frame);
  }

  #makeRoom(frame: Buffer): void {
    this.#frame = Buffer.allocUnsafeSlow(Math.min(this.#length, 2 * frame.length));
    frame.copy(this.#frame);
    giveUp(frame);
  }

  #end(each: (frame: Buffer) => void): void {
    const frame = this.#frame as Buffer;
    this.#frame = undefined;
    this.#filled = 0;
    each(frame);
  }
}

/** Gives the memory of bytes back that nobody looks at any more, if they have it to themselves. */
export const giveUp = (bytes: Uint8Array): void => {
  const { buffer } = bytes;
  const isAlone = bytes.byteLength + mostBefore >= buffer.byteLength;
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= leastOwnBytes && isAlone) buffer.transfer(0);
};
