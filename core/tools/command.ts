import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type CommandOptions = {
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  cwd?: string;
  /** Open files that it gets as its handles 3, 4 …. */
  handles?: readonly number[];
  /** Run as another user than ours, which only root can ask for. */
  user?: { uid: number; gid: number };
  /** Called with each line of stdout and stderr as it comes. */
  onLine?: (line: string) => void;
};

/** `code` is null if it was killed (also by the timeout); `output` holds stdout and stderr as they came, by line. */
export type CommandResult = { code: number | null; output: string };

/** Runs a program to its end. One that cannot be started or runs too long is a result like any other failure. */
export const runCommand = async (
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> => {
  const lines: string[] = [];
  const child = spawn(command, args, {
    env: options.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...options.user,
    stdio: ['ignore', 'pipe', 'pipe', ...(options.handles ?? [])],
  });
  // Not spawn's own timeout: that keeps the event loop alive when the program could not be started.
  const limit = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
  const collect = (stream: Readable | null): void => {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      options.onLine?.(line);
    });
  };
  collect(child.stdout);
  collect(child.stderr);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output: lines.join('\n') };
  } catch (error) {
    return { code: null, output: String(error) };
  } finally {
    clearTimeout(limit);
  }
};

/** Every executable of this name on PATH, in its order; npm puts its own folders first, so that one may not be enough. */
export const findAllOnPath = async (name: string, env: NodeJS.ProcessEnv): Promise<string[]> => {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const files = [...new Set(folders)].map((folder) => join(folder, name));
  const usable = await Promise.all(files.map(isExecutable));
  return files.filter((_, index) => usable[index]);
};

export const isExecutable = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
