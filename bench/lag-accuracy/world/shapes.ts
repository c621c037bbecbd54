import type { Random } from '../../random.ts';
import { exponential, normal, uniform } from './draw.ts';

export const shapes = ['steady', 'burst', 'stall-and-recover', 'hot-partition', 'slow-drain'] as const;
export type Shape = (typeof shapes)[number];

/** What a simulated run is made of; rates in messages per second, times in ms from the start of the load. */
export type WorldPlan = {
  readonly shape: Shape;
  readonly loadMs: number;
  /** Arrival rate over all partitions. */
  readonly arrivalRate: (atMs: number) => number;
  readonly greatestRate: number;
  /** Share of the arrivals by partition; they add up to 1. */
  readonly shares: readonly number[];
  /** Members of the group; partitions are dealt out to them in turn. */
  readonly members: number;
  /** Mean time that a member takes for one message. */
  readonly serviceMs: number;
  /** Standard deviation of the logarithm of a member's pace, and how long it stays so (AR(1) in steps of 1 s). */
  readonly paceDeviation: number;
  readonly paceMemoryMs: number;
  /** Mean time between short pauses of a member (garbage collection, a slow write). */
  readonly pauseEveryMs: number;
  /** Nobody consumes in these. */
  readonly stalls: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Likewise, after which the partitions are dealt out anew; some make the group begin again at what it had committed. */
  readonly rebalances: readonly {
    readonly fromMs: number;
    readonly toMs: number;
    readonly rewinds: boolean;
  }[];
  readonly maxPollRecords: number;
  readonly commitIntervalMs: number;
  readonly samplingIntervalMs: number;
};

export const drawPlan = (shape: Shape, random: Random): WorldPlan => {
  const partitions = random.pick([3, 4, 6, 8]);
  const isHot = shape === 'hot-partition';
  const members = isHot ? partitions : random.pick([1, Math.ceil(partitions / 2), partitions]);
  const serviceMs = uniform(random, 3, 8) * (members / partitions) ** 0.5;
  const capacity = (members * 1000) / serviceMs;
  const loadMs = uniform(random, 25_000, 45_000);
  const hotShare = uniform(random, 0.35, 0.6);
  const shares = isHot ? hotShares(partitions, hotShare) : evenShares(partitions, random);
  // Uneven shares make one member the busiest: rates are given as multiples of what it can bear.
  const busiest = Math.max(...byMember(shares, members));
  const bearable = capacity / members / busiest;
  const arrivals = arrivalsOf(shape, loadMs, bearable, random);
  const stallFromMs = uniform(random, 0.3, 0.5) * loadMs;
  return {
    shape,
    loadMs,
    ...arrivals,
    shares,
    members,
    serviceMs,
    paceDeviation: uniform(random, 0.03, 0.12),
    paceMemoryMs: uniform(random, 3000, 20_000),
    pauseEveryMs: uniform(random, 8000, 40_000),
    stalls:
      shape === 'stall-and-recover'
        ? [{ fromMs: stallFromMs, toMs: stallFromMs + uniform(random, 6000, 12_000) }]
        : [],
    rebalances: drawRebalances(random, 10 * loadMs),
    maxPollRecords: random.pick([50, 200, 500]),
    commitIntervalMs: random.pick([200, 1000, 2000, 5000]),
    samplingIntervalMs: random.pick([500, 1000, 1000, 2000]),
  };
};

/** They come at any time, about one a minute, in the drain as in the load. */
const drawRebalances = (random: Random, untilMs: number): WorldPlan['rebalances'] => {
  const rebalances: WorldPlan['rebalances'][number][] = [];
  for (let fromMs = exponential(random, 60_000); fromMs < untilMs; fromMs += exponential(random, 60_000)) {
    const toMs = fromMs + uniform(random, 500, 2500);
    rebalances.push({ fromMs, toMs, rewinds: random.next() < 0.5 });
    fromMs = toMs;
  }
  return rebalances;
};

const byMember = (shares: readonly number[], members: number): number[] =>
  Array.from({ length: members }, (_, member) =>
    shares.reduce((sum, share, partition) => (partition % members === member ? sum + share : sum), 0),
  );

const evenShares = (partitions: number, random: Random): number[] => {
  const weights = Array.from({ length: partitions }, () => Math.exp(0.1 * normal(random)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
};

const hotShares = (partitions: number, hot: number): number[] =>
  Array.from({ length: partitions }, (_, partition) =>
    partition === 0 ? hot : (1 - hot) / (partitions - 1),
  );

const arrivalsOf = (
  shape: Shape,
  loadMs: number,
  bearable: number,
  random: Random,
): Pick<WorldPlan, 'arrivalRate' | 'greatestRate'> => {
  const flat = (rate: number) => ({ arrivalRate: () => rate, greatestRate: rate });
  switch (shape) {
    case 'steady':
      return flat(uniform(random, 0.3, 0.8) * bearable);
    case 'stall-and-recover':
      return flat(uniform(random, 0.6, 0.85) * bearable);
    case 'hot-partition':
      return flat(uniform(random, 1.3, 2.2) * bearable);
    case 'slow-drain':
      return flat(uniform(random, 2.5, 4.5) * bearable);
    case 'burst': {
      const base = uniform(random, 0.2, 0.5) * bearable;
      const peak = uniform(random, 3, 6) * bearable;
      const fromMs = uniform(random, 0.3, 0.6) * loadMs;
      const toMs = fromMs + uniform(random, 4000, 8000);
      return { arrivalRate: (atMs) => (atMs >= fromMs && atMs < toMs ? peak : base), greatestRate: peak };
    }
  }
};
