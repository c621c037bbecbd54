import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Goal } from '../goals.ts';
import type { Random } from '../random.ts';
import { change, medianOf, spreadOf } from '../statistics.ts';
import { capacityOf, measure, type Measured } from './measure.ts';
import type { Target } from './target.ts';
import type { Surroundings, VariantName } from './variants.ts';

/** A run between two bare ones; one that is bare itself shows what the method cannot tell from nothing. */
export type Sandwich = {
  readonly name: VariantName;
  readonly run: Measured;
  readonly bares: readonly [Measured, Measured];
};

const variants: readonly VariantName[] = ['lagline', 'lagline-gc', 'json'];

/** Measures so many rounds of all variants, in an order of their own each. */
export const measureSandwiches = async (
  rounds: number,
  random: Random,
  target: Target,
  surroundings: Surroundings,
): Promise<Sandwich[]> => {
  const sandwiches: Sandwich[] = [];
  // The first run warms up and counts for nothing.
  await measure('bare', target, surroundings);
  const bares = [await measure('bare', target, surroundings)];
  for (let round = 1; round <= rounds; round += 1) {
    const first = random.integer(0, variants.length - 1);
    for (const name of [...variants.slice(first), ...variants.slice(0, first)]) {
      const run = await measure(name, target, surroundings);
      const after = await measure('bare', target, surroundings);
      const [beforeLast, before] = [bares.at(-2), bares.at(-1) as Measured];
      sandwiches.push({ name, run, bares: [before, after] });
      if (beforeLast !== undefined)
        sandwiches.push({ name: 'bare', run: before, bares: [beforeLast, after] });
      bares.push(after);
    }
    process.stderr.write(`round ${round} of ${rounds}\n`);
  }
  return sandwiches;
};

/** Adds them to those of earlier slices that a file keeps, and answers all. */
export const keepSandwiches = (file: string, fresh: readonly Sandwich[]): Sandwich[] => {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  appendFileSync(file, fresh.map((each) => `${JSON.stringify(each)}\n`).join(''));
  return [...kept.filter((line) => line !== '').map((line) => JSON.parse(line) as Sandwich), ...fresh];
};

const capacity = ({ run, bares }: Sandwich): number => capacityOf(run, bares);

/** How much longer the yardstick itself is beside a variant than beside bare k6; 1 where it is not. */
const yardstick = ({ run, bares: [before, after] }: Sandwich): number =>
  (2 * run.server) / (before.server + after.server);

export const printSandwiches = (sandwiches: readonly Sandwich[], say: (line: string) => unknown): void => {
  say(
    `${''.padEnd(12)} requests/s   k6 µs/request  server µs/request   lagline µs/request   k6 memory MB   capacity beside bare`,
  );
  for (const name of ['bare', ...variants] as const) {
    const those = sandwiches.filter((each) => each.name === name);
    const median = (part: keyof Measured, digits = 1): string =>
      medianOf(those.map(({ run }) => run[part])).toFixed(digits);
    say(
      [
        name.padEnd(12),
        median('perSecond', 0).padStart(10),
        median('k6').padStart(15),
        median('server').padStart(19),
        median('own').padStart(20),
        median('memoryMb').padStart(14),
        `   ${spreadOf(those.map(capacity), change)}`,
      ].join(''),
    );
  }
  say('bare beside bare is what the method cannot tell from nothing');
};

const memory = (sandwiches: readonly Sandwich[]): string =>
  medianOf(sandwiches.map(({ run }) => run.memoryMb)).toFixed(0);

export const sandwichGoals = (sandwiches: readonly Sandwich[]): Goal[] => {
  const of = (name: VariantName): Sandwich[] => sandwiches.filter((each) => each.name === name);
  const goal = (name: VariantName, what: string, least: number): Goal => {
    const values = of(name).map((each) => 1 + capacity(each));
    return {
      what: `capacity of bare k6: ${what}`,
      seen: `${spreadOf(values, (value) => value.toFixed(3))} in ${values.length}; k6 ${memory(of(name))} MB, bare ${memory(of('bare'))} MB`,
      target: `≥ ${least.toFixed(2)}`,
      isMet: medianOf(values) >= least,
    };
  };
  const shifts = of('lagline').map(yardstick);
  return [
    {
      // Where the yardstick itself is longer beside one variant, capacities in its units flatter that variant.
      what: "premise: the server's CPU per request beside lagline, of that beside bare k6",
      seen: spreadOf(shifts, (value) => value.toFixed(3)),
      target: '0.97 to 1.03',
      isMet: Math.abs(medianOf(shifts) - 1) <= 0.03,
    },
    goal('lagline', 'timeline and sampling on, default settings', 0.98),
    goal('lagline-gc', "k6's garbage collector relaxed (GOGC=400)", 1),
  ];
};
