import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import type { StopOutcome } from '../../core/process/stop-process.ts';
import { isRunning } from '../../core/process-identity.ts';
import { killMember, stopMember, type StackMember } from '../../core/stack/member.ts';
import { startService } from '../../core/stack/service.ts';
import type { Servers } from './servers.ts';

export type ServiceRole = 'api' | 'relay' | 'consumer';
const roles = ['relay', 'consumer', 'api'] as const;

/** One coupon sale: the reference service in one process per role, or in one for all of them. */
export type Deployment = {
  readonly eventId: string;
  readonly stock: number;
  address(role: ServiceRole): string;
  isRunning(role: ServiceRole): boolean;
  kill9(role: ServiceRole): Promise<void>;
  /** Asks it to end by SIGTERM; `killed` if it took longer than its grace. */
  terminate(role: ServiceRole): Promise<StopOutcome>;
  /** Tries until it is ready: what it depends on may be coming back itself. */
  restart(role: ServiceRole): Promise<void>;
  /** Sets a fault switch of a role's process. */
  setFault(role: ServiceRole, name: string, value: number): Promise<void>;
  stop(): Promise<void>;
};

export type DeploymentOptions = {
  readonly servers: Servers;
  /** Names the sale, its topic, its group and its folder. */
  readonly name: string;
  readonly stock: number;
  /** A database of its own. */
  readonly storeUrl: string;
  /** Program of the service; the reference service as it is if absent. */
  readonly entry?: string | undefined;
  /** One process has all roles; whoever kills or restarts one of them means that process. */
  readonly inOneProcess?: boolean | undefined;
};

const restartWithinMs = 120_000;
const restartPauseMs = 300;

export const deploy = async (options: DeploymentOptions): Promise<Deployment> => {
  const { servers, name, stock, storeUrl, entry, inOneProcess = false } = options;
  const members = new Map<ServiceRole, StackMember>();
  const startedWith = (role: ServiceRole): readonly ServiceRole[] => (inOneProcess ? roles : [role]);
  const member = (role: ServiceRole): StackMember => {
    const found = members.get(role);
    if (found === undefined) throw new Error(`the ${role} process was not started`);
    return found;
  };
  const start = async (role: ServiceRole): Promise<void> => {
    const started = await startService({
      dir: join(servers.dir, name, role),
      port: members.get(role)?.port,
      guarded: true,
      ...(entry === undefined ? {} : { entry }),
      env: {
        ROLES: startedWith(role).join(','),
        INSTANCE_ID: role,
        FAULTS: 'on',
        ADMISSION_URL: servers.address('redis'),
        STORE_URL: storeUrl,
        KAFKA_BROKERS: servers.address('broker'),
        COUPON_EVENT: name,
        COUPON_TOPIC: name,
        COUPON_GROUP: name,
        COUPON_STOCK: String(stock),
        // A killed member holds up its successor for so long.
        CONSUMER_SESSION_TIMEOUT_MS: '2000',
      },
    });
    for (const each of startedWith(role)) members.set(each, started);
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...new Set(members.values())].map((each) => stopMember(each)));
  };
  try {
    // One after the other: the first creates topics and tables.
    for (const role of roles) if (!members.has(role)) await start(role);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    eventId: name,
    stock,
    address: (role) => member(role).address,
    isRunning: (role) => isRunning(member(role).identity),
    kill9: (role) => killMember(member(role)),
    terminate: (role) => stopMember(member(role)),
    restart: async (role) => {
      const deadlineMs = performance.now() + restartWithinMs;
      for (;;) {
        try {
          return await start(role);
        } catch (error) {
          if (performance.now() > deadlineMs) throw error;
          process.stderr.write(`${role} does not start yet: ${messageOf(error)}\n`);
          await sleep(restartPauseMs);
        }
      }
    },
    setFault: async (role, fault, value) => {
      const answer = await fetch(`${member(role).address}/faults/${fault}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value }),
        signal: AbortSignal.timeout(10_000),
      });
      if (!answer.ok) throw new Error(`${fault} of ${role}: ${await answer.text()}`);
    },
    stop,
  };
};
