import { randomBytes } from 'node:crypto';
import {
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { KnownError } from '../errors.ts';
import { freePort } from '../process/free-port.ts';
import { spawnLogged } from '../process/spawn-logged.ts';
import { runCommand } from '../tools/command.ts';
import type { FoundTool } from '../tools/tool.ts';
import { awaitReady, requireFreePort, type StackMember, type StorageOptions } from './member.ts';
import { nameOfOwnFolder, unprivilegedUser, type User } from './unprivileged.ts';

export type PostgresOptions = StorageOptions & { postgres: Pick<FoundTool, 'path'> };

const initTimeoutMs = 60_000;
const pollMs = 50;
const answerWithinMs = 2_000;
/** The name of the superuser and of the database in the member's address. */
const ours = 'lagline';

/**
 * Starts Postgres on loopback and waits until it answers a query. `address` of the member is the URL of an empty
 * database, with a password that only this data folder knows. If we are root it runs as another user.
 */
export const startPostgres = async (options: PostgresOptions): Promise<StackMember> => {
  await requireFreePort('postgres', options.port);
  const port = options.port ?? (await freePort());
  const user = await unprivilegedUser('Postgres');
  const place = await layOut(options, user);
  const isThere = (await readFile(place.passwordFile).catch(() => undefined)) !== undefined;
  if (!isThere) await initialise(options, place);
  options.signal?.throwIfAborted();

  const logFile = join(resolve(options.dir), 'logs', 'postgres.log');
  const process = await withHandles([place.dataDir], (handles) =>
    spawnLogged({
      command: options.postgres.path,
      args: ['-D', place.nameOfDataDir, '-p', String(port), ...settings],
      cwd: place.dataDir,
      env: plainEnvironment(),
      logFile,
      handles,
      ...asUser(user),
      ...(options.guarded === undefined ? {} : { guarded: options.guarded }),
    }),
  );
  const password = await readFile(place.passwordFile, 'utf8');
  const member: StackMember = {
    name: 'postgres',
    identity: process.identity,
    port,
    address: `postgres://${ours}:${password}@127.0.0.1:${port}/${ours}`,
    logFile,
    startedAt: new Date().toISOString(),
  };
  const ready = async (limits: { withinMs: number; giveUp: () => boolean }): Promise<boolean> => {
    const deadline = performance.now() + limits.withinMs;
    while (!(await hasDatabase(member.address))) {
      if (limits.giveUp() || performance.now() > deadline) return false;
      await sleep(pollMs);
    }
    return true;
  };
  return awaitReady({ member, process, options, ready });
};

/** Durable as Postgres is by itself; only small, silent and reachable by nobody else. */
const settings = Object.entries({
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 60,
  shared_buffers: '64MB',
  // In the data folder, so that nothing is left in /dev/shm after a kill.
  dynamic_shared_memory_type: 'mmap',
  wal_level: 'minimal',
  max_wal_senders: 0,
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
}).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** `passwordFile` is there when the data is laid out whole. */
type Place = { dataDir: string; nameOfDataDir: string; passwordFile: string; user: User | undefined };

const layOut = async ({ dir, fresh }: PostgresOptions, user: User | undefined): Promise<Place> => {
  const dataDir = join(resolve(dir), 'data');
  const place = { dataDir, nameOfDataDir: dataDir, passwordFile: join(resolve(dir), 'password'), user };
  if (fresh !== false) await rm(place.passwordFile, { force: true });
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (user === undefined) return place;
  await chown(resolve(dir), user.uid, user.gid);
  await chown(dataDir, user.uid, user.gid);
  return { ...place, nameOfDataDir: await nameOfOwnFolder('Postgres', user, dataDir) };
};

const initialise = async ({ postgres }: PostgresOptions, place: Place): Promise<void> => {
  const { dataDir, nameOfDataDir, passwordFile, user } = place;
  for (const name of await readdir(dataDir)) await rm(join(dataDir, name), { recursive: true });
  const newPassword = `${passwordFile}.new`;
  await rm(newPassword, { force: true });
  await writeFile(newPassword, randomBytes(16).toString('hex'), { mode: 0o600 });
  if (user !== undefined) await chown(newPassword, user.uid, user.gid);
  const args = [
    `--pgdata=${nameOfDataDir}`,
    `--username=${ours}`,
    '--pwfile=/dev/fd/4',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ];
  const { code, output } = await withHandles([dataDir, newPassword], (handles) =>
    runCommand(join(dirname(postgres.path), 'initdb'), args, {
      env: plainEnvironment(),
      timeoutMs: initTimeoutMs,
      cwd: dataDir,
      handles,
      ...asUser(user),
    }),
  );
  if (code === 0) return rename(newPassword, passwordFile);
  throw new KnownError(
    'stack-start',
    `Postgres could not lay out its data in ${dataDir}: ${output.trim().split('\n').at(-1) ?? 'no output'}`,
    { remedy: 'Choose another folder with LAGLINE_STACK_DIR, or see whether this one can be written.' },
  );
};

/** Opens what a program is to get by `nameOfOwnFolder` or /dev/fd, for as long as its start takes. */
const withHandles = async <T>(
  paths: readonly string[],
  start: (handles: number[]) => Promise<T>,
): Promise<T> => {
  const files: FileHandle[] = [];
  try {
    for (const path of paths) files.push(await open(path, 'r'));
    return await start(files.map(({ fd }) => fd));
  } finally {
    for (const file of files) await file.close();
  }
};

const asUser = (user: User | undefined): { user?: { uid: number; gid: number } } =>
  user === undefined ? {} : { user: { uid: user.uid, gid: user.gid } };

/** Messages in English, so that the cause of a failure is found in them. */
const plainEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C' });

/** True once our database is there, which is made if need be; false while the server does not answer. */
const hasDatabase = async (address: string): Promise<boolean> => {
  const server = new URL(address);
  server.pathname = '/postgres';
  const client = new Client({
    connectionString: server.href,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
  });
  // What breaks between two queries is told by the next one.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [ours]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${ours}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
};
