import { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';

export type { Redis } from 'ioredis';

/** A command without an answer for this long counts as unanswered, in ms. */
const COMMAND_DEADLINE_MS = 1_000;
const LONGEST_RECONNECT_PAUSE_MS = 500;

export type RedisClientOptions = {
  readonly url: string;
  readonly name: string;
  /** Longest a command may block on purpose, in ms; 0 for a client that never does. */
  readonly blockMs: number;
  readonly logger: Logger;
};

/**
 * A client that fails fast: without a connection a command is refused at once and has certainly not been
 * sent; when a connection breaks, what was sent on it is rejected and never sent again by the client.
 */
export function createRedisClient({ url, name, blockMs, logger }: RedisClientOptions): Redis {
  const client = new Redis(url, {
    connectionName: name,
    // Replies of one shape from every version of the server.
    protocol: 2,
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: COMMAND_DEADLINE_MS + blockMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 50, LONGEST_RECONNECT_PAUSE_MS),
  });
  // Without a listener the client prints each failed attempt; once per outage is enough.
  let isReported = false;
  client.on('error', (error: Error) => {
    if (!isReported) logger.warn({ reason: error.message, client: name }, 'Redis cannot be reached');
    isReported = true;
  });
  client.on('ready', () => {
    isReported = false;
  });
  return client;
}

/** One line of `INFO`, such as `run_id`. */
export function infoValue(info: string, key: string): string | undefined {
  const line = info.split(/\r?\n/).find((each) => each.startsWith(`${key}:`));
  return line?.slice(key.length + 1);
}
