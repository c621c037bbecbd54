import { readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

const lineFeed = 10;
const usualChunkBytes = 256 * 1024;
/** Chunks between two breaths for signals and timers: some milliseconds. */
const chunksAtOnce = 16;

/**
 * Tells each line of a file by the places between which it lies, its end left out; what stands behind the last line end is a line too.
 * The bytes are used again for those that follow. Reading waits for the disk, as the kernel reads ahead.
 */
export const readJournalLines = async (
  path: string,
  take: (bytes: Buffer, from: number, end: number) => void,
  chunkBytes = usualChunkBytes,
): Promise<void> => {
  const file = await open(path);
  try {
    let bytes = Buffer.allocUnsafeSlow(chunkBytes);
    /** So many of a line that has no end yet stand in front. */
    let open = 0;
    for (let turn = 1; ; turn += 1) {
      if (open === bytes.length) bytes = Buffer.concat([bytes], bytes.length * 2);
      const read = readSync(file.fd, bytes, open, bytes.length - open, null);
      if (read === 0) break;
      const filled = bytes.subarray(0, open + read);
      let from = 0;
      for (let end = filled.indexOf(lineFeed, open); end !== -1; end = filled.indexOf(lineFeed, from)) {
        take(bytes, from, end);
        from = end + 1;
      }
      bytes.copyWithin(0, from, filled.length);
      open = filled.length - from;
      if (turn % chunksAtOnce === 0) await setImmediate();
    }
    if (open > 0) take(bytes, 0, open);
  } finally {
    await file.close();
  }
};
