import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KnownError } from '../errors.ts';
import { freePorts } from '../process/free-port.ts';
import { spawnLogged } from '../process/spawn-logged.ts';
import { runCommand } from '../tools/command.ts';
import type { FoundTool } from '../tools/tool.ts';
import {
  log4jProperties,
  portsIn,
  serverProperties,
  type BrokerLayout,
  type ProxiedListener,
  type SecuredListeners,
} from './broker-config.ts';
import { untilAnswersMetadata } from './broker-ready.ts';
import { awaitReady, requireFreePort, type StackMember, type StorageOptions } from './member.ts';

export type BrokerOptions = StorageOptions & {
  kafka: Pick<FoundTool, 'path'>;
  java: Pick<FoundTool, 'path'>;
  proxied?: ProxiedListener | undefined;
  /** Settings of the broker on top of ours. */
  settings?: BrokerLayout['settings'];
  secured?: SecuredListeners | undefined;
  /** Users of SCRAM, as the storage tool takes them: `SCRAM-SHA-256=[name=…,password=…]`. */
  scramUsers?: readonly string[] | undefined;
  /** Most memory of its heap, in MB; 512 unless given, enough for some hundred partitions. */
  heapMb?: number | undefined;
  /** A node of a cluster of several; its id and the voters are `settings`. */
  cluster?: { readonly id: string; readonly controllerPort: number } | undefined;
};

const formatTimeoutMs = 60_000;

/**
 * Starts one Kafka node (KRaft) on loopback with storage of its own and waits until it answers a metadata request. What
 * an earlier start left is kept if `fresh` is false, and its ports with it unless another is given. Auto-creation of topics is off.
 */
export const startBroker = async (options: BrokerOptions): Promise<StackMember> => {
  await requireFreePort('broker', options.port);
  const kept = options.fresh === false ? await keptPorts(options) : undefined;
  const layout = await layOut(options, kept);
  const files = await writeFiles(options, layout);
  if (kept === undefined) await formatStorage(options, { layout, files });
  options.signal?.throwIfAborted();

  const logFile = join(layout.logDir, 'broker.out');
  const process = await spawnLogged({
    command: options.java.path,
    args: [
      '-Xms128m',
      `-Xmx${options.heapMb ?? 512}m`,
      '-XX:+ExitOnOutOfMemoryError',
      ...javaArgs(options, files),
      'kafka.Kafka',
      files.server,
    ],
    logFile,
    ...(options.guarded === undefined ? {} : { guarded: options.guarded }),
  });
  const member: StackMember = {
    name: 'broker',
    identity: process.identity,
    port: layout.port,
    address: `127.0.0.1:${layout.port}`,
    logFile,
    startedAt: new Date().toISOString(),
  };
  return awaitReady({
    member,
    process,
    options,
    ready: (limits) => untilPlainListenersAnswer(layout, limits),
    otherLogs: [join(layout.logDir, 'broker.log')],
  });
};

/**
 * The broker opens its listeners one after the other, and answers on the first while it finds that it cannot open the
 * next and ends.
 */
const untilPlainListenersAnswer = async (
  { port, proxied }: BrokerLayout,
  limits: Parameters<typeof untilAnswersMetadata>[1],
): Promise<boolean> => {
  const ports = proxied === undefined ? [port] : [port, proxied.port];
  const answers = ports.map((each) => untilAnswersMetadata({ host: '127.0.0.1', port: each }, limits));
  return (await Promise.all(answers)).every(Boolean);
};

type Ports = Pick<BrokerLayout, 'port' | 'controllerPort'>;

/** Of an earlier start whose storage was formatted; undefined if there is none. */
const keptPorts = async ({ dir }: BrokerOptions): Promise<Ports | undefined> => {
  try {
    await readFile(join(resolve(dir), 'data', 'meta.properties'));
    return portsIn(await readFile(join(resolve(dir), 'server.properties'), 'utf8'));
  } catch {
    return undefined;
  }
};

const layOut = async (
  { dir, port, proxied, secured, settings, cluster }: BrokerOptions,
  kept: Ports | undefined,
): Promise<BrokerLayout> => {
  // A port that was given may still be free: its listener is only about to be.
  const given = [
    port,
    proxied?.port,
    cluster?.controllerPort,
    ...(secured?.listeners ?? []).map((each) => each.port),
  ];
  const found = await freePorts(2 + given.length);
  const [free = 0, freeForController = 0] = found.filter((each) => !given.includes(each));
  const layout = {
    port: port ?? kept?.port ?? free,
    controllerPort: cluster?.controllerPort ?? kept?.controllerPort ?? freeForController,
    dataDir: join(resolve(dir), 'data'),
    logDir: join(resolve(dir), 'logs'),
    proxied,
    settings,
    secured,
  };
  // What an earlier one left would belong to another cluster id.
  if (kept === undefined) await rm(layout.dataDir, { recursive: true, force: true });
  await rm(layout.logDir, { recursive: true, force: true });
  await mkdir(layout.logDir, { recursive: true });
  return layout;
};

type Files = { server: string; log4j: string };

const writeFiles = async ({ dir }: BrokerOptions, layout: BrokerLayout): Promise<Files> => {
  const files = {
    server: join(resolve(dir), 'server.properties'),
    log4j: join(resolve(dir), 'log4j2.properties'),
  };
  await writeFile(files.server, serverProperties(layout));
  await writeFile(files.log4j, log4jProperties(layout));
  return files;
};

const javaArgs = ({ kafka }: BrokerOptions, { log4j }: Files): string[] => [
  '-Djava.awt.headless=true',
  `-Dlog4j2.configurationFile=${log4j}`,
  '-cp',
  join(kafka.path, 'libs', '*'),
];

const formatStorage = async (
  options: BrokerOptions,
  { layout, files }: { layout: BrokerLayout; files: Files },
): Promise<void> => {
  const clusterId = options.cluster?.id ?? makeClusterId(() => randomBytes(16));
  // Short-lived: the optimizing compiler would cost more than it gives.
  const args = [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    ...javaArgs(options, files),
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    files.server,
    ...(options.scramUsers ?? []).flatMap((user) => ['--add-scram', user]),
  ];
  const { code, output } = await runCommand(options.java.path, args, {
    env: process.env,
    timeoutMs: formatTimeoutMs,
  });
  if (code === 0) return;
  throw new KnownError(
    'stack-start',
    `Kafka could not format its storage in ${layout.dataDir}: ${complaintOf(output)}`,
    { remedy: 'Choose another folder with LAGLINE_STACK_DIR, or see whether this one can be written.' },
  );
};

/** What a Java program says last, but for where it was thrown. */
const complaintOf = (output: string): string =>
  output
    .split('\n')
    .findLast((line) => line.trim() !== '' && !/^\s/.test(line))
    ?.trim() ?? 'no output';

/** 16 random bytes in base64url, as Kafka wants it; one that begins with '-' would be read as an option. */
export const makeClusterId = (sixteenBytes: () => Buffer): string => {
  for (;;) {
    const id = sixteenBytes().toString('base64url');
    if (!id.startsWith('-')) return id;
  }
};
