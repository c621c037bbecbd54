import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort } from '../process/free-port.ts';
import { spawnLogged } from '../process/spawn-logged.ts';
import type { FoundTool } from '../tools/tool.ts';
import { untilHttpOk } from './http-ready.ts';
import { awaitReady, requireFreePort, type StackMember, type StartOptions } from './member.ts';

/** `hostPort` is what Prometheus scrapes `/metrics` of, every second. */
export type ScrapeTarget = { job: string; hostPort: string };

export type PrometheusOptions = StartOptions & {
  prometheus: Pick<FoundTool, 'path'>;
  targets: readonly ScrapeTarget[];
};

/** Starts Prometheus (2.42 or 3) on loopback with empty storage of its own and waits until it is ready. */
export const startPrometheus = async (options: PrometheusOptions): Promise<StackMember> => {
  await requireFreePort('prometheus', options.port);
  const port = options.port ?? (await freePort());
  const dir = resolve(options.dir);
  const [dataDir, configFile] = [join(dir, 'data'), join(dir, 'prometheus.yml')];
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  await writeFile(configFile, scrapeConfig(options.targets));

  const logFile = join(dir, 'logs', 'prometheus.log');
  const process = await spawnLogged({
    command: options.prometheus.path,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${dataDir}`,
      '--storage.tsdb.retention.time=1d',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    cwd: dir,
    logFile,
    ...(options.guarded === undefined ? {} : { guarded: options.guarded }),
  });
  const address = `http://127.0.0.1:${port}`;
  const member: StackMember = {
    name: 'prometheus',
    identity: process.identity,
    port,
    address,
    logFile,
    startedAt: new Date().toISOString(),
  };
  const ready = (limits: { withinMs: number; giveUp: () => boolean }): Promise<boolean> =>
    untilHttpOk(`${address}/-/ready`, limits);
  return awaitReady({ member, process, options, ready });
};

/** JSON is YAML, and needs no quoting rules of our own. */
const scrapeConfig = (targets: readonly ScrapeTarget[]): string =>
  JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: targets.map(({ job, hostPort }) => ({
      job_name: job,
      static_configs: [{ targets: [hostPort] }],
    })),
  });
