import { createReadStream, statSync } from 'node:fs';
import type { ByteSource } from '../core/k6-output/samples/byte-source.ts';
import { fileChunks } from '../core/k6-output/samples/file-chunks.ts';
import { freedChunks, unzippedChunks } from '../core/k6-output/samples/freed-chunks.ts';

export type Input = {
  /** How it begins, as text. */
  readonly beginning: string;
  /** All of it, from its first byte, unzipped. */
  readonly source: ByteSource;
};

const chunkBytes = 256 * 1024;

/** Opens a file, or stdin for `-`, plain or gzipped, whatever its name. Throws where it cannot be read. */
export const openInput = async (path: string): Promise<Input> => {
  const plain = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: chunkBytes });
  const [first, chunks] = await peek(plain);
  if (!isGzip(first)) {
    if (path === '-' || !statSync(path).isFile())
      return { beginning: textOf(first), source: () => freedChunks(chunks) };
    plain.destroy();
    return { beginning: textOf(first), source: (room) => fileChunks(path, room) };
  }
  const [unzipped, rest] = await peek(unzippedChunks(chunks));
  return { beginning: textOf(unzipped), source: () => rest };
};

/** All of it as text. Throws where there is more than that. */
export const wholeText = async ({ source }: Input, limitBytes: number): Promise<string> => {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source()) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw new Error(`it is larger than ${limitBytes / 1024 / 1024} MiB`);
    kept.push(new Uint8Array(chunk));
  }
  return decoded(Buffer.concat(kept));
};

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The first chunk, and all chunks with it. */
const peek = async (
  source: AsyncIterable<Uint8Array>,
): Promise<[first: Uint8Array, chunks: AsyncIterable<Uint8Array>]> => {
  const iterator = source[Symbol.asyncIterator]();
  const { value, done } = await iterator.next();
  const first: Uint8Array = done ? new Uint8Array() : value;
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return [first, all()];
};

const textOf = (bytes: Uint8Array): string => decoded(bytes.subarray(0, 4096));

/** UTF-8, but for what PowerShell writes with `>`, which begins with two bytes that say so. */
const decoded = (bytes: Uint8Array): string => {
  const beginning = Buffer.from(bytes.subarray(0, 2)).toString('hex');
  const encoding = { fffe: 'utf-16le', feff: 'utf-16be' }[beginning] ?? 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
};
