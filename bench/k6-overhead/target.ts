import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findAllOnPath, runCommand } from '../../core/tools/command.ts';

/** What the server has done since its start. */
export type TargetReading = {
  readonly requests: number;
  /** Of them, those it answered with 503. */
  readonly errors: number;
  readonly cpuMicroseconds: number;
};

export type Target = { readonly url: string; read(): Promise<TargetReading>; stop(): Promise<void> };

/** Compiles the server into a folder of ours and starts it; every n-th request fails, none where `failEvery` is 0. */
export const startTarget = async (dir: string, failEvery = 0): Promise<Target> => {
  const [go] = await findAllOnPath('go', process.env);
  if (go === undefined)
    throw new Error('go is not on PATH: install Go 1.21 or later, the server is compiled with it');
  const binary = join(dir, 'target');
  const built = await runCommand(
    go,
    ['build', '-o', binary, join(import.meta.dirname, 'target', 'main.go')],
    { env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local' }, timeoutMs: 180_000, cwd: dir },
  );
  if (built.code !== 0) throw new Error(`go build: ${built.output.slice(-500)}`);
  const child = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'], env: { FAIL_EVERY: String(failEvery) } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the server has ended');
    return value;
  };
  await once(child, 'spawn');
  return {
    url: await next(),
    read: async () => {
      child.stdin.write('\n');
      return JSON.parse(await next()) as TargetReading;
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
};
