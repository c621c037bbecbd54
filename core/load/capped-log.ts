import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Readable } from 'node:stream';

export type CappedLog = {
  /** Resolves once the source has ended and the file is closed; never rejects. */
  readonly done: Promise<void>;
  /** The newest text, at most `tailBytes` of it. */
  tail(): string;
  /** How often k6 logged that an exception ended an iteration, over the whole log. */
  thrownIterations(): number;
};

const headBytes = 8 * 1024 * 1024;
const tailBytes = 64 * 1024;

/** How k6 ends the log line of an iteration that threw. */
const thrown = Buffer.from(' source=stacktrace\n');

/**
 * Keeps what a program logs in a file of bounded size: the beginning as it is, then a line that says how much was left
 * out, then the end. The source is always read, so that the program never waits for us.
 */
export const keepLog = (source: Readable, path: string): CappedLog => {
  const file = createWriteStream(path);
  let bytes = 0;
  let written = 0;
  let tail: Buffer = Buffer.alloc(0);
  let thrownCount = 0;

  source.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    // With the end of what came before, too short to hold the mark a second time.
    thrownCount += countOf(thrown, Buffer.concat([tail.subarray(1 - thrown.length), chunk]));
    const head = chunk.subarray(0, Math.max(0, headBytes - written));
    written += head.length;
    if (head.length > 0) file.write(head);
    tail =
      chunk.length >= tailBytes
        ? chunk.subarray(-tailBytes)
        : Buffer.concat([tail, chunk]).subarray(-tailBytes);
  });
  source.on('close', () => {
    const missing = bytes - written;
    if (missing > 0) {
      const rest = tail.subarray(-Math.min(missing, tail.length));
      file.write(`\n[${missing - rest.length} bytes left out]\n`);
      file.write(rest);
    }
    file.end();
  });
  // A log that cannot be written (a full disk) is not worth the run: its end is still in memory.
  const done = finished(file).catch(() => {});
  return { done, tail: () => tail.toString('utf8'), thrownIterations: () => thrownCount };
};

const countOf = (mark: Buffer, text: Buffer): number => {
  let count = 0;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) count += 1;
  return count;
};
