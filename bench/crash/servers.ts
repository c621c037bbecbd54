import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../../core/stack/broker.ts';
import { killMember, stopMember, type StackMember, type StorageOptions } from '../../core/stack/member.ts';
import { startPostgres } from '../../core/stack/postgres.ts';
import { startRedis } from '../../core/stack/redis.ts';
import { systemContext } from '../../core/tools/context.ts';
import { javaTool } from '../../core/tools/java.ts';
import { kafkaTool } from '../../core/tools/kafka.ts';
import { postgresTool } from '../../core/tools/postgres.ts';
import { redisTool } from '../../core/tools/redis.ts';

export type ServerName = 'redis' | 'broker' | 'postgres';

/** Real servers on loopback that can be killed and come back with their data. */
export type Servers = {
  readonly dir: string;
  /** A URL, or host:port for the broker; the same after a restart. */
  address(name: ServerName): string;
  kill9(name: ServerName): Promise<void>;
  /** With the data it had, unless it is to begin with nothing. */
  restart(name: ServerName, fresh?: boolean): Promise<void>;
  stop(): Promise<void>;
};

/** Starts them; what was started is stopped if one does not start. */
export const startServers = async (): Promise<Servers> => {
  const context = systemContext();
  const [redis, postgres, kafka, java] = [
    await redisTool(context).ensure(),
    await postgresTool(context).ensure(),
    await kafkaTool(context).ensure(),
    await javaTool(context).ensure(),
  ];
  const dir = await mkdtemp(join(tmpdir(), 'lagline-crash-'));
  const starts: Record<ServerName, (options: StorageOptions) => Promise<StackMember>> = {
    redis: (options) => startRedis({ ...options, redis }),
    postgres: (options) => startPostgres({ ...options, postgres }),
    broker: (options) => startBroker({ ...options, kafka, java }),
  };
  const members = new Map<ServerName, StackMember>();
  const member = (name: ServerName): StackMember => {
    const found = members.get(name);
    if (found === undefined) throw new Error(`${name} was not started`);
    return found;
  };
  const start = async (name: ServerName, options: Partial<StorageOptions>): Promise<void> => {
    members.set(name, await starts[name]({ dir: join(dir, name), guarded: true, ...options }));
  };
  const stop = async (): Promise<void> => {
    for (const each of [...members.values()].reverse()) await stopMember(each);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await Promise.all((['redis', 'postgres', 'broker'] as const).map((name) => start(name, {})));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dir,
    address: (name) => member(name).address,
    kill9: (name) => killMember(member(name)),
    restart: (name, fresh = false) => start(name, { port: member(name).port, fresh }),
    stop,
  };
};
