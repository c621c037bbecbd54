import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError, messageOf } from '../errors.ts';
import { isRunning, processIdentity, type ProcessIdentity } from '../process-identity.ts';
import type { Progress } from './tool.ts';

const pollMs = 200;
const patienceMs = 20 * 60_000;

/**
 * Runs `work` while no other process runs work under the same lock; waits for its turn.
 *
 * The lock is a folder with its owner's identity inside, put in place by one rename, so that it is never seen
 * without an owner. A dead owner's lock is renamed to a name made from that owner, which can succeed only once:
 * a second process that saw the same dead owner cannot take away the lock somebody got in between.
 */
export const withLock = async <T>(
  lock: { folder: string; name: string },
  progress: Progress,
  work: () => Promise<T>,
): Promise<T> => {
  await makeFolder(lock.folder);
  const path = join(lock.folder, `${lock.name}.lock`);
  await acquire(path, lock.name, progress);
  try {
    return await work();
  } finally {
    const leaving = `${path}.${randomUUID()}`;
    await rename(path, leaving);
    await rm(leaving, { recursive: true, force: true });
  }
};

const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new KnownError('output-unwritable', `The folder ${folder} cannot be written: ${messageOf(error)}`, {
      remedy: 'Make it writable, or choose another with LAGLINE_CACHE (tools) or LAGLINE_STACK_DIR (stack).',
      cause: error,
    });
  }
};

const acquire = async (path: string, name: string, progress: Progress): Promise<void> => {
  const deadline = performance.now() + patienceMs;
  let told = false;
  while (!(await takeOnce(path))) {
    const owner = await readOwner(path);
    if (owner !== undefined && !isRunning(owner)) {
      await bury(path, owner);
      continue;
    }
    if (performance.now() > deadline) throw stuck(path, owner);
    if (!told)
      progress({ step: `wait for another lagline`, detail: `${name}, process ${owner?.pid ?? '?'}` });
    told = true;
    await sleep(pollMs);
  }
};

const takeOnce = async (path: string): Promise<boolean> => {
  const prepared = `${path}.${randomUUID()}`;
  await mkdir(prepared);
  await writeFile(join(prepared, 'owner.json'), JSON.stringify(processIdentity(process.pid)));
  try {
    await rename(prepared, path);
    return true;
  } catch (error) {
    await rm(prepared, { recursive: true, force: true });
    if (isOccupied(error)) return false;
    throw error;
  }
};

const isOccupied = (error: unknown): boolean =>
  ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Undefined if the lock was given back while we looked. */
const readOwner = async (path: string): Promise<ProcessIdentity | undefined> => {
  try {
    return JSON.parse(await readFile(join(path, 'owner.json'), 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
};

const bury = async (path: string, owner: ProcessIdentity): Promise<void> => {
  try {
    await rename(path, `${path}.dead-${owner.pid}-${owner.startTime.replaceAll(/\W/g, '-')}`);
  } catch {
    // Another process was faster.
  }
};

const stuck = (path: string, owner: ProcessIdentity | undefined): KnownError =>
  new KnownError('tool-missing', `Process ${owner?.pid ?? '?'} has held ${path} for more than 20 minutes.`, {
    remedy: `End that process, or delete ${path} if it is none of lagline's.`,
  });
