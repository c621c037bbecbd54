import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 100;
const answerWithinMs = 2_000;
const clientId = 'lagline';

/**
 * Asks for the cluster's metadata as a client would (Metadata v1, no topics), without a client library.
 * True once at least one broker is registered; false if nobody answers, or not in time.
 */
export const answersMetadata = async (host: string, port: number): Promise<boolean> => {
  const socket = connect({ host, port });
  const tooLong = setTimeout(() => socket.destroy(), answerWithinMs);
  try {
    await once(socket, 'connect');
    socket.write(metadataRequest());
    let answer = Buffer.alloc(0);
    for await (const chunk of socket) {
      answer = Buffer.concat([answer, chunk as Buffer]);
      // Length, correlation id, then the number of brokers.
      if (answer.length >= 12) return answer.readInt32BE(4) === 1 && answer.readInt32BE(8) >= 1;
    }
    return false;
  } catch {
    return false;
  } finally {
    clearTimeout(tooLong);
    socket.destroy();
  }
};

/** Waits until the broker answers; false when `withinMs` has passed or `giveUp` says so. */
export const untilAnswersMetadata = async (
  at: { host: string; port: number },
  { withinMs, giveUp }: { withinMs: number; giveUp: () => boolean },
): Promise<boolean> => {
  const deadline = performance.now() + withinMs;
  while (!(await answersMetadata(at.host, at.port))) {
    if (giveUp() || performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
};

const metadataRequest = (): Buffer => {
  const name = Buffer.from(clientId);
  const header = Buffer.alloc(10);
  header.writeInt16BE(3, 0); // Metadata
  header.writeInt16BE(1, 2); // version
  header.writeInt32BE(1, 4); // correlation id
  header.writeInt16BE(name.length, 8);
  const noTopics = Buffer.alloc(4);
  const body = Buffer.concat([header, name, noTopics]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
};
