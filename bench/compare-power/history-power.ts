import { judgeHistories, type HistoryOptions, type MetricHistory } from '../../core/compare/build-history.ts';
import type { Goal } from '../goals.ts';
import type { Random } from '../random.ts';
import { normal } from './simulate.ts';

const options: HistoryOptions = { alpha: 0.05, minEffect: 0.05, metrics: [], newestRuns: 10 };
const runs = 30;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

type Step = { readonly effect: number; readonly cv: number; readonly runsAfter: number };

/** Histories of 30 runs and 4 independent log-normal metrics, of which the first steps up near the end. */
const simulateHistories = (
  { effect, cv, runsAfter }: Step,
  times: number,
  random: Random,
  given = options,
): { found: number; any: number } => {
  const deviation = Math.sqrt(Math.log1p(cv ** 2));
  const at = runs - runsAfter;
  const totals = { found: 0, any: 0 };
  for (let time = 0; time < times; time += 1) {
    const family: MetricHistory[] = Array.from({ length: 4 }, (_, index) => ({
      metric: String(index),
      unit: 'ms',
      better: 'lower',
      readings: Array.from({ length: runs }, (_, run) => ({
        value: 100 * (index === 0 && run >= at ? 1 + effect : 1) * Math.exp(deviation * normal(random)),
        isBound: false,
      })),
    }));
    const ids = Array.from({ length: runs }, (_, run) => ({ runId: String(run) }));
    const judged = judgeHistories(family, ids, given);
    if (judged.some(({ changes }) => changes.length > 0)) totals.any += 1;
    const isFound = judged[0]?.changes.some(
      ({ run, verdict, isNewest }) => verdict === 'regression' && isNewest && Math.abs(run - at) <= 1,
    );
    if (isFound === true) totals.found += 1;
  }
  return { found: totals.found / times, any: totals.any / times };
};

/** The table of docs/comparison.md, and the targets: seldom wrong, and a clear step found where it is. */
export const historyGoals = (times: number, random: Random, isTable: boolean): Goal[] => {
  if (isTable) {
    const after = [3, 5, 10];
    const cells = [0.02, 0.05, 0.1].flatMap((cv) => [0.1, 0.2, 0.3].map((effect) => ({ cv, effect })));
    console.log(
      `\n30 runs, one of 4 independent metrics steps up: called at the right run ± 1, ${times} histories a cell\n`,
    );
    console.log(`| CV | step | ${after.map((count) => `${count} runs after it`).join(' | ')} |`);
    console.log(`| --- | --- | ${after.map(() => '---').join(' | ')} |`);
    for (const { cv, effect } of cells) {
      const found = after.map(
        (runsAfter) => simulateHistories({ cv, effect, runsAfter }, times, random).found,
      );
      console.log(`| ${[percent(cv), percent(effect), ...found.map(percent)].join(' | ')} |`);
    }
  }
  const none = simulateHistories({ cv: 0.05, effect: 0, runsAfter: 10 }, 3 * times, random, {
    ...options,
    minEffect: 0,
  }).any;
  const clear = simulateHistories({ cv: 0.05, effect: 0.3, runsAfter: 6 }, times, random).found;
  const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / (3 * times));
  return [
    {
      what: `history: any change where there is none, least change 0, ${3 * times} times`,
      seen: percent(none),
      target: `≤ ${percent(most)} (5 % and the error of counting)`,
      isMet: none <= most,
    },
    {
      what: 'history: step of 30 % at a CV of 5 %, 6 runs after it, called within one run',
      seen: percent(clear),
      target: '≥ 90 %',
      isMet: clear >= 0.9,
    },
  ];
};
