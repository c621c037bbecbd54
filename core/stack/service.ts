import { readFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../process/free-port.ts';
import { spawnLogged } from '../process/spawn-logged.ts';
import { untilHttpOk } from './http-ready.ts';
import { awaitReady, requireFreePort, type StackMember, type StartOptions } from './member.ts';

export type ServiceOptions = StartOptions & {
  /** Its settings (KAFKA_BROKERS, COUPON_TOPIC, PROFILE …), added to our own environment. PORT comes from `port`. */
  env: Readonly<Record<string, string>>;
  /** Its program; the reference service if absent. */
  entry?: string | undefined;
};

const readyWithinMs = 60_000;
const pollMs = 50;

/** Beside us as source or compiled, whichever we are ourselves. */
const referenceService = join(
  import.meta.dirname,
  '..',
  '..',
  'reference-service',
  `main${extname(import.meta.filename)}`,
);

/** Starts the service under test and waits for its `listening` line and for GET /ready to answer 200. */
export const startService = async (options: ServiceOptions): Promise<StackMember> => {
  await requireFreePort('service', options.port);
  const port = options.port ?? (await freePort());
  const logFile = join(resolve(options.dir), 'logs', 'service.log');
  const spawned = await spawnLogged({
    command: process.execPath,
    args: [options.entry ?? referenceService],
    logFile,
    env: { ...process.env, ...options.env, PORT: String(port) },
    ...(options.guarded === undefined ? {} : { guarded: options.guarded }),
  });
  const member: StackMember = {
    name: 'service',
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
    withinMs: readyWithinMs,
    ready: async (limits) => {
      const deadline = performance.now() + limits.withinMs;
      while (!(await saysListening(logFile))) {
        if (limits.giveUp() || performance.now() > deadline) return false;
        await sleep(pollMs);
      }
      return untilHttpOk(`${member.address}/ready`, limits);
    },
  });
};

const saysListening = async (logFile: string): Promise<boolean> =>
  (await readFile(logFile, 'utf8')).split('\n').some((line) => {
    try {
      return (JSON.parse(line) as { event?: unknown } | null)?.event === 'listening';
    } catch {
      return false;
    }
  });
