import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../errors.ts';
import { decodeRemoteWrite, type IsUsedHistogram, type PushedSeries } from './remote-write-decode.ts';

export type RemoteWriteReceiver = {
  readonly url: string;
  /** To be sent as `Authorization: Bearer`; not in the URL, because k6 prints that. */
  readonly token: string;
  readonly statistics: Readonly<ReceiverStatistics>;
  close(): Promise<void>;
};

export type ReceiverStatistics = {
  accepted: number;
  rejected: number;
  /** Why the last rejected request was rejected. */
  lastRejection: string | null;
  /** Series of the largest push: k6 sends all that have new samples. */
  mostSeries: number;
};

export type ReceiverOptions = {
  /** Called once per push, in the order of arrival; must not throw. */
  readonly onPush: (series: PushedSeries[]) => void;
  /** Of which series histograms are read whole; all of them where it is left out. */
  readonly isUsed?: IsUsedHistogram;
  /** Largest body as sent, in bytes. */
  readonly maxBodyBytes?: number;
};

const path = '/api/v1/write';

class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** Takes Prometheus remote-write pushes on a free loopback port. A request it cannot read is refused and counted. */
export const startRemoteWriteReceiver = async ({
  onPush,
  isUsed,
  maxBodyBytes = 16 * 1024 * 1024,
}: ReceiverOptions): Promise<RemoteWriteReceiver> => {
  const token = randomBytes(24).toString('base64url');
  const statistics: ReceiverStatistics = { accepted: 0, rejected: 0, lastRejection: null, mostSeries: 0 };

  const receive = async (request: IncomingMessage): Promise<void> => {
    if (request.url !== path) throw new Rejection(404, 'unknown path');
    if (!isBearer(request.headers.authorization, token)) throw new Rejection(401, 'wrong token');
    if (request.method !== 'POST') throw new Rejection(405, 'not a POST request');
    const body = await readBody(request, maxBodyBytes);
    let series: PushedSeries[];
    try {
      series = decodeRemoteWrite(body, isUsed);
    } catch (cause) {
      throw new Rejection(400, `unreadable body: ${messageOf(cause)}`);
    }
    statistics.mostSeries = Math.max(statistics.mostSeries, series.length);
    onPush(series);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await receive(request);
      statistics.accepted += 1;
      response.writeHead(204).end();
    } catch (error) {
      statistics.rejected += 1;
      statistics.lastRejection = messageOf(error);
      // The rest of a refused body is not read, so the connection cannot be used again.
      response.writeHead(error instanceof Rejection ? error.status : 400, { Connection: 'close' }).end();
    }
  };

  const server = createServer((request, response) => void answer(request, response));
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${path}`, token, statistics, close: () => close(server) };
};

const readBody = async (request: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Rejection(413, `body above ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const isBearer = (header: string | undefined, token: string): boolean => {
  const given = Buffer.from(header ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
};

const listen = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve());
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
