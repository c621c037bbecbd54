import { join, resolve } from 'node:path';
import { freePort } from '../process/free-port.ts';
import { spawnLogged } from '../process/spawn-logged.ts';
import { untilHttpOk } from './http-ready.ts';
import { awaitReady, requireFreePort, type StackMember, type StartOptions } from './member.ts';
import { ownProgram } from './own-program.ts';
import { untilListening } from './until-listening.ts';

export type ServiceOptions = StartOptions & {
  /** `worker` is the same program with other settings; `service` if absent. */
  name?: 'service' | 'worker' | undefined;
  /** Its settings (KAFKA_BROKERS, COUPON_TOPIC, PROFILE …), added to our own environment. PORT comes from `port`. */
  env: Readonly<Record<string, string>>;
  /** Its program; the reference service if absent. */
  entry?: string | undefined;
};

/** Starts the service under test and waits for its `listening` line and for GET /ready to answer 200. */
export const startService = async (options: ServiceOptions): Promise<StackMember> => {
  const { name = 'service' } = options;
  await requireFreePort(name, options.port);
  const port = options.port ?? (await freePort());
  const logFile = join(resolve(options.dir), 'logs', `${name}.log`);
  const spawned = await spawnLogged({
    command: process.execPath,
    args: [options.entry ?? ownProgram('reference-service', 'main')],
    logFile,
    env: { ...process.env, ...options.env, PORT: String(port) },
    ...(options.guarded === undefined ? {} : { guarded: options.guarded }),
  });
  const member: StackMember = {
    name,
    identity: spawned.identity,
    port,
    address: `http://127.0.0.1:${port}`,
    logFile,
    startedAt: new Date().toISOString(),
  };
  return awaitReady({
    member,
    process: spawned,
    options,
    ready: async (limits) =>
      (await untilListening(logFile, limits)) && (await untilHttpOk(`${member.address}/ready`, limits)),
  });
};
