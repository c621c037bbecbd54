import { KnownError } from '../../core/errors.ts';
import { stackDown, stackUp, type StackOptions } from '../../core/stack/stack.ts';
import { defaultStackDir, memberOf, stackStatus, type StackStatus } from '../../core/stack/stack-state.ts';
import { createProgress } from '../progress/progress.ts';
import { listenForSignals } from '../signals.ts';

type StackFlags = { readonly dir?: string; readonly json?: boolean };

export type StackUpFlags = StackFlags & {
  readonly brokers?: string;
  readonly profile: string;
  readonly topic?: string;
  readonly group?: string;
  readonly stock?: string;
  readonly consumerRate?: string;
  readonly brokerPort?: string;
  readonly servicePort?: string;
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
  ...brokersOf(flags.brokers ?? process.env['LAGLINE_KAFKA']),
  ports: {
    ...port('broker', '--broker-port', flags.brokerPort),
    ...port('service', '--service-port', flags.servicePort),
    ...port('prometheus', '--prometheus-port', flags.prometheusPort),
  },
  serviceEnv: {
    PROFILE: flags.profile,
    ...(flags.topic === undefined ? {} : { COUPON_TOPIC: flags.topic }),
    ...(flags.group === undefined ? {} : { COUPON_GROUP: flags.group }),
    ...number('COUPON_STOCK', '--stock', flags.stock),
    ...number('CONSUMER_RATE_PER_SECOND', '--consumer-rate', flags.consumerRate),
  },
});

const brokersOf = (brokers: string | undefined): { brokers?: string } =>
  brokers === undefined || brokers === '' ? {} : { brokers };

const port = (name: string, flag: string, text: string | undefined): Record<string, number> => {
  if (text === undefined) return {};
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65_536) return { [name]: value };
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
      `${name.padEnd(10)} ${running ? 'running' : 'ended  '}  ${address}  pid ${identity.pid}  log ${logFile}`,
  );
  const service = memberOf(status, 'service');
  const hint =
    status.state === 'up' && service !== undefined && status.brokers !== null
      ? [
          `try: lagline run smoke --target ${service.address} --brokers ${status.brokers} --group coupon-issuer --integrity ${service.address}/integrity/demo`,
        ]
      : [];
  process.stdout.write(`${[`stack ${status.state} (${status.dir})`, ...lines, ...hint].join('\n')}\n`);
};
