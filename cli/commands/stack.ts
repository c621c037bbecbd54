import { KnownError } from '../../core/errors.ts';
import { redactUrl } from '../../core/redact.ts';
import { memberNames, type MemberName } from '../../core/stack/member.ts';
import type { StackOptions } from '../../core/stack/stack-options.ts';
import { stackDown, stackUp } from '../../core/stack/stack.ts';
import { defaultStackDir, memberOf, stackStatus, type StackStatus } from '../../core/stack/stack-state.ts';
import { createProgress } from '../progress/progress.ts';
import { listenForSignals } from '../signals.ts';

type StackFlags = { readonly dir?: string; readonly json?: boolean };

export type StackUpFlags = StackFlags & {
  readonly brokers?: string;
  readonly full?: boolean;
  readonly faults?: boolean;
  readonly profile: string;
  readonly topic?: string;
  readonly group?: string;
  readonly stock?: string;
  readonly partitions?: string;
  readonly workers?: string;
  readonly consumerRate?: string;
  readonly redisPort?: string;
  readonly postgresPort?: string;
  readonly brokerPort?: string;
  readonly proxyPort?: string;
  readonly servicePort?: string;
  readonly workerPort?: string;
  readonly prometheusPort?: string;
  readonly quiet?: boolean;
};

export const stackUpCommand = async (flags: StackUpFlags): Promise<number> => {
  const progress = createProgress(process.stderr, {
    isQuiet: flags.quiet === true,
    environment: process.env,
  });
  const control = listenForSignals();
  try {
    const up = await stackUp({ ...upOptions(flags), progress: progress.step, signal: control.stop });
    progress.finish();
    if (up.alreadyUp) progress.say('the stack is up already');
    print(up, flags);
    return 0;
  } finally {
    progress.finish();
    control.dispose();
  }
};

const upOptions = (flags: StackUpFlags): StackOptions => ({
  ...(flags.dir === undefined ? {} : { dir: flags.dir }),
  ...brokersOf(flags),
  ...(flags.full ? { full: true } : {}),
  ...(flags.faults ? { faults: true } : {}),
  ...workersOf(flags),
  ports: Object.fromEntries(memberNames.flatMap((name) => portOf(name, flags))),
  serviceEnv: {
    PROFILE: flags.profile,
    ...(flags.topic === undefined ? {} : { COUPON_TOPIC: flags.topic }),
    ...(flags.group === undefined ? {} : { COUPON_GROUP: flags.group }),
    ...number('COUPON_STOCK', '--stock', flags.stock),
    ...(flags.partitions === undefined
      ? {}
      : { COUPON_PARTITIONS: String(countOf('--partitions', flags.partitions, 1000)) }),
    ...number('CONSUMER_RATE_PER_SECOND', '--consumer-rate', flags.consumerRate),
  },
});

const workersOf = ({ workers, full }: StackUpFlags): { workers?: number } => {
  if (workers === undefined) return {};
  const count = countOf('--workers', workers, 32);
  if (full) return { workers: count };
  throw new KnownError('usage', '--workers is of no use: without --full the service consumes by itself', {
    remedy: 'add --full, or leave --workers out',
  });
};

const countOf = (flag: string, text: string, most: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new KnownError('usage', `${flag} '${text}' is not a number of them`, {
    remedy: `give a whole number from 1 to ${most}`,
  });
};

const brokersOf = (flags: StackUpFlags): { brokers?: string } => {
  const brokers = flags.brokers ?? process.env['LAGLINE_KAFKA'];
  if (brokers === undefined || brokers === '') return {};
  if (!flags.faults) return { brokers };
  throw new KnownError('usage', `--faults cannot put its proxy before ${brokers}`, {
    remedy:
      'leave --brokers and LAGLINE_KAFKA out, so that a broker is started that leads clients through it',
  });
};

/** The option without which there is no such member. */
const neededFor: Partial<Record<MemberName, 'full' | 'faults'>> = {
  redis: 'full',
  postgres: 'full',
  worker: 'full',
  proxy: 'faults',
};

const portOf = (name: MemberName, flags: StackUpFlags): [MemberName, number][] => {
  const text = flags[`${name}Port`];
  if (text === undefined) return [];
  const [flag, needed] = [`--${name}-port`, neededFor[name]];
  if (needed !== undefined && !flags[needed]) {
    throw new KnownError('usage', `${flag} is of no use: without --${needed} there is no ${name}`, {
      remedy: `add --${needed}, or leave ${flag} out`,
    });
  }
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65_536) return [[name, value]];
  throw new KnownError('usage', `${flag} '${text}' is not a port`, {
    remedy: 'give a number from 1 to 65535',
  });
};

const number = (name: string, flag: string, text: string | undefined): Record<string, string> => {
  if (text === undefined) return {};
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return { [name]: text };
  throw new KnownError('usage', `${flag} '${text}' is not a number`, { remedy: 'give a number above 0' });
};

export const stackDownCommand = async (flags: StackFlags): Promise<number> => {
  const progress = createProgress(process.stderr, { isQuiet: false, environment: process.env });
  const stopped = await stackDown(flags.dir ?? defaultStackDir(), progress.step);
  progress.finish();
  if (flags.json) process.stdout.write(`${JSON.stringify({ stopped }, null, 2)}\n`);
  else
    process.stdout.write(
      stopped.length === 0
        ? 'nothing was running\n'
        : `${stopped.map(({ name, outcome }) => `${name}: ${outcome}`).join('\n')}\n`,
    );
  return 0;
};

export const stackStatusCommand = async (flags: StackFlags): Promise<number> => {
  print(await stackStatus(flags.dir ?? defaultStackDir()), flags);
  return 0;
};

const print = (status: StackStatus, { json }: StackFlags): void => {
  if (json) {
    process.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
    return;
  }
  const lines = status.members.map(
    ({ name, address, identity, running, logFile }) =>
      `${name.padEnd(10)} ${running ? 'running' : 'ended  '}  ${redactUrl(address)}  pid ${identity.pid}  log ${logFile}`,
  );
  process.stdout.write(
    `${[`stack ${status.state} (${status.dir})`, ...lines, ...runHint(status)].join('\n')}\n`,
  );
};

/** The command that puts load on this stack and watches it; nothing where there is nothing to load. */
const runHint = (status: StackStatus): string[] => {
  const service = memberOf(status, 'service');
  if (status.state !== 'up' || service === undefined || status.brokers === null) return [];
  const prometheus = status.settings?.full ? memberOf(status, 'prometheus') : undefined;
  const words = [
    'try: lagline run smoke',
    `--target ${service.address}`,
    `--brokers ${status.brokers}`,
    `--group ${status.settings?.serviceEnv['COUPON_GROUP'] ?? 'coupon-issuer'}`,
    ...(prometheus === undefined ? [] : [`--prometheus ${prometheus.address}`]),
    `--integrity ${service.address}/integrity/demo`,
  ];
  return [words.join(' '), ...faultHint(status)];
};

/** What to add to that command for faults: one of each kind, short enough for it; nothing where there is no proxy. */
const faultHint = (status: StackStatus): string[] => {
  const proxy = memberOf(status, 'proxy');
  if (proxy === undefined) return [];
  const services = status.members.filter(({ name }) => name === 'service' || name === 'worker');
  const words = [
    `with faults: --toxiproxy ${proxy.address} --fault kafka.latency=100ms@1s-3s`,
    ...services.map(({ address }) => `--fault-api ${address}`),
    '--fault consumer.delay=20ms@2s-4s',
  ];
  return [words.join(' ')];
};
