import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type RawAnswer = {
  readonly status: number;
  /** Names in lower case; of a name that came twice, the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
};

export type Exchange = {
  /** What the server sent, interim answers left out. */
  readonly answers: readonly RawAnswer[];
  /** Bytes after the last whole answer, or that are none. */
  readonly rest: Buffer;
  readonly isHung: boolean;
};

/** What is no whole request gets no answer before it ends. */
const HALF_CLOSE_AFTER_MS = 20;

export type ExchangeOptions = {
  /** The answer to a HEAD request has the length of a body and no body. */
  readonly bodiless: boolean;
  /** The server will end the connection by itself. */
  readonly isWhole: boolean;
  readonly hungAfterMs: number;
};

/** Sends bytes on a connection of their own and reads until the server ends it. */
export async function exchange(
  port: number,
  bytes: Buffer,
  { bodiless, isWhole, hungAfterMs }: ExchangeOptions,
): Promise<Exchange> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      hasEnded = true;
      resolve();
    };
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', end);
    socket.on('close', end);
    // A server that has answered may end the connection while it is still being written to.
    socket.on('error', end);
  });
  await once(socket, 'connect');
  socket.write(bytes);
  if (!isWhole) {
    await Promise.race([ended, sleep(HALF_CLOSE_AFTER_MS)]);
    if (!hasEnded) socket.end();
  }
  const timer = new AbortController();
  await Promise.race([ended, sleep(hungAfterMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  const isHung = !hasEnded;
  socket.destroy();
  return { ...parseAnswers(Buffer.concat(chunks), bodiless), isHung };
}

function parseAnswers(bytes: Buffer, bodiless: boolean): Pick<Exchange, 'answers' | 'rest'> {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd === -1) return { answers, rest };
    const [statusLine = '', ...lines] = rest.subarray(0, headEnd).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    // Without a length, the body goes on to the end of the connection, in chunks or not.
    const length = headers.get('content-length');
    const start = headEnd + 4;
    const end =
      bodiless || status < 200 ? start : length === undefined ? rest.length : start + Number(length);
    if (!(end <= rest.length)) return { answers, rest };
    const raw = rest.subarray(start, end);
    const body = headers.get('transfer-encoding') === 'chunked' ? joinChunks(raw) : raw;
    if (status >= 200) answers.push({ status, headers, body });
    rest = rest.subarray(end);
  }
}

function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd === -1 || !(length > 0)) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
