// `npm run bench`: every bench one after the other, and their tables in docs/performance.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { withTables, type Outcome } from './all/performance-page.ts';
import { benchArguments, chosenParts } from './arguments.ts';
import { goalsFile, printGoals, type Goal } from './goals.ts';
import { busyReason } from './idle.ts';

const { seed, rest, switches } = benchArguments({ values: ['only'], switches: ['full'] });
const form = switches.has('full') ? 'full' : 'short';
const root = join(import.meta.dirname, '..');
const page = join(root, 'docs', 'performance.md');
/** Longer than this none takes. */
const patienceMs = form === 'full' ? 3 * 3_600_000 : 15 * 60_000;

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const all = Object.entries(scripts).flatMap(([script, command]) => {
  const name = /^bench:(.+)$/.exec(script)?.[1];
  const file = command.split(' ').at(-1);
  return name === undefined || file === undefined ? [] : [{ name, file }];
});
const names = chosenParts(
  rest['only'],
  all.map(({ name }) => name),
);
const benches = all.filter(({ name }) => names.includes(name));

const dir = mkdtempSync(join(tmpdir(), 'lagline-bench-'));

/** What one bench leaves behind in the load average would count against the next. */
const untilIdle = async (): Promise<void> => {
  for (let waited = 0; waited < 150 && busyReason() !== undefined; waited += 5) await sleep(5000);
};

const runOne = async ({ name, file }: { readonly name: string; readonly file: string }): Promise<Outcome> => {
  const goals = join(dir, `${name}.json`);
  await untilIdle();
  const doubt = busyReason();
  if (doubt !== undefined) process.stdout.write(`${doubt}: its figures are not to be used\n`);
  const child = spawn(
    process.execPath,
    [join(root, file), '--seed', String(seed), ...(form === 'short' ? ['--short'] : [])],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, BENCH_ANYWAY: '1', [goalsFile]: goals },
    },
  );
  const timer = setTimeout(() => child.kill('SIGTERM'), patienceMs);
  let result: string | null = null;
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    process.stdout.write(`${line}\n`);
    if (line.startsWith('result: ')) result = line;
  }
  await closed;
  clearTimeout(timer);
  const seen = existsSync(goals) ? (JSON.parse(readFileSync(goals, 'utf8')) as Goal[]) : [];
  return { name, form, seed, goals: seen, result, doubt: doubt ?? null };
};

try {
  const outcomes: Outcome[] = [];
  for (const bench of benches) {
    process.stdout.write(`\n── bench:${bench.name}, ${form} form\n`);
    const outcome = await runOne(bench);
    outcomes.push(outcome);
    // After each: a bench that takes the machine down takes no figures with it.
    writeFileSync(page, withTables(readFileSync(page, 'utf8'), [outcome]));
  }
  process.stdout.write('\n');
  process.exitCode = printGoals(
    outcomes.map(({ name, result, doubt }) => ({
      what: `bench:${name}`,
      seen: (result ?? 'no result').replace(/^result: /, ''),
      target: doubt === null ? 'met' : 'met (the machine was busy: not to be used)',
      isMet: result?.startsWith('result: met') === true,
    })),
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
