import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { processIdentity, type ProcessIdentity } from '../process-identity.ts';
import { guardGroup } from './watchdog.ts';

export type LoggedCommand = {
  command: string;
  args: readonly string[];
  /** Begun anew; gets stdout and stderr. Its folder is made. */
  logFile: string;
  cwd?: string;
  /** The whole environment of the child; ours if absent. */
  env?: NodeJS.ProcessEnv;
  /** Open files that it gets as its handles 3, 4 …. */
  handles?: readonly number[];
  /** Run as another user than ours, which only root can ask for. */
  user?: { uid: number; gid: number };
  /** Kill the child's whole group when our own process dies, by whatever cause. */
  guarded?: boolean;
};

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type LoggedProcess = {
  identity: ProcessIdentity;
  logFile: string;
  /** How it ended; undefined while it runs. */
  exit(): Exit | undefined;
};

/**
 * Starts a program in a process group of its own that outlives us, its output going to a file.
 * Rejects with node's error if the program cannot be started at all.
 */
export const spawnLogged = async (command: LoggedCommand): Promise<LoggedProcess> => {
  await mkdir(dirname(command.logFile), { recursive: true });
  const log = openSync(command.logFile, 'w');
  let exit: Exit | undefined;
  try {
    const child = spawn(command.command, command.args, {
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      env: command.env ?? process.env,
      ...command.user,
      stdio: ['ignore', log, log, ...(command.handles ?? [])],
      detached: true,
    });
    // In the same tick as the spawn: dying in between would leave the child without its guard.
    const release = command.guarded === true && child.pid !== undefined ? guardGroup(child.pid) : undefined;
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      release?.();
    });
    await once(child, 'spawn');
    child.unref();
    const pid = child.pid ?? 0;
    const identity = processIdentity(pid) ?? { pid, startTime: 'gone' };
    return { identity, logFile: command.logFile, exit: () => exit };
  } finally {
    closeSync(log);
  }
};
