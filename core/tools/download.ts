import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError, messageOf } from '../errors.ts';
import { openHttp } from './http-open.ts';
import type { Checksum } from './pins.ts';

export type Download = {
  url: string;
  /** Where the whole file goes; while it is incomplete it is `<file>.part`, which a later call goes on with. */
  file: string;
  checksum: Checksum;
  connectTimeoutMs?: number;
  idleTimeoutMs?: number;
};

/** `totalBytes` is undefined when the server does not say. */
export type BytesSeen = (doneBytes: number, totalBytes: number | undefined) => void;

const maxFruitlessCuts = 2;
const retryDelayMs = 200;
const reportEveryMs = 200;

/**
 * Fetches a file whose checksum is known. A connection that is cut is taken up where it broke off;
 * a server that cannot be reached, refuses, or serves other content is a `tool-download` at once.
 */
export const download = async (what: Download, onBytes: BytesSeen = () => {}): Promise<void> => {
  const part = `${what.file}.part`;
  await mkdir(dirname(part), { recursive: true });
  let fruitlessCuts = 0;
  for (;;) {
    const hadBytes = await sizeOf(part);
    const response = await open(what, hadBytes);
    try {
      await receive(response, part, onBytes);
      break;
    } catch (error) {
      fruitlessCuts = (await sizeOf(part)) > hadBytes ? 0 : fruitlessCuts + 1;
      if (fruitlessCuts >= maxFruitlessCuts) throw failure(what, 'the connection is cut each time', error);
      await sleep(retryDelayMs);
    }
  }
  await verify(what, part);
  await rename(part, what.file);
};

const open = async (what: Download, doneBytes: number): Promise<IncomingMessage> => {
  const headers: Record<string, string> = { 'user-agent': 'lagline', 'accept-encoding': 'identity' };
  if (doneBytes > 0) headers['range'] = `bytes=${doneBytes}-`;
  const { connectTimeoutMs = 5_000, idleTimeoutMs = 20_000 } = what;
  let response: IncomingMessage;
  try {
    response = await openHttp(what.url, { headers, connectTimeoutMs, idleTimeoutMs });
  } catch (error) {
    throw failure(what, messageOf(error) || (error as NodeJS.ErrnoException).code || 'no connection', error);
  }
  const status = response.statusCode ?? 0;
  // 416: nothing is left to send; the checksum tells whether what we have is the file.
  if (status === 200 || status === 206 || (status === 416 && doneBytes > 0)) return response;
  response.destroy();
  throw failure(what, `the server answered ${status}`);
};

const receive = async (response: IncomingMessage, part: string, onBytes: BytesSeen): Promise<void> => {
  if (response.statusCode === 416) {
    response.destroy();
    return;
  }
  const resumed = response.statusCode === 206;
  let doneBytes = resumed ? rangeStart(response) : 0;
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  const totalBytes = Number.isFinite(length) ? doneBytes + length : undefined;
  let reportedAtMs = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      doneBytes += chunk.length;
      if (performance.now() - reportedAtMs >= reportEveryMs) {
        reportedAtMs = performance.now();
        onBytes(doneBytes, totalBytes);
      }
      done(undefined, chunk);
    },
  });
  const place = resumed ? ({ flags: 'r+', start: doneBytes } as const) : ({ flags: 'w' } as const);
  await pipeline(response, counter, createWriteStream(part, place));
  onBytes(doneBytes, totalBytes);
};

/** Where the piece begins that the server chose to send, which need not be where we asked. */
const rangeStart = (response: IncomingMessage): number =>
  Number(/bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1] ?? 0);

const verify = async (what: Download, part: string): Promise<void> => {
  const hash = createHash(what.checksum.algorithm);
  await pipeline(createReadStream(part), hash);
  const actual = hash.digest('hex');
  if (actual === what.checksum.hex.toLowerCase()) return;
  await rm(part, { force: true });
  const { algorithm, hex } = what.checksum;
  throw failure(
    what,
    `its ${algorithm} is ${actual.slice(0, 16)}… and must be ${hex.slice(0, 16)}…; the file was deleted`,
  );
};

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
};

const failure = (what: Download, reason: string, cause?: unknown): KnownError =>
  new KnownError('tool-download', `Download of ${what.url} failed: ${reason}`, {
    remedy:
      'Check the connection or proxy and start again: a download that was cut goes on where it stopped.',
    facts: { url: what.url },
    ...(cause === undefined ? {} : { cause }),
  });
