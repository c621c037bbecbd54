import { buildComparison } from '../../core/compare/build-comparison.ts';
import { runMetrics } from '../../core/compare/run-metrics.ts';
import type { RunReport } from '../../core/report-document.ts';
import type { Goal } from '../goals.ts';
import { shuffled, type Random } from '../random.ts';
import type { PooledRun } from './run-pool.ts';
import { options } from './simulate.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export type Shape = {
  /** Runs a side. */
  readonly side: number;
  /** Pairs of sides that are drawn from the pool. */
  readonly pairs: number;
  /** What slower runs have to show is asked for, too. */
  readonly hasSlow: boolean;
  /** Metrics of Kafka have to be among those compared. */
  readonly hasKafka: boolean;
  /** As many pairs as the pool is to give without any run in two of them; 0: as many as there are. */
  readonly disjointPairs: number;
};

/** A target that is later than this on average is by chance as slow as one that is meant to be 10 % slower. */
const mostLateMs = 4;

/** Figures over pairs of sides of real runs: what is called without a change, and with one. */
export const realGoals = (stored: readonly PooledRun[], shape: Shape, random: Random): Goal[] => {
  const { side, pairs, hasSlow } = shape;
  const pool = stored.filter(({ targetLateMs }) => targetLateMs <= mostLateMs);
  const base = pool.filter(({ slowdown }) => slowdown === 0).map(({ run }) => run);
  const slow = pool.filter(({ slowdown }) => slowdown > 0).map(({ run }) => run);
  if (pool.length < stored.length)
    console.log(
      `${stored.length - pool.length} runs are left out: their target was more than ${mostLateMs} ms late on average, for the machine was busy`,
    );
  if (base.length < 2 * side || (hasSlow && slow.length < side)) {
    return [
      {
        what: `real: runs on a machine that was quiet enough, ${side} a side`,
        seen: `${base.length} and ${slow.length}`,
        target: `≥ ${2 * side} base runs${hasSlow ? `, ≥ ${side} slow ones` : ''}`,
        isMet: false,
      },
    ];
  }
  const scatter = scatterOf(base);
  console.log(
    `\n${base.length} base runs${hasSlow ? `, ${slow.length} slowed by 10 %` : ''}; CV of the base runs:`,
  );
  for (const [metric, cv] of scatter) console.log(`  ${metric}: ${percent(cv)}`);
  const drawn = { called: 0, calledOfAnySize: 0, found: new Map<string, number>() };
  for (let pair = 0; pair < pairs; pair += 1) {
    const order = shuffled(base, random);
    const [half, other] = [order.slice(0, side), order.slice(side, 2 * side)];
    if (called(half, other).size > 0) drawn.called += 1;
    if (called(half, other, 0).size > 0) drawn.calledOfAnySize += 1;
    if (!hasSlow) continue;
    for (const [metric, verdict] of called(half, shuffled(slow, random).slice(0, side)))
      if (verdict === 'regression') drawn.found.set(metric, (drawn.found.get(metric) ?? 0) + 1);
  }
  const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / pairs);
  const [after, inTurn] = [inTime(base, side, 'after'), inTime(base, side, 'in-turn')];
  console.log(
    `with all base runs first, any verdict in ${percent(after.called / Math.max(1, after.pairs))} of ${after.pairs} A/A pairs: what changed on the machine in between is called too`,
  );
  const goals: Goal[] = [
    {
      what: `real: any verdict in ${pairs} A/A pairs drawn by chance, ${side} a side`,
      seen: percent(drawn.called / pairs),
      target: '≤ 5 %, over all metrics',
      isMet: drawn.called / pairs <= 0.05,
    },
    {
      what: 'real: the same pairs, were there no least change',
      seen: percent(drawn.calledOfAnySize / pairs),
      target: `≤ ${percent(most)} (5 % and the error of counting)`,
      isMet: drawn.calledOfAnySize / pairs <= most,
    },
    {
      what: `real: any verdict in ${inTurn.pairs} A/A pairs, base and candidate in turn`,
      seen: percent(inTurn.called / Math.max(1, inTurn.pairs)),
      target: '≤ 5 %, over all metrics',
      isMet: inTurn.called <= 0.05 * inTurn.pairs,
    },
  ];
  goals.push(disjointGoal(base, shape));
  if (shape.hasKafka)
    goals.push({
      what: 'real: metrics of Kafka among those compared, that vary',
      seen: [...scatter.keys()].filter((metric) => metric.startsWith('kafka_')).join('; '),
      target: 'lag, drain and completion delay',
      isMet: ['kafka_lag', 'kafka_drain', 'kafka_completion_delay'].every((name) =>
        [...scatter.keys()].some((metric) => metric.startsWith(`${name}{`)),
      ),
    });
  // 3 runs a side cannot show anything at this level.
  if (side < 4 || !hasSlow) return goals;
  const seen = (metric: string): number => (drawn.found.get(metric) ?? 0) / pairs;
  const [steady, noisy] = [true, false].map((isSteady) =>
    [...scatter].filter(([, cv]) => cv <= 0.05 === isSteady),
  ) as [[string, number][], [string, number][]];
  for (const [metric, cv] of noisy)
    console.log(
      `no target, for its CV is ${percent(cv)}: 10 % slowdown seen in ${metric} in ${percent(seen(metric))}`,
    );
  return [
    ...goals,
    ...steady.map(([metric, cv]) => ({
      what: `real: 10 % slowdown seen in ${metric}, CV ${percent(cv)}, ${pairs} pairs`,
      seen: percent(seen(metric)),
      target: '≥ 90 %',
      isMet: seen(metric) >= 0.9,
    })),
    {
      what: 'real: metrics whose CV is at most 5 %',
      seen: String(steady.length),
      target: '≥ 1',
      isMet: steady.length > 0,
    },
  ];
};

/** Pairs in the order of time, base and candidate in turn, that share no run: they are independent. */
const disjointGoal = (base: readonly RunReport[], { side, disjointPairs }: Shape): Goal => {
  const { pairs, called: wrong } = inTime(base, side, 'in-turn', 2 * side);
  const isEnough = disjointPairs > 0;
  const most = isEnough ? 0.05 : 0.05 + 3 * Math.sqrt((0.05 * 0.95) / pairs);
  return {
    what: `real: any verdict in ${pairs} A/A pairs in turn of which none shares a run with another`,
    seen: `${percent(wrong / pairs)} (${wrong})`,
    target: isEnough
      ? `≤ 5 % of at least ${disjointPairs}`
      : `≤ ${percent(most)} (5 % and the error of counting so few)`,
    isMet: wrong <= most * pairs && pairs >= disjointPairs,
  };
};

/** Each stretch of two sides in the order in which the runs were made, divided in the middle or in turn; moved on by `step`. */
const inTime = (
  base: readonly RunReport[],
  side: number,
  how: 'after' | 'in-turn',
  step = 1,
): { pairs: number; called: number } => {
  const starts = Array.from(
    { length: Math.max(0, Math.floor((base.length - 2 * side) / step) + 1) },
    (_, pair) => pair * step,
  );
  const wrong = starts.filter((at) => {
    const stretch = base.slice(at, at + 2 * side);
    const isBase = (index: number): boolean => (how === 'after' ? index < side : index % 2 === 0);
    return (
      called(
        stretch.filter((_, index) => isBase(index)),
        stretch.filter((_, index) => !isBase(index)),
      ).size > 0
    );
  });
  return { pairs: starts.length, called: wrong.length };
};

/** Metrics that are called a regression or an improvement. */
const called = (
  base: readonly RunReport[],
  candidate: readonly RunReport[],
  minEffect = options.minEffect,
): Map<string, string> =>
  new Map(
    buildComparison(base, candidate, [], { ...options, minEffect })
      .metrics.filter(({ verdict }) => verdict === 'regression' || verdict === 'improvement')
      .map(({ metric, verdict }) => [metric, verdict]),
  );

/** Coefficient of variation of each metric that varies. */
const scatterOf = (runs: readonly RunReport[]): Map<string, number> => {
  const values = Map.groupBy(runs.flatMap(runMetrics), ({ metric }) => metric);
  return new Map(
    [...values].flatMap(([metric, of]): [string, number][] => {
      const mean = of.reduce((sum, { value }) => sum + value, 0) / of.length;
      const variance = of.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (of.length - 1);
      return variance === 0 ? [] : [[metric, Math.sqrt(variance) / mean]];
    }),
  );
};
