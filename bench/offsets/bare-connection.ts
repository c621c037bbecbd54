import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { ByteWriter } from '../../core/kafka/bytes.ts';

/** A request with its header, ready to be sent; the four bytes before it, its length, among it. */
export type Frame = Buffer;

/** Client id as short as it may be; header version 1, or 2 with its empty tags. */
export const frameOf = (
  {
    key,
    version,
    isFlexible,
  }: { readonly key: number; readonly version: number; readonly isFlexible: boolean },
  body: Buffer,
): Frame => {
  const header = new ByteWriter().int16(key).int16(version).int32(0).string('b');
  if (isFlexible) header.noTags();
  const head = header.finish();
  return Buffer.concat([new ByteWriter().int32(head.length + body.length).finish(), head, body]);
};

export type BareConnection = {
  /** Sends a request and answers what comes back, with its header; one at a time. */
  ask(frame: Frame): Promise<Buffer>;
  close(): void;
};

/** A socket and nothing more: no client library can do with less. */
export const openBare = async (address: string): Promise<BareConnection> => {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  const socket: Socket = connect({ host, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let chunks: Buffer[] = [];
  let length = 0;
  let deliver: ((answer: Buffer) => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  socket.on('error', (error) => fail?.(error));
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < 4) return;
    if (chunks[0] !== undefined && chunks[0].length < 4) chunks = [Buffer.concat(chunks)];
    if (length < 4 + (chunks[0] as Buffer).readInt32BE(0)) return;
    const answer = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
    chunks = [];
    length = 0;
    deliver?.(answer.subarray(4));
  });
  return {
    ask: (frame) =>
      new Promise((resolve, reject) => {
        deliver = resolve;
        fail = reject;
        socket.write(frame);
      }),
    close: () => socket.destroy(),
  };
};
