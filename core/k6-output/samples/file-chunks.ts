import { open } from 'node:fs/promises';

const chunkBytes = 256 * 1024;

/**
 * The bytes of a file, the next ones being read while those before are looked at. There are two buffers in turn: a chunk is
 * good until the next one is asked for.
 */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  const buffers = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)] as const;
  const fill = (buffer: Buffer): Promise<Uint8Array> =>
    file.read(buffer, 0, buffer.length, null).then(({ bytesRead }) => buffer.subarray(0, bytesRead));
  let reading = fill(buffers[0]);
  try {
    for (let turn = 1; ; turn += 1) {
      const chunk = await reading;
      if (chunk.length === 0) return;
      reading = fill(buffers[turn % 2 === 0 ? 0 : 1]);
      yield chunk;
    }
  } finally {
    await reading.catch(() => {});
    await file.close();
  }
}
