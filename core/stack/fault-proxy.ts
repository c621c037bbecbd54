import { join, resolve } from 'node:path';
import { freePort } from '../process/free-port.ts';
import { spawnLogged } from '../process/spawn-logged.ts';
import { awaitReady, requireFreePort, type StackMember, type StartOptions } from './member.ts';
import { ownProgram } from './own-program.ts';
import { untilListening } from './until-listening.ts';

/** Both ports are of 127.0.0.1. */
export type ProxiedServer = { name: string; listenPort: number; upstreamPort: number };

export type FaultProxyOptions = StartOptions & { servers: readonly ProxiedServer[] };

/** Starts the fault proxy in front of some servers. `port` and `address` are those of its Toxiproxy API. */
export const startFaultProxy = async (options: FaultProxyOptions): Promise<StackMember> => {
  await requireFreePort('proxy', options.port);
  const port = options.port ?? (await freePort());
  const logFile = join(resolve(options.dir), 'logs', 'proxy.log');
  const proxies = options.servers.flatMap(({ name, listenPort, upstreamPort }) => [
    '--proxy',
    `${name}=127.0.0.1:${listenPort}->127.0.0.1:${upstreamPort}`,
  ]);
  const spawned = await spawnLogged({
    command: process.execPath,
    args: [ownProgram('core', 'faults', 'proxy-main'), '--admin-port', String(port), ...proxies],
    logFile,
    ...(options.guarded === undefined ? {} : { guarded: options.guarded }),
  });
  const member: StackMember = {
    name: 'proxy',
    identity: spawned.identity,
    port,
    address: `http://127.0.0.1:${port}`,
    logFile,
    startedAt: new Date().toISOString(),
  };
  const ready = (limits: { withinMs: number; giveUp: () => boolean }): Promise<boolean> =>
    untilListening(logFile, limits);
  return awaitReady({ member, process: spawned, options, ready });
};
