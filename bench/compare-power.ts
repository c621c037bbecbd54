// `npm run -s bench:compare`: how often `lagline compare` is wrong, and how much it sees. Each real short run, against a
// server on loopback, is as a whole up to 6 % faster or slower by chance, so that runs differ as they do elsewhere. Pairs of
// sets are drawn from one pool of runs, no run twice in a pair. The pairs share runs and so are dependent: 200 of them say
// less than 200 pairs of new runs would. With `--runs DIR` the pool is kept there: what it lacks is made, what it has is not.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchArguments, wholeNumber } from './arguments.ts';
import { historyGoals } from './compare-power/history-power.ts';
import { printPower, simulatedGoals } from './compare-power/power-tables.ts';
import { realGoals } from './compare-power/real-goals.ts';
import { fillPool, storedRuns } from './compare-power/run-pool.ts';
import { options } from './compare-power/simulate.ts';
import { printGoals, type Goal } from './goals.ts';
import { createRandom } from './random.ts';

const { seed, short, rest, switches } = benchArguments({
  values: ['parallel', 'runs', 'minutes'],
  switches: ['simulation-only', 'real-only'],
});
const random = createRandom(seed);
console.log(
  `seed ${seed}, alpha ${options.alpha} over all metrics, least change ${options.minEffect * 100} %`,
);

const real = async (folder: string): Promise<Goal[]> => {
  const wanted = { ...(short ? { base: 7, slow: 6 } : { base: 220, slow: 80 }), slowdown: 0.1 };
  const minutes = wholeNumber('--minutes', rest['minutes'] ?? '60');
  const invalid = await fillPool(folder, wanted, {
    parallel: wholeNumber('--parallel', rest['parallel'] ?? '2'),
    random,
    untilMs: Date.now() + minutes * 60_000,
  });
  if (invalid > 0) console.log(`${invalid} runs were invalid and are left out`);
  const shape = short ? { side: 3, pairs: 50 } : { side: 10, pairs: 200 };
  return realGoals(storedRuns(folder), shape, random);
};

const realWherever = async (): Promise<Goal[]> => {
  if (rest['runs'] !== undefined) return real(rest['runs']);
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
