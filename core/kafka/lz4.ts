/*
 * Decodes frames of LZ4 (lz4_Frame_format.md and lz4_Block_format.md of the reference implementation):
 *
 *   frame = magic , FLG , BD , [ content size ] , [ dictionary id ] , HC , { block } , end mark , [ content checksum ] ;
 *   block = size (highest bit: not compressed) , data , [ checksum ] ;
 *   data  = { token , [ literal length ] , literals , offset , [ match length ] } , token , [ length ] , literals ;
 *
 * Checksums are passed over. Node has no LZ4, and the libraries for it are native or no longer kept.
 */

const magic = 0x184d2204;
const flags = { blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 };
const isStored = 0x80000000;
/** Kafka's own limit of a batch is 1 MiB by default; what grows beyond this is no batch. */
const mostBytes = 256 * 1024 * 1024;
/** The shortest match; lengths in the token count from it. */
const shortestMatch = 4;

/** All frames one after the other. A RangeError where the bytes are no LZ4, end too early, or grow without measure. */
export const lz4Decompress = (bytes: Buffer): Buffer => {
  const out = new Growing();
  let at = 0;
  do at = readFrame(bytes, at, out);
  while (at < bytes.length);
  return out.finish();
};

const readFrame = (bytes: Buffer, from: number, out: Growing): number => {
  if (bytes.readUInt32LE(from) !== magic) throw new RangeError('no LZ4 frame');
  const flag = bytes.readUInt8(from + 4);
  if (flag >> 6 !== 1) throw new RangeError(`an LZ4 frame of version ${flag >> 6}`);
  if ((flag & flags.dictionary) !== 0) throw new RangeError('an LZ4 frame with a dictionary');
  // FLG, BD and HC of one byte each.
  let at = from + 7 + ((flag & flags.contentSize) === 0 ? 0 : 8);
  const checksum = (flag & flags.blockChecksum) === 0 ? 0 : 4;
  for (;;) {
    const size = bytes.readUInt32LE(at);
    at += 4;
    if (size === 0) break;
    const length = size & ~isStored;
    if (at + length > bytes.length) throw new RangeError('the LZ4 frame ends too early');
    const block = bytes.subarray(at, at + length);
    if (size >= isStored) out.append(block);
    else readBlock(block, out);
    at += length + checksum;
  }
  return at + ((flag & flags.contentChecksum) === 0 ? 0 : 4);
};

/** Matches may reach into the blocks before, where these are not independent. */
const readBlock = (block: Buffer, out: Growing): void => {
  let at = 0;
  const length = (nibble: number): number => {
    let sum = nibble;
    if (nibble < 15) return sum;
    let more: number;
    do {
      more = block.readUInt8(at);
      at += 1;
      sum += more;
    } while (more === 255);
    return sum;
  };
  while (at < block.length) {
    const token = block.readUInt8(at);
    at += 1;
    const literals = length(token >> 4);
    if (at + literals > block.length) throw new RangeError('the LZ4 block ends too early');
    out.append(block.subarray(at, at + literals));
    at += literals;
    // The last sequence has literals alone.
    if (at === block.length) return;
    const offset = block.readUInt16LE(at);
    at += 2;
    out.repeat(offset, length(token & 15) + shortestMatch);
  }
};

class Growing {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #at = 0;

  append(part: Buffer): void {
    this.#reserve(part.length);
    part.copy(this.#bytes, this.#at);
    this.#at += part.length;
  }

  /** What stood `offset` bytes before, byte by byte: a match may overlap itself. */
  repeat(offset: number, length: number): void {
    if (offset === 0 || offset > this.#at) throw new RangeError('an LZ4 match before the beginning');
    this.#reserve(length);
    const bytes = this.#bytes;
    const end = this.#at + length;
    for (let at = this.#at; at < end; at += 1) bytes[at] = bytes[at - offset] as number;
    this.#at = end;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    if (needed > mostBytes) throw new RangeError(`more than ${mostBytes} bytes of LZ4`);
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }
}
