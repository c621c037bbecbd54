import { compareMetrics, type MetricSides } from '../../core/compare/build-comparison.ts';
import type { Random } from '../random.ts';

export const options = { alpha: 0.05, minEffect: 0.05, metrics: [] };

/** As many as a run without Kafka has that vary; only the first gets slower, which is the hardest case for Holm. */
const familySize = 4;

export type Cell = { readonly effect: number; readonly cv: number; readonly runs: number };
export type Shares = {
  /** Of comparisons that call the slower metric a regression. */
  readonly found: number;
  /** Of comparisons that call any metric a regression. */
  readonly regression: number;
  /** Of comparisons that call any difference, in either direction. */
  readonly any: number;
};

/** Comparisons of log-normal runs. */
export const simulate = ({ effect, cv, runs }: Cell, times: number, random: Random): Shares => {
  const deviation = Math.sqrt(Math.log1p(cv ** 2));
  const draw = (factor: number): MetricSides['base'] =>
    Array.from({ length: runs }, () => ({
      value: 100 * factor * Math.exp(deviation * normal(random)),
      isBound: false,
    }));
  const totals = { found: 0, regression: 0, any: 0 };
  for (let time = 0; time < times; time += 1) {
    const family = Array.from({ length: familySize }, (_, index) => ({
      metric: String(index),
      unit: 'ms',
      better: 'lower' as const,
      base: draw(1),
      candidate: draw(index === 0 ? 1 + effect : 1),
    }));
    const verdicts = compareMetrics(family, options).map(({ verdict }) => verdict);
    if (verdicts[0] === 'regression') totals.found += 1;
    if (verdicts.includes('regression')) totals.regression += 1;
    if (verdicts.some((verdict) => verdict === 'regression' || verdict === 'improvement')) totals.any += 1;
  }
  return { found: totals.found / times, regression: totals.regression / times, any: totals.any / times };
};

/** Box and Muller. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
