import { unlessAborted } from '../interruption.ts';
import { beginStack, type Begun, type Starting } from './begin-stack.ts';
import { memberNames, requireFreePort, type StackMember } from './member.ts';
import { startPrometheus } from './prometheus.ts';
import { startService } from './service.ts';
import { findStackTools } from './stack-tools.ts';
import { startServers, type Reached } from './start-servers.ts';

/** Starts all that is asked for, each when the one before is ready, and keeps the state file in step with it. */
export const startMembers = async (dir: string, options: Starting): Promise<void> => {
  for (const name of memberNames) await requireFreePort(name, options.ports?.[name]);
  const finding = findStackTools(options);
  const tools = await (options.signal === undefined ? finding : unlessAborted(options.signal, finding));
  const begun = beginStack(dir, options, tools);
  const reached = await startServers(begun);
  if (options.service !== false) await startServices(begun, reached);
  const { serviceEnv = {}, service = true, full = false, faults = false, workers = 1 } = options;
  await begun.write({ serviceEnv, service, full, faults, workers });
};

const startServices = async (begun: Begun, reached: Reached): Promise<void> => {
  const { options, tools } = begun;
  const env = serviceEnvironment(options, reached);
  begun.say('service');
  const service = await startService({
    ...begun.startOptions('service'),
    env: options.full ? { ...env, ROLES: 'api,relay', INSTANCE_ID: 'service' } : env,
  });
  const targets = [{ job: 'coupon-service', hostPort: `127.0.0.1:${service.port}` }];
  if (options.full) {
    begun.say('worker');
    for (let number = 1; number <= (options.workers ?? 1); number += 1) {
      const worker = await startWorker(begun, env, number);
      targets.push({ job: 'coupon-worker', hostPort: `127.0.0.1:${worker.port}` });
    }
  }
  const { prometheus } = tools;
  if (prometheus === undefined) return;
  begun.say('prometheus', `Prometheus ${prometheus.version}`);
  await startPrometheus({ ...begun.startOptions('prometheus'), prometheus, targets });
};

/** The port that was asked for is the first one's. */
const startWorker = (
  begun: Begun,
  env: Readonly<Record<string, string>>,
  number: number,
): Promise<StackMember> => {
  const start = begun.startOptions('worker');
  const own = number === 1 ? start : { ...start, dir: `${start.dir}-${number}`, port: undefined };
  const instance = number === 1 ? 'worker' : `worker-${number}`;
  return startService({
    ...own,
    name: 'worker',
    env: { ...env, ROLES: 'consumer', INSTANCE_ID: instance },
  });
};

const serviceEnvironment = (
  { serviceEnv = {}, faults }: Starting,
  { brokers, redis, postgres }: Reached,
): Record<string, string> => ({
  ...serviceEnv,
  KAFKA_BROKERS: brokers,
  ...(redis === undefined ? {} : { ADMISSION_URL: redis }),
  ...(postgres === undefined ? {} : { STORE_URL: postgres }),
  ...(faults ? { FAULTS: 'on' } : {}),
});
