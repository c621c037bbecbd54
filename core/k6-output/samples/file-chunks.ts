import { open } from 'node:fs/promises';
import { readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

const chunkBytes = 256 * 1024;
/** Chunks between two breaths for signals and timers: some milliseconds. */
const chunksAtOnce = 16;

/**
 * The bytes of a regular file, always in the same place: a chunk is good until the next one is asked for. Reading waits for the
 * disk, as the kernel reads ahead: to hand each chunk to another thread and back takes longer than to copy it.
 */
export async function* fileChunks(
  path: string,
  buffer: Uint8Array = Buffer.allocUnsafeSlow(chunkBytes),
): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    for (let turn = 1; ; turn += 1) {
      const bytes = readSync(file.fd, buffer, 0, buffer.length, null);
      if (bytes === 0) return;
      yield bytes === buffer.length ? buffer : buffer.subarray(0, bytes);
      if (turn % chunksAtOnce === 0) await setImmediate();
    }
  } finally {
    await file.close();
  }
}
