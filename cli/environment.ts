import { existsSync, readFileSync } from 'node:fs';
import { cpus, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from '../core/record/run-record.ts';

/** Package root, both in a checkout and in the published package. */
const packageRoot = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`no package.json above ${import.meta.dirname}`);
    folder = above;
  }
  return folder;
};

export const laglineVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;

/** A setting that is there and empty, as CI servers pass what nobody filled in, counts as not given. */
export const forgetEmptySettings = (environment: NodeJS.ProcessEnv): void => {
  for (const [name, value] of Object.entries(environment))
    if (name.startsWith('LAGLINE_') && value === '') delete environment[name];
};

export const describeEnvironment = (
  /** undefined: k6 took no part. */
  k6Version: string | undefined,
  command: readonly string[],
  kafkaBrokers?: readonly string[],
  tools?: Readonly<Record<string, string>>,
): Environment => ({
  laglineVersion: laglineVersion(),
  nodeVersion: process.version,
  ...(k6Version === undefined ? {} : { k6Version }),
  ...(kafkaBrokers === undefined ? {} : { kafkaBrokers }),
  ...(tools === undefined ? {} : { tools }),
  os: `${platform()} ${release()}`,
  cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
  cpuCores: cpus().length,
  memoryBytes: totalmem(),
  command,
});
