// `npm run -s bench:compare`: how often `lagline compare` is wrong, and how much it sees. Each real short run, against a
// server on loopback, is as a whole up to 6 % faster or slower by chance, so that runs differ as they do elsewhere. Pairs of
// sets are drawn from one pool of runs, no run twice in a pair. The pairs share runs and so are dependent: 200 of them say
// less than 200 pairs of new runs would.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildComparison } from '../core/compare/build-comparison.ts';
import type { RunReport } from '../core/report-document.ts';
import { benchArguments, wholeNumber } from './arguments.ts';
import { realRun } from './compare-power/real-runs.ts';
import { options, simulate } from './compare-power/simulate.ts';
import { printGoals, type Goal } from './goals.ts';
import { createRandom, type Random } from './random.ts';

const { seed, short, rest, switches } = benchArguments({
  values: ['parallel'],
  switches: ['simulation-only', 'real-only'],
});
const random = createRandom(seed);
const goals: Goal[] = [];
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
console.log(
  `seed ${seed}, alpha ${options.alpha} over all metrics, least change ${percent(options.minEffect)}`,
);

const times = short ? 200 : 500;
console.log(
  `simulation, ${times} comparisons a cell: share in which the slower of 4 metrics is a regression`,
);
console.log(
  '| CV | runs a side | 0 % (any verdict) | 5 % | 10 % | 15 % | 20 % |\n| --- | --- | --- | --- | --- | --- | --- |',
);
for (const cv of switches.has('real-only') ? [] : [0.02, 0.05, 0.1])
  for (const runs of [5, 7, 10, 20]) {
    const none = simulate({ effect: 0, cv, runs }, times, random);
    const found = [0.05, 0.1, 0.15, 0.2].map((effect) => simulate({ effect, cv, runs }, times, random).found);
    console.log(`| ${[percent(cv), runs, percent(none.any), ...found.map(percent)].join(' | ')} |`);
    if (runs === 10 && cv === 0.05) {
      const power = found[1] ?? 0;
      goals.push({
        what: 'simulated: 10 % in one of 4 metrics, 10 a side, CV 5 %',
        seen: percent(power),
        target: '≥ 90 %',
        isMet: power >= 0.9,
      });
      // Three standard errors of a share of 5 % in so many comparisons.
      const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / times);
      goals.push({
        what: 'simulated: false verdicts without a change',
        seen: percent(none.any),
        target: `≤ ${percent(most)} (5 % and the error of counting)`,
        isMet: none.any <= most,
      });
    }
  }

const shuffled = <Item>(items: readonly Item[], random: Random): Item[] => {
  const all = [...items];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = random.integer(0, at);
    [all[at], all[other]] = [all[other] as Item, all[at] as Item];
  }
  return all;
};

const cvOf = (runs: readonly RunReport[]): number => {
  const values = runs.flatMap(({ load }) => load?.httpReqDurationMs.med ?? []);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance) / mean;
};

const outcomeOf = (base: readonly RunReport[], candidate: readonly RunReport[]): readonly string[] =>
  buildComparison(base, candidate, [], options).metrics.map(({ verdict }) => verdict);

const real = async (root: string): Promise<void> => {
  const counts = short ? { base: 6, slow: 6, side: 3 } : { base: 44, slow: 20, side: 10 };
  const waiting = shuffled(
    [...Array<number>(counts.base).fill(0), ...Array<number>(counts.slow).fill(0.1)].map((slowdown, at) => ({
      slowdown,
      name: `run-${at}`,
    })),
    random,
  );
  const [base, slow]: [RunReport[], RunReport[]] = [[], []];
  let invalid = 0;
  // Some at a time; base and slow ones in a mixed order, so that what else the machine does falls on both.
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const run = await realRun(root, next.name, next.slowdown, random);
      if (run === null) invalid += 1;
      else (next.slowdown === 0 ? base : slow).push(run);
    }
  };
  await Promise.all(Array.from({ length: wholeNumber('--parallel', rest['parallel'] ?? '2') }, worker));
  if (invalid > 0) console.log(`${invalid} runs were invalid and are left out`);
  console.log(
    `real runs: ${base.length} base, CV of the median answer ${percent(cvOf(base))}; ${slow.length} slowed by 10 %, CV ${percent(cvOf(slow))}`,
  );
  const pairs = short ? 50 : 200;
  let wrong = 0;
  let seen = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    const drawn = shuffled(base, random);
    const same = outcomeOf(drawn.slice(0, counts.side), drawn.slice(counts.side, 2 * counts.side));
    if (same.some((verdict) => verdict === 'regression' || verdict === 'improvement')) wrong += 1;
    const slower = shuffled(slow, random).slice(0, counts.side);
    if (outcomeOf(drawn.slice(0, counts.side), slower).includes('regression')) seen += 1;
  }
  goals.push({
    what: `real: false verdicts in ${pairs} A/A pairs, ${counts.side} a side`,
    seen: percent(wrong / pairs),
    target: '≤ 5 %',
    isMet: wrong / pairs <= 0.05,
  });
  if (short) {
    console.log(`3 runs a side cannot show anything at this level: ${seen} of ${pairs} called`);
    return;
  }
  goals.push(
    {
      what: 'real: coefficient of variation of the base runs',
      seen: percent(cvOf(base)),
      target: '≤ 5 %',
      isMet: cvOf(base) <= 0.05,
    },
    {
      what: `real: 10 % slowdown seen in ${pairs} pairs, ${counts.side} a side`,
      seen: percent(seen / pairs),
      target: '≥ 90 %',
      isMet: seen / pairs >= 0.9,
    },
  );
};

if (!switches.has('simulation-only')) {
  const root = await mkdtemp(join(tmpdir(), 'lagline-bench-compare-'));
  try {
    await real(root);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}
process.exitCode = printGoals(goals);
