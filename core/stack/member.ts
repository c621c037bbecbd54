import { KnownError } from '../errors.ts';
import { isPortFree } from '../process/free-port.ts';
import type { LoggedProcess } from '../process/spawn-logged.ts';
import { killTree, stopProcess, type StopOutcome } from '../process/stop-process.ts';
import type { ProcessIdentity } from '../process-identity.ts';
import { causeInLog } from './log-tail.ts';

/** What a stack may consist of, in the order of starting. `worker` is the service's consumer, where it is apart. */
export const memberNames = [
  'redis',
  'postgres',
  'broker',
  'proxy',
  'service',
  'worker',
  'prometheus',
] as const;
export type MemberName = (typeof memberNames)[number];

/** One process of a stack, as kept in its state file: all that is needed to reach and to stop it. */
export type StackMember = {
  name: MemberName;
  identity: ProcessIdentity;
  port: number;
  /** `127.0.0.1:9092` for the broker, a URL for the others. */
  address: string;
  logFile: string;
  startedAt: string;
};

/** What every start needs beside its own options. */
export type StartOptions = {
  /** The member's own folder: data, configuration and logs. */
  dir: string;
  /** A free one if absent. */
  port?: number | undefined;
  /** End it when our own process dies, even by SIGKILL. */
  guarded?: boolean | undefined;
  /** Told as soon as the process exists, before it is ready: from here on it must be stopped. */
  onSpawned?: ((member: StackMember) => Promise<void>) | undefined;
  /** Gives up and stops what was spawned. */
  signal?: AbortSignal | undefined;
};

/** Of members that keep data. */
export type StorageOptions = StartOptions & {
  /** False goes on with what an earlier start left in `dir`, as after a crash; anything else begins with nothing. */
  fresh?: boolean | undefined;
};

const graceMs: Record<MemberName, number> = {
  redis: 20_000,
  postgres: 20_000,
  broker: 30_000,
  proxy: 20_000,
  service: 20_000,
  worker: 20_000,
  prometheus: 20_000,
};

/** Upon SIGTERM Postgres would wait for its clients to leave. */
const stopSignals: Partial<Record<MemberName, NodeJS.Signals>> = { postgres: 'SIGINT' };

/** Ends a member with its process group; a pid that meanwhile belongs to another program is left alone. */
export const stopMember = (member: StackMember, immediately?: AbortSignal): Promise<StopOutcome> =>
  stopProcess(member.identity, {
    graceMs: graceMs[member.name],
    signal: stopSignals[member.name] ?? 'SIGTERM',
    group: true,
    ...(immediately === undefined ? {} : { immediately }),
  });

/** Ends a member as a crash would, with all its processes and nothing said to any of them. */
export const killMember = (member: StackMember): Promise<void> => killTree(member.identity);

/** Rejects with `port-taken` if somebody listens on a port that was asked for. */
export const requireFreePort = async (name: MemberName, port: number | undefined): Promise<void> => {
  if (port === undefined || (await isPortFree(port))) return;
  throw new KnownError('port-taken', `Port ${port} on 127.0.0.1 is taken; the ${name} was to listen there.`, {
    remedy: `End the program that holds it (ss -ltnp 'sport = :${port}' names it), or choose another with --${name}-port.`,
    facts: { port, member: name },
  });
};

export type Startup = {
  member: StackMember;
  process: LoggedProcess;
  options: StartOptions;
  /** Resolves to true once it is ready; looks at `giveUp` between tries. */
  ready: (limits: { withinMs: number; giveUp: () => boolean }) => Promise<boolean>;
  /** Logs beside the process's own, searched for the cause of a failure. */
  otherLogs?: readonly string[];
};

/** Each takes less than 10 s on a machine of its own; on one that does other work as well, much longer. */
const readyWithinMs = 120_000;

/** Waits until a spawned member is ready; one that ends early, or is not ready in time, is stopped and told why. */
export const awaitReady = async (startup: Startup): Promise<StackMember> => {
  const { member, process, options } = startup;
  const giveUp = (): boolean => process.exit() !== undefined || options.signal?.aborted === true;
  try {
    await options.onSpawned?.(member);
    const ready = await startup.ready({ withinMs: readyWithinMs, giveUp });
    options.signal?.throwIfAborted();
    if (!ready || process.exit() !== undefined) throw await failure(startup);
    return member;
  } catch (error) {
    await stopMember(member);
    throw error;
  }
};

const failure = async ({ member, process, otherLogs = [] }: Startup): Promise<KnownError> => {
  const exit = process.exit();
  const what =
    exit === undefined
      ? `was not ready within ${readyWithinMs / 1000} s`
      : `ended at its start (${exit.signal ?? `exit code ${exit.code}`})`;
  const cause = await causeInLog(member.logFile, ...otherLogs);
  return new KnownError(
    'stack-start',
    `The ${member.name} ${what}${cause === undefined ? '.' : `: ${cause}`}`,
    {
      remedy: `See ${[member.logFile, ...otherLogs].join(' and ')}.`,
      facts: { member: member.name, port: member.port },
    },
  );
};
