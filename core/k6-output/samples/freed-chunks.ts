import { createGunzip, type Gunzip } from 'node:zlib';

/*
 * Streams make a new buffer for each chunk. What is read faster than garbage is collected fills 100 MB with them: here they are
 * given back when the next chunk is asked for.
 */

const chunkBytes = 256 * 1024;

/** The chunks of a stream, each good until the next one is asked for. */
export async function* freedChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    // One that is alone in its memory; small buffers share theirs.
    if (chunk.byteLength === chunk.buffer.byteLength) free(chunk);
  }
}

/** The same of what was zipped. Throws where it is not whole. */
export async function* unzippedChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  void feed(chunks, gunzip);
  for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
    yield chunk;
    // zlib goes on in the same memory until it is full; then no chunk before this one is in use.
    const isFull = chunk.byteOffset + chunk.byteLength === chunk.buffer.byteLength;
    if (isFull && chunk.buffer.byteLength === chunkBytes) free(chunk);
  }
}

/** Each chunk once the one before is done with; ends when zlib does, too. */
const feed = async (chunks: AsyncIterable<Uint8Array>, gunzip: Gunzip): Promise<void> => {
  const closed = new Promise<void>((resolve) => gunzip.once('close', resolve));
  try {
    for await (const chunk of freedChunks(chunks)) {
      await Promise.race([closed, new Promise((resolve) => gunzip.write(chunk, resolve))]);
      if (gunzip.destroyed) return;
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
  }
};

const free = ({ buffer }: Uint8Array): void => {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
};
