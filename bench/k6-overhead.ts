// `npm run -s bench:k6-overhead`: what lagline's timeline and sampling cost k6 at saturation, beside bare k6.
//
// Requests per second swing too much on shared machines to show 2 %. Each run of a variant stands between two bare ones,
// and CPU of k6 per request is divided by that of the server in the same run, which does the same work for each request.
// Capacity is the change of throughput of the whole machine where it is bound by CPU:
// (k6 bare + server) / (k6 + lagline + server) - 1, each per request and in units of the server's.
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { benchArguments, chosenParts, wholeNumber } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { requireIdle } from './idle.ts';
import { growthGoal } from './k6-overhead/growth.ts';
import {
  keepSandwiches,
  measureSandwiches,
  printSandwiches,
  sandwichGoals,
} from './k6-overhead/sandwiches.ts';
import { truthGoals } from './k6-overhead/truth.ts';
import { inWorld, scriptOf, vus } from './k6-overhead/world.ts';
import { createRandom } from './random.ts';

// A full form may be made in slices: `--only sandwiches --rounds 5 --keep <file>` adds to what the file keeps.
const { seed, short, rest } = benchArguments({ values: ['only', 'rounds', 'keep'] });
const wanted = chosenParts(rest['only'], ['sandwiches', 'growth', 'truth']);
const rounds = rest['rounds'] === undefined ? (short ? 3 : 15) : wholeNumber('--rounds', rest['rounds']);
const seconds = short ? 4 : 6;
/** Closed loop, for the run that shows whether the cost grows with the run. */
const longRequests = short ? 60_000 : 1_200_000;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

await requireIdle();
await inWorld(async ({ dir, target, surroundings }) => {
  const [quick, long] = [join(dir, 'quick.js'), join(dir, 'long.js')];
  await writeFile(quick, scriptOf({ vus, duration: `${seconds}s` }));
  const scenario = { executor: 'shared-iterations', vus, iterations: longRequests, maxDuration: '10m' };
  await writeFile(long, scriptOf({ scenarios: { long: scenario } }));
  say(
    `seed ${seed} · ${rounds} rounds of ${seconds} s, ${vus} VUs in a closed loop · ${availableParallelism()} processors`,
  );
  const goals: Goal[] = [];
  if (wanted.includes('sandwiches')) {
    const fresh = await measureSandwiches(rounds, createRandom(seed), target, {
      ...surroundings,
      script: quick,
    });
    const all = rest['keep'] === undefined ? fresh : keepSandwiches(rest['keep'], fresh);
    printSandwiches(all, say);
    goals.push(...sandwichGoals(all));
  }
  if (wanted.includes('growth'))
    goals.push(await growthGoal(longRequests, target, { ...surroundings, script: long }, say));
  if (wanted.includes('truth'))
    goals.push(...(await truthGoals({ k6: surroundings.k6, dir, seconds: short ? 8 : 30 }, say)));
  process.exitCode = printGoals(goals);
});
