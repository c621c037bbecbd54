import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardGroup } from '../../core/process/watchdog.ts';
import { killTree } from '../../core/process/stop-process.ts';
import { processIdentity } from '../../core/process-identity.ts';
import { goalsFile, type GoalsFile } from '../goals.ts';
import { idlePatience } from '../idle.ts';
import type { Outcome } from './performance-page.ts';

export type Bench = { readonly name: string; readonly file: string };

export type BenchRun = {
  readonly bench: Bench;
  readonly args: readonly string[];
  readonly cwd: string;
  /** A folder of its own, gone afterwards with all that the bench and its servers left in it. */
  readonly dir: string;
  readonly patienceMs: number;
  readonly idlePatienceS: number;
  /** Ends the bench with all that it started. */
  readonly stop: AbortSignal;
  readonly say: (line: string) => unknown;
};

/** Runs one bench to its end, or to the end of patience. It and its servers are gone when this resolves. */
export const runBench = async (
  run: BenchRun,
): Promise<Pick<Outcome, 'goals' | 'doubts' | 'result' | 'brokeOff'>> => {
  const goals = join(run.dir, 'goals.json');
  const temporary = join(run.dir, 'tmp');
  mkdirSync(temporary, { recursive: true });
  // A group of its own: a terminal's Ctrl+C comes to us alone, and we see to it that nothing is left.
  const child = spawn(process.execPath, [run.bench.file, ...run.args], {
    cwd: run.cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      BENCH_ANYWAY: '1',
      TMPDIR: temporary,
      [idlePatience]: String(run.idlePatienceS),
      [goalsFile]: goals,
    },
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, 'close');
  await once(child, 'spawn');
  const pid = child.pid as number;
  const release = guardGroup(pid);
  const identity = processIdentity(pid);
  const late = AbortSignal.timeout(run.patienceMs);
  const either = AbortSignal.any([late, run.stop]);
  let killed: Promise<void> | undefined;
  const end = (): void => {
    killed ??= identity === undefined ? undefined : killTree(identity);
  };
  if (either.aborted) end();
  either.addEventListener('abort', end, { once: true });
  try {
    let result: string | null = null;
    createInterface({ input: child.stdout }).on('line', (line) => {
      run.say(line);
      if (line.startsWith('result: ')) result = line;
    });
    const [code, signal] = await ended;
    // Whoever else holds the pipe is none that we wait for.
    await Promise.race([closed, sleep(5000, undefined, { ref: false })]);
    await killed;
    const how = late.aborted
      ? `not within ${Math.round(run.patienceMs / 60_000)} min`
      : (signal ?? `exit code ${code}`);
    return { ...readGoals(goals), result, brokeOff: result === null ? how : null };
  } finally {
    either.removeEventListener('abort', end);
    release();
    // A server may still be on its way out, and write.
    rmSync(run.dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
};

/** Of a bench that did not come to its end there are none, or half a file. */
const readGoals = (file: string): GoalsFile => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as GoalsFile;
  } catch {
    return { goals: [], doubts: [] };
  }
};
