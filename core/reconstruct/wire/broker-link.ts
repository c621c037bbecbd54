import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { int16, int32, string } from './bytes.ts';

export type BrokerAddress = { readonly host: string; readonly port: number };

/** One connection to a broker; requests may overlap, and are answered in their order. */
export type BrokerLink = {
  /** Body of the answer, behind the correlation id. Rejects where the connection breaks or the broker is silent. */
  ask(apiKey: number, version: number, body: Buffer): Promise<Buffer>;
  close(): void;
};

const connectMs = 5_000;
const silentMs = 30_000;
/** A broker sends no answer that is longer; a length beyond it is another protocol's. */
const longestAnswer = 128 * 1024 * 1024;

type Waiting = {
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: Error) => void;
};

export const openLink = async ({ host, port }: BrokerAddress): Promise<BrokerLink> => {
  const socket = connect({ host, port, noDelay: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectMs) });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const fail = (error: Error): void => {
    socket.destroy();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const silent = (): void => {
    if (waiting.size > 0) fail(new Error(`${host}:${port} has not answered for ${silentMs / 1000} s`));
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error(`${host}:${port} closed the connection`)));
  socket.setTimeout(silentMs, silent);
  readFrames(socket, fail, (frame) => {
    const id = frame.readInt32BE(0);
    const asked = waiting.get(id);
    waiting.delete(id);
    asked?.resolve(frame.subarray(4));
  });
  return {
    ask: (apiKey, version, body) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) {
          reject(new Error(`the connection to ${host}:${port} is closed`));
          return;
        }
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        const request = Buffer.concat([
          int16(apiKey),
          int16(version),
          int32(lastId),
          string('lagline'),
          body,
        ]);
        socket.write(Buffer.concat([int32(request.length), request]));
      }),
    close: () => fail(new Error('closed')),
  };
};

/** Cuts what arrives into answers: a length, and so many bytes. */
const readFrames = (socket: Socket, fail: (error: Error) => void, take: (frame: Buffer) => void): void => {
  let chunks: Buffer[] = [];
  let size = 0;
  let wanted = 4;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size < wanted) return;
    let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    wanted = 4;
    while (rest.length >= 4) {
      const length = rest.readInt32BE(0);
      if (length < 4 || length > longestAnswer) {
        fail(new Error('what answers is not a Kafka broker'));
        return;
      }
      if (rest.length < length + 4) {
        wanted = length + 4;
        break;
      }
      take(rest.subarray(4, length + 4));
      rest = rest.subarray(length + 4);
    }
    chunks = [rest];
    size = rest.length;
  });
};
