import { compareMetrics, type MetricSides } from '../../core/compare/build-comparison.ts';
import type { Random } from '../random.ts';

export const options = { alpha: 0.05, minEffect: 0.05, metrics: [], intervals: false };

export type Cell = {
  /** Share by which the first metric gets slower; the others stay as they are, which is the hardest case for the correction. */
  readonly effect: number;
  readonly cv: number;
  /** A side. */
  readonly runs: number;
  readonly metrics: number;
  /** Of any two metrics in a run, on logarithms. */
  readonly correlation: number;
};
export type Shares = {
  /** Of comparisons that call the slower metric a regression. */
  readonly found: number;
  /** Of comparisons that call any difference, in either direction. */
  readonly any: number;
};

/** Comparisons of log-normal runs. */
export const simulate = (
  { effect, cv, runs, metrics, correlation }: Cell,
  times: number,
  random: Random,
): Shares => {
  const deviation = Math.sqrt(Math.log1p(cv ** 2));
  const draw = (slowdown: number): number[][] =>
    Array.from({ length: runs }, () => {
      const common = Math.sqrt(correlation) * normal(random);
      return Array.from({ length: metrics }, (_, index) => {
        const own = Math.sqrt(1 - correlation) * normal(random);
        return 100 * (index === 0 ? 1 + slowdown : 1) * Math.exp(deviation * (common + own));
      });
    });
  const totals = { found: 0, any: 0 };
  for (let time = 0; time < times; time += 1) {
    const [base, candidate] = [draw(0), draw(effect)];
    const side = (of: number[][], index: number): MetricSides['base'] =>
      of.map((run) => ({ value: run[index] ?? Number.NaN, isBound: false }));
    const family = Array.from({ length: metrics }, (_, index) => ({
      metric: String(index),
      unit: 'ms',
      better: 'lower' as const,
      base: side(base, index),
      candidate: side(candidate, index),
    }));
    const verdicts = compareMetrics(family, options).metrics.map(({ verdict }) => verdict);
    if (verdicts[0] === 'regression') totals.found += 1;
    if (verdicts.some((verdict) => verdict === 'regression' || verdict === 'improvement')) totals.any += 1;
  }
  return { found: totals.found / times, any: totals.any / times };
};

/** Box and Muller. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
