import { join, resolve } from 'node:path';
import { KnownError } from '../errors.ts';
import { unlessAborted } from '../interruption.ts';
import { systemContext } from '../tools/context.ts';
import { withLock } from '../tools/install-lock.ts';
import { javaTool } from '../tools/java.ts';
import { kafkaTool } from '../tools/kafka.ts';
import { prometheusTool } from '../tools/prometheus.ts';
import type { FoundTool, Progress, ToolContext } from '../tools/tool.ts';
import { answersMetadata } from './broker-ready.ts';
import { startBroker } from './broker.ts';
import {
  requireFreePort,
  stopMember,
  type MemberName,
  type StackMember,
  type StartOptions,
} from './member.ts';
import { startPrometheus } from './prometheus.ts';
import { startService } from './service.ts';
import {
  defaultStackDir,
  readState,
  removeState,
  stackStatus,
  writeState,
  type StackSettings,
  type StackStatus,
} from './stack-state.ts';
import type { StopOutcome } from '../process/stop-process.ts';

export type StackOptions = {
  /** Where state, data and logs go; see `defaultStackDir`. */
  dir?: string;
  /** Brokers to use, `host:port,host:port`, instead of starting one. */
  brokers?: string;
  /** Ports asked for; free ones if absent. */
  ports?: Readonly<Partial<Record<MemberName, number>>>;
  /** Settings of the service (COUPON_TOPIC, PROFILE …). KAFKA_BROKERS and PORT are set by us. */
  serviceEnv?: Readonly<Record<string, string>>;
  /** False leaves the service, and Prometheus with it, out. */
  service?: boolean;
  /** `auto` leaves it out, saying so, where there is none; `off` always. */
  prometheus?: 'auto' | 'off';
  /** Nothing outlives our own process, not even after SIGKILL. */
  guarded?: boolean;
  tools?: ToolContext;
  progress?: Progress;
  /** Stops the start and takes down what was started. */
  signal?: AbortSignal;
};

export type StackUp = StackStatus & { alreadyUp: boolean };

/** Outcomes in the order of stopping; empty if there was nothing to stop. */
export type StackDown = readonly { name: MemberName; outcome: StopOutcome }[];

/**
 * Starts broker, service and Prometheus, in this order, and returns when all are ready. One that is up already is
 * returned as it is; what is left of a broken one is stopped first. If a start fails, everything is stopped again.
 */
export const stackUp = async (options: StackOptions = {}): Promise<StackUp> => {
  const { progress = () => {} } = options;
  const dir = resolve(options.dir ?? defaultStackDir());
  return withStackLock(dir, progress, async () => {
    const before = await stackStatus(dir);
    if (before.state === 'up') {
      requireSameSettings(before, options);
      return { ...before, alreadyUp: true };
    }
    await stopAll(dir, progress);
    try {
      await startAll(dir, { ...options, progress });
    } catch (error) {
      await stopAll(dir, progress);
      throw error;
    }
    return { ...(await stackStatus(dir)), alreadyUp: false };
  });
};

/**
 * Stops what `stackUp` started in this folder, last one first, also if the program that started it has crashed. Once
 * `immediately` is aborted, nothing is given time to end by itself any more.
 */
export const stackDown = async (
  dir: string = defaultStackDir(),
  progress: Progress = () => {},
  immediately?: AbortSignal,
): Promise<StackDown> =>
  (await readState(dir)) === undefined
    ? []
    : withStackLock(dir, progress, () => stopAll(dir, progress, immediately));

const withStackLock = <T>(dir: string, progress: Progress, work: () => Promise<T>): Promise<T> =>
  withLock({ folder: dir, name: 'stack' }, progress, work);

type Starting = StackOptions & { progress: Progress };

const startAll = async (dir: string, options: Starting): Promise<void> => {
  const { progress, serviceEnv = {}, ports = {} } = options;
  for (const name of ['broker', 'service', 'prometheus'] as const) await requireFreePort(name, ports[name]);
  const finding = findTools(options);
  const tools = await (options.signal === undefined ? finding : unlessAborted(options.signal, finding));
  const members: StackMember[] = [];
  let brokers: string | null = options.brokers ?? null;
  const write = (settings?: StackSettings): Promise<void> =>
    writeState(dir, {
      stateVersion: 1,
      brokers,
      members,
      ...(settings === undefined ? {} : { settings, tools: versionsOf(tools) }),
    });
  const startOptions = (name: MemberName): StartOptions => ({
    dir: join(dir, name),
    port: ports[name],
    guarded: options.guarded,
    signal: options.signal,
    onSpawned: async (member) => {
      members.push(member);
      brokers ??= member.address;
      await write();
    },
  });

  if (brokers === null && tools.kafka !== undefined && tools.java !== undefined) {
    progress({ step: 'start broker', detail: `Kafka ${tools.kafka.version}` });
    await startBroker({ ...startOptions('broker'), kafka: tools.kafka, java: tools.java });
  } else if (brokers !== null) {
    await requireBrokers(brokers);
  }
  if (options.service === false || brokers === null) return write(settingsOf(options));
  progress({ step: 'start service' });
  const env = { ...serviceEnv, KAFKA_BROKERS: brokers };
  const service = await startService({ ...startOptions('service'), env });
  if (tools.prometheus === undefined) return write(settingsOf(options));
  progress({ step: 'start prometheus', detail: `Prometheus ${tools.prometheus.version}` });
  const targets = [{ job: 'coupon-service', hostPort: `127.0.0.1:${service.port}` }];
  await startPrometheus({ ...startOptions('prometheus'), prometheus: tools.prometheus, targets });
  await write(settingsOf(options));
};

const versionsOf = (tools: Tools): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tools).map(([name, { version }]: [string, FoundTool]) => [name, version]),
  );

const settingsOf = ({ serviceEnv = {}, service = true }: StackOptions): StackSettings => ({
  serviceEnv,
  service,
});

/** A stack that is up with other settings than those asked for is not what was asked for; stopping it is the user's decision. */
const requireSameSettings = (
  { dir, settings }: StackStatus,
  { serviceEnv = {}, service }: StackOptions,
): void => {
  const differing = Object.entries(serviceEnv).find(([name, value]) => settings?.serviceEnv[name] !== value);
  if (differing === undefined && (service === undefined || service === settings?.service)) return;
  const [name, value] = differing ?? ['service', String(service)];
  throw new KnownError(
    'stack-state',
    `a stack is up in ${dir} with another setting of ${name} than ${value}`,
    {
      remedy: 'stop it with `lagline stack down`, or give this one a folder of its own with --dir',
    },
  );
};

type Tools = { kafka?: FoundTool; java?: FoundTool; prometheus?: FoundTool };

/** Before anything is started, so that a missing tool leaves nothing to take down. */
const findTools = async (options: Starting): Promise<Tools> => {
  const { progress, brokers, tools: context = systemContext() } = options;
  const found: Tools = {};
  if (brokers === undefined) {
    found.java = await javaTool(context).ensure(progress);
    found.kafka = await kafkaTool(context).ensure(progress);
  }
  if (options.service === false || options.prometheus === 'off') return found;
  try {
    found.prometheus = await prometheusTool(context).ensure(progress);
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    progress({ step: 'no prometheus', detail: `${error.message} Going on without it.` });
  }
  return found;
};

const requireBrokers = async (brokers: string): Promise<void> => {
  for (const broker of brokers.split(',')) {
    const colon = broker.lastIndexOf(':');
    if (await answersMetadata(broker.slice(0, colon).trim(), Number(broker.slice(colon + 1)))) return;
  }
  throw new KnownError('broker-unreachable', `No Kafka broker answers at ${brokers}.`, {
    remedy: 'Check the addresses, or leave --brokers out to have one started.',
    facts: { brokers },
  });
};

const stopAll = async (dir: string, progress: Progress, immediately?: AbortSignal): Promise<StackDown> => {
  const state = await readState(dir);
  const stopped: { name: MemberName; outcome: StopOutcome }[] = [];
  for (const member of [...(state?.members ?? [])].reverse()) {
    progress({ step: `stop ${member.name}` });
    stopped.push({ name: member.name, outcome: await stopMember(member, immediately) });
  }
  if (stopped.some(({ outcome }) => outcome === 'survived')) {
    throw new KnownError('stack-state', `Not everything in ${dir} could be stopped, not even by SIGKILL.`, {
      remedy: `Look at the processes named in ${join(dir, 'stack.json')} and try again.`,
    });
  }
  await removeState(dir);
  return stopped;
};
