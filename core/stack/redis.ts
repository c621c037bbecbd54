import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../process/free-port.ts';
import { spawnLogged } from '../process/spawn-logged.ts';
import type { FoundTool } from '../tools/tool.ts';
import { awaitReady, requireFreePort, type StackMember, type StorageOptions } from './member.ts';

export type RedisOptions = StorageOptions & {
  redis: Pick<FoundTool, 'path'>;
  /** When a write reaches the disk: before it is answered (`always`, if absent), once a second, or as the system likes. */
  appendfsync?: 'always' | 'everysec' | 'no';
};

const pollMs = 50;
const answerWithinMs = 2_000;

/**
 * Starts Redis on loopback with an append-only file, no snapshots and no eviction, and waits until it answers PING,
 * which is after it has read its file. `address` of the member is its URL.
 */
export const startRedis = async (options: RedisOptions): Promise<StackMember> => {
  await requireFreePort('redis', options.port);
  const port = options.port ?? (await freePort());
  const dir = resolve(options.dir);
  const [dataDir, configFile] = [join(dir, 'data'), join(dir, 'redis.conf')];
  if (options.fresh !== false) await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  await writeFile(configFile, redisConfig({ port, dataDir, appendfsync: options.appendfsync ?? 'always' }));

  const logFile = join(dir, 'logs', 'redis.log');
  const process = await spawnLogged({
    command: options.redis.path,
    args: [configFile],
    cwd: dir,
    logFile,
    ...(options.guarded === undefined ? {} : { guarded: options.guarded }),
  });
  const member: StackMember = {
    name: 'redis',
    identity: process.identity,
    port,
    address: `redis://127.0.0.1:${port}`,
    logFile,
    startedAt: new Date().toISOString(),
  };
  const ready = async (limits: { withinMs: number; giveUp: () => boolean }): Promise<boolean> => {
    const deadline = performance.now() + limits.withinMs;
    while (!(await answersPing(port))) {
      if (limits.giveUp() || performance.now() > deadline) return false;
      await sleep(pollMs);
    }
    return true;
  };
  return awaitReady({ member, process, options, ready });
};

type Settings = { port: number; dataDir: string; appendfsync: string };

/** Its quoting rules for strings are those of JSON as far as paths need them. */
const redisConfig = ({ port, dataDir, appendfsync }: Settings): string =>
  [
    'bind 127.0.0.1',
    'protected-mode yes',
    `port ${port}`,
    'daemonize no',
    `dir ${JSON.stringify(dataDir)}`,
    'appendonly yes',
    `appendfsync ${appendfsync}`,
    // The append-only file holds everything; a snapshot beside it would only cost time.
    'save ""',
    'maxmemory-policy noeviction',
  ]
    .map((line) => `${line}\n`)
    .join('');

/** False also while it still reads its data. */
const answersPing = async (port: number): Promise<boolean> => {
  const socket = connect({ host: '127.0.0.1', port });
  const tooLong = setTimeout(() => socket.destroy(), answerWithinMs);
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    for await (const chunk of socket) return String(chunk).startsWith('+PONG');
    return false;
  } catch {
    return false;
  } finally {
    clearTimeout(tooLong);
    socket.destroy();
  }
};
