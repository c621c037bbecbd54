import type { Goal } from '../goals.ts';
import type { Random } from '../random.ts';
import { simulate } from './simulate.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const head = (cells: readonly string[]): string => [row(cells), row(cells.map(() => '---'))].join('\n');

/** The tables of docs/comparison.md, as Markdown: how much is seen, by how much runs scatter and how many there are. */
export const printPower = (times: number, random: Random): void => {
  console.log(`\nOne of 4 independent metrics gets slower, ${times} comparisons a cell\n`);
  console.log(
    head(['CV', 'runs a side', 'no change: any verdict', '5 % slower', '10 %', '15 %', '20 %'].map(String)),
  );
  for (const cv of [0.02, 0.05, 0.1])
    for (const runs of [4, 5, 7, 10, 20]) {
      const cell = { cv, runs, metrics: 4, correlation: 0 };
      const none = simulate({ ...cell, effect: 0 }, times, random).any;
      const found = [0.05, 0.1, 0.15, 0.2].map(
        (effect) => simulate({ ...cell, effect }, times, random).found,
      );
      console.log(row([percent(cv), runs, percent(none), ...found.map(percent)]));
    }
  const families = [
    { metrics: 1, correlation: 0 },
    { metrics: 4, correlation: 0 },
    { metrics: 8, correlation: 0 },
    { metrics: 8, correlation: 0.8 },
  ];
  console.log(`\nOne of them 10 % slower at a CV of 5 %, ${times} comparisons a cell\n`);
  console.log(
    head([
      'runs a side',
      ...families.map(({ metrics, correlation }) => `${metrics}, correlation ${correlation}`),
    ]),
  );
  for (const runs of [5, 7, 10]) {
    const found = families.map(
      (family) => simulate({ ...family, effect: 0.1, cv: 0.05, runs }, times, random).found,
    );
    console.log(row([runs, ...found.map(percent)]));
  }
};

/** The case that the targets name, counted often enough to tell 90 % from 88 %. */
export const simulatedGoals = (times: number, random: Random): Goal[] => {
  const cell = { cv: 0.05, runs: 10, metrics: 4, correlation: 0 };
  const power = simulate({ ...cell, effect: 0.1 }, times, random).found;
  const none = simulate({ ...cell, effect: 0 }, times, random).any;
  const errorOf = (share: number): number => Math.sqrt((share * (1 - share)) / times);
  const most = 0.05 + 3 * errorOf(0.05);
  // So few comparisons cannot tell 90 % from 92.
  const least = times < 1000 ? 0.9 - 3 * errorOf(0.9) : 0.9;
  return [
    {
      what: `simulated: 10 % in one of 4 independent metrics, 10 a side, CV 5 %, ${times} times`,
      seen: `${percent(power)} ± ${percent(2 * errorOf(power))}`,
      target: `≥ ${percent(least)}`,
      isMet: power >= least,
    },
    {
      what: `simulated: any verdict without a change, ${times} times`,
      seen: percent(none),
      target: `≤ ${percent(most)} (5 % and the error of counting)`,
      isMet: none <= most,
    },
  ];
};
