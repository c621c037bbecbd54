// `npm run -s bench:compare`: how often `lagline compare` is wrong, and how much it sees. Each real short run, against a
// server on loopback, is as a whole up to 6 % faster or slower by chance, so that runs differ as they do elsewhere. Pairs of
// sets are drawn from one pool of runs, no run twice in a pair. Such pairs share runs, and however many there are, they show
// no more than that the test keeps its level on these runs, which a permutation test does by its making. What real runs do
// beside that (drift, busy moments) is shown only by pairs in the order of time that share no run: their number is the one
// that counts. With `--kafka` each request leaves a message on a real broker, whose consumer is slower than the target: lag,
// drain and completion delay are compared too. With `--disjoint` the pool is large enough for 200 pairs of 5 a side that share
// no run. With `--runs DIR` the pool is kept there: what it lacks is made, what it has is not.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchArguments, wholeNumber } from './arguments.ts';
import { startBacklogs } from './compare-power/backlog.ts';
import { historyGoals } from './compare-power/history-power.ts';
import { printPower, simulatedGoals } from './compare-power/power-tables.ts';
import { realGoals } from './compare-power/real-goals.ts';
import { fillPool, storedRuns } from './compare-power/run-pool.ts';
import { options } from './compare-power/simulate.ts';
import { printGoals, type Goal } from './goals.ts';
import { createRandom } from './random.ts';

const { seed, short, rest, switches } = benchArguments({
  values: ['parallel', 'runs', 'minutes'],
  switches: ['simulation-only', 'real-only', 'kafka', 'disjoint'],
});
const random = createRandom(seed);
console.log(
  `seed ${seed}, alpha ${options.alpha} over all metrics, least change ${options.minEffect * 100} %`,
);

const hasKafka = switches.has('kafka');
const disjointPairs = switches.has('disjoint') && !short ? 200 : 0;
const hasSlow = !hasKafka && disjointPairs === 0;
const side = short ? 3 : disjointPairs > 0 ? 5 : 10;

const real = async (folder: string): Promise<Goal[]> => {
  const base = short ? 7 : Math.max(220, 2 * side * disjointPairs);
  const slow = short ? 6 : 80;
  const minutes = wholeNumber('--minutes', rest['minutes'] ?? '60');
  await mkdir(folder, { recursive: true });
  const backlogs = hasKafka ? await startBacklogs(folder) : null;
  try {
    const invalid = await fillPool(
      folder,
      { base, slow: hasSlow ? slow : 0, slowdown: 0.1 },
      {
        parallel: wholeNumber('--parallel', rest['parallel'] ?? '2'),
        random,
        backlogs,
        untilMs: Date.now() + minutes * 60_000,
      },
    );
    if (invalid > 0) console.log(`${invalid} runs were invalid and are left out`);
  } finally {
    await backlogs?.stop();
  }
  const runs = storedRuns(folder);
  const pairs = short ? 50 : 200;
  return realGoals(runs, { side, pairs, hasSlow, hasKafka, disjointPairs }, random);
};

const realWherever = async (): Promise<Goal[]> => {
  // A pool is of one kind.
  if (rest['runs'] !== undefined) return real(join(rest['runs'], hasKafka ? 'kafka' : '.'));
  const folder = await mkdtemp(join(tmpdir(), 'lagline-bench-compare-'));
  try {
    return await real(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

const goals: Goal[] = [];
if (!switches.has('real-only')) {
  if (!short) printPower(200, random);
  goals.push(
    ...simulatedGoals(short ? 200 : 1500, random),
    ...historyGoals(short ? 60 : 300, random, !short),
  );
}
if (!switches.has('simulation-only')) goals.push(...(await realWherever()));
process.exitCode = printGoals(goals);
