import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from './machine.ts';
import { withTable, type Form, type Outcome } from './performance-page.ts';
import { runBench, type Bench } from './run-bench.ts';

export type AllRuns = {
  /** All there are, in their order on the page. */
  readonly all: readonly Bench[];
  readonly chosen: readonly Bench[];
  readonly form: Form;
  readonly seed: number;
  /** The bench's own arguments, of a reduced form. */
  readonly flags: readonly string[];
  /** The page that the tables are written to. */
  readonly page: string;
  readonly root: string;
  /** Longer than this none takes. */
  readonly patienceMs: number;
  /** So long a bench that times waits until the machine is idle: what the one before left in the load average would count. */
  readonly idlePatienceS: number;
  readonly stop: AbortSignal;
  readonly say: (line: string) => unknown;
};

/** Runs them one after the other, and writes the page after each: what comes later takes no figures with it. */
export const runAll = async (runs: AllRuns): Promise<Outcome[]> => {
  const dir = mkdtempSync(join(tmpdir(), 'lagline-bench-'));
  const names = runs.all.map(({ name }) => name);
  const outcomes: Outcome[] = [];
  try {
    for (const bench of runs.chosen) {
      if (runs.stop.aborted) break;
      runs.say(`\n── bench:${bench.name}, ${runs.form} form`);
      const machine = describeMachine(runs.root);
      const seen = await runBench({
        bench,
        args: ['--seed', String(runs.seed), ...(runs.form === 'short' ? ['--short'] : []), ...runs.flags],
        cwd: runs.root,
        dir: join(dir, 'run'),
        patienceMs: runs.patienceMs,
        idlePatienceS: runs.idlePatienceS,
        stop: runs.stop,
        say: runs.say,
      });
      const { form, flags, seed } = runs;
      const outcome = { name: bench.name, form, flags, seed, machine, ...seen };
      // One that was interrupted says nothing about the bench.
      if (runs.stop.aborted && outcome.result === null) break;
      outcomes.push(outcome);
      putTable(runs.page, outcome, names, runs.say);
    }
    return outcomes;
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
};

/** Read anew each time, for somebody may be writing on it; replaced in one step. */
const putTable = (
  page: string,
  outcome: Outcome,
  names: readonly string[],
  say: (line: string) => unknown,
): void => {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
  const after = withTable(before, outcome, names);
  if (after === before)
    return void say(`the table of bench:${outcome.name} stays: it says more than this run`);
  const part = `${page}.${process.pid}.part`;
  try {
    writeFileSync(part, after);
    renameSync(part, page);
  } finally {
    rmSync(part, { force: true });
  }
};
