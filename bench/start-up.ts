// `npm run -s bench:start-up`: what a user waits for before anything happens, beside a Node that does nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReport } from '../core/judge/build-report.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import { benchArguments } from './arguments.ts';
import { printGoals } from './goals.ts';
import { requireIdle } from './idle.ts';
import { createRandom } from './random.ts';
import { digits, medianOf, spreadOf } from './statistics.ts';

const { seed, short } = benchArguments();
const rounds = short ? 5 : 25;
const root = join(import.meta.dirname, '..');
const main = join(root, 'cli', 'main.ts');
const storedRun = join(root, 'fixtures', 'runs', 'healthy');
const milliseconds = (value: number): string => `${digits(0)(value)} ms`;

const timeOf = (...args: string[]): number => {
  const startedMs = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}`);
  return performance.now() - startedMs;
};

/** Pictures of one run, drawn in this process for the first time. */
const drawOnce = async (): Promise<number> => {
  const [{ chartFiles }, { locales }] = [
    await import('../reporters/charts/chart-files.ts'),
    await import('../reporters/locales/index.ts'),
  ];
  const record = await readRecord(storedRun);
  const report = {
    document: buildReport([record], '0'),
    runs: [{ record, k6Console: null, runFolder: '.' }],
  };
  const startedMs = performance.now();
  const { files } = await chartFiles(report, locales.ko);
  if (files.length === 0) throw new Error('nothing was drawn');
  return performance.now() - startedMs;
};

await requireIdle();
process.stdout.write(`seed ${seed} · ${rounds} rounds\n`);
const random = createRandom(seed);
const dir = mkdtempSync(join(tmpdir(), 'lagline-start-up-bench-'));
try {
  const measures = {
    node: () => timeOf('-e', '0'),
    help: () => timeOf(main, '--help'),
    report: () => timeOf(main, 'report', storedRun, '--out', join(dir, 'report')),
  };
  const names = ['node', 'help', 'report'] as const;
  const seen = { node: [] as number[], help: [] as number[], report: [] as number[] };
  for (const name of names) measures[name]();
  for (let round = 0; round < rounds; round += 1) {
    const first = random.integer(0, names.length - 1);
    for (const name of [...names.slice(first), ...names.slice(0, first)]) seen[name].push(measures[name]());
  }
  const over = seen.help.map((ms, round) => ms - (seen.node[round] ?? Number.NaN));
  const drawMs = await drawOnce();
  process.exitCode = printGoals([
    {
      what: '--help, over `node -e 0` in the same round',
      seen: spreadOf(over, milliseconds),
      target: '≤ 150 ms',
      isMet: medianOf(over) <= 150,
    },
    {
      what: 'report of a stored run, Markdown with pictures, from the start of the program',
      seen: spreadOf(seen.report, milliseconds),
      target: '≤ 2,000 ms',
      isMet: medianOf(seen.report) <= 2000,
    },
    {
      what: 'of that, drawing the pictures for the first time',
      seen: milliseconds(drawMs),
      target: '≤ 1,000 ms',
      isMet: drawMs <= 1000,
    },
  ]);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
