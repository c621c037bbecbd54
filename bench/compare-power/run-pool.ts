import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shuffled, type Random } from '../random.ts';
import type { Backlogs } from './backlog.ts';
import { realRun, writeScript, type RealRun } from './real-runs.ts';

/** One real run and how much slower its target was meant to be than that of the base runs, as a share. */
export type PooledRun = RealRun & { readonly slowdown: number };

const fileOf = (folder: string): string => join(folder, 'runs.jsonl');

/** The runs stored in a folder, in the order in which they ended; none where there is no such file. */
export const storedRuns = (folder: string): PooledRun[] =>
  existsSync(fileOf(folder))
    ? readFileSync(fileOf(folder), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as PooledRun)
    : [];

export type Wanted = { readonly base: number; readonly slow: number; readonly slowdown: number };

export type Making = {
  /** Runs at a time. */
  readonly parallel: number;
  readonly random: Random;
  /** Null: runs without Kafka. */
  readonly backlogs: Backlogs | null;
  /** Of `Date.now()`; what is not made until then stays undone. */
  readonly untilMs: number;
};

/**
 * Makes what the folder lacks of the wanted runs and stores each as it ends; answers how many were invalid. Base and
 * slow ones come in a mixed order, so that what else the machine does falls on both.
 */
export const fillPool = async (
  folder: string,
  { base, slow, slowdown }: Wanted,
  { parallel, random, backlogs, untilMs }: Making,
): Promise<number> => {
  mkdirSync(folder, { recursive: true });
  writeScript(folder);
  const there = storedRuns(folder);
  const lacking = (of: number, wanted: number): number[] =>
    Array<number>(Math.max(0, wanted - there.filter((each) => each.slowdown === of).length)).fill(of);
  const waiting = shuffled([...lacking(0, base), ...lacking(slowdown, slow)], random);
  let [made, invalid] = [there.length, 0];
  const worker = async (): Promise<void> => {
    while (Date.now() < untilMs) {
      const next = waiting.pop();
      if (next === undefined) return;
      made += 1;
      const run = await realRun(folder, `run-${made}`, { slowdown: next, backlogs }, random);
      if (run === null) invalid += 1;
      else appendFileSync(fileOf(folder), `${JSON.stringify({ slowdown: next, ...run })}\n`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return invalid;
};
