import { createRandom, type Random } from '../../random.ts';
import { exponential, normal, uniform } from './draw.ts';
import { drawPlan, type Shape, type WorldPlan } from './shapes.ts';

/** Everything that happened in one partition; times in ms from the start of the load, ascending. */
export type PartitionTruth = {
  /** First offset of the run. */
  readonly base: number;
  /** When the message at `base + index` came to be readable, and when it was first persisted. */
  readonly producedMs: readonly number[];
  readonly persistedMs: readonly number[];
  /** What the broker knew from when on. */
  readonly commits: readonly { readonly atMs: number; readonly offset: number }[];
};

export type World = {
  readonly plan: WorldPlan;
  readonly partitions: readonly PartitionTruth[];
  /** Partitions by member, from when on. */
  readonly assignments: readonly { readonly atMs: number; readonly held: readonly (readonly number[])[] }[];
};

/** A run of arrivals, members that consume and commit, pauses and rebalances, played to its end. */
export const playWorld = (shape: Shape, seed: number): World => {
  const random = createRandom(seed);
  const plan = drawPlan(shape, random);
  const arrivals = drawArrivals(plan, random);
  const partitions = arrivals.map((producedMs): Partition => {
    const base = random.integer(0, 100_000);
    return {
      base,
      producedMs,
      persistedMs: producedMs.map(() => Number.POSITIVE_INFINITY),
      position: 0,
      commits: [{ atMs: Number.NEGATIVE_INFINITY, offset: base }],
    };
  });
  return { plan, partitions, assignments: consume(plan, partitions, random) };
};

type Partition = {
  readonly base: number;
  readonly producedMs: number[];
  readonly persistedMs: number[];
  readonly commits: { atMs: number; offset: number }[];
  /** Messages of the run that the group is past. */
  position: number;
};

/** A Poisson process of varying rate, by thinning (Lewis and Shedler 1979), dealt out by share. */
const drawArrivals = (plan: WorldPlan, random: Random): number[][] => {
  const arrivals = plan.shares.map((): number[] => []);
  const meanMs = 1000 / plan.greatestRate;
  for (let atMs = exponential(random, meanMs); atMs < plan.loadMs; atMs += exponential(random, meanMs)) {
    if (random.next() * plan.greatestRate > plan.arrivalRate(atMs)) continue;
    let left = random.next();
    const partition = plan.shares.findIndex((share) => (left -= share) < 0);
    arrivals.at(partition)?.push(atMs);
  }
  return arrivals;
};

const nextOf = (times: readonly { readonly fromMs: number; readonly toMs: number }[], atMs: number) =>
  times.find(({ toMs }) => toMs > atMs);

/** One stretch after the other between rebalances; members do not disturb each other. */
const consume = (plan: WorldPlan, partitions: Partition[], random: Random): World['assignments'] => {
  const members = Array.from({ length: plan.members }, () => createMember(plan, random));
  const deal = (turn: number): Partition[][] =>
    members.map((_, member) =>
      partitions.filter((__, partition) => (partition + turn) % plan.members === member),
    );
  let fromMs = -2000;
  plan.rebalances.forEach((rebalance, turn) => {
    const owned = deal(turn);
    members.forEach((member, index) => member.work(owned[index] ?? [], fromMs, rebalance.fromMs));
    for (const partition of partitions) {
      const committed = (partition.commits.at(-1)?.offset ?? partition.base) - partition.base;
      if (rebalance.rewinds) partition.position = committed;
      else addCommit(partition, rebalance.fromMs + 5);
    }
    fromMs = Math.max(fromMs, rebalance.toMs);
  });
  const owned = deal(plan.rebalances.length);
  members.forEach((member, index) => member.work(owned[index] ?? [], fromMs, Number.POSITIVE_INFINITY));
  return [{ toMs: -2000 }, ...plan.rebalances].map(({ toMs }, turn) => ({
    atMs: toMs,
    held: deal(turn).map((those) => those.map((partition) => partitions.indexOf(partition))),
  }));
};

/** Commits of one partition reach the broker in their order. */
const addCommit = ({ base, position, commits }: Partition, atMs: number): void => {
  const last = commits.at(-1);
  if (last === undefined || last.offset < base + position)
    commits.push({ atMs: Math.max(atMs, last?.atMs ?? atMs), offset: base + position });
};

type Member = { work(owned: readonly Partition[], fromMs: number, untilMs: number): void };

const createMember = (plan: WorldPlan, random: Random): Member => {
  let pace = plan.paceDeviation * normal(random);
  let paceUntilMs = 0;
  let nextPauseMs = exponential(random, plan.pauseEveryMs);
  const kept = Math.exp(-1000 / plan.paceMemoryMs);
  const serviceMs = (atMs: number): number => {
    for (; paceUntilMs <= atMs; paceUntilMs += 1000)
      pace = kept * pace + Math.sqrt(1 - kept ** 2) * plan.paceDeviation * normal(random);
    return plan.serviceMs * Math.exp(pace) * uniform(random, 0.4, 1.6);
  };
  const pauseAfter = (atMs: number): number => {
    const stall = nextOf(plan.stalls, atMs);
    if (stall !== undefined && stall.fromMs <= atMs) return stall.toMs;
    if (atMs < nextPauseMs) return atMs;
    nextPauseMs = atMs + exponential(random, plan.pauseEveryMs);
    return atMs + uniform(random, 50, 500);
  };
  return {
    work: (owned, fromMs, untilMs) => {
      let nowMs = fromMs;
      let commitMs = fromMs + plan.commitIntervalMs * random.next();
      const commit = (atMs: number): void => {
        for (const partition of owned) addCommit(partition, atMs + uniform(random, 1, 15));
      };
      /** Time goes on, with the commits that fall into it; a paused member commits late. */
      const goTo = (atMs: number, isPaused = false): boolean => {
        const endMs = Math.min(atMs, untilMs);
        while (commitMs <= endMs) {
          if (!isPaused) commit(commitMs);
          commitMs += plan.commitIntervalMs;
        }
        if (isPaused && endMs > nowMs && atMs < untilMs) commit(endMs);
        nowMs = endMs;
        return atMs < untilMs;
      };
      for (let turn = 0; ; turn += 1) {
        const partition = nextWithWork(owned, turn, nowMs);
        if (partition === undefined) {
          const arrivalMs = nextArrival(owned);
          if (arrivalMs === undefined) {
            goTo(Math.min(untilMs, nowMs + 2 * plan.commitIntervalMs));
            return;
          }
          if (!goTo(Math.max(nowMs, arrivalMs) + uniform(random, 1, 10))) return;
          continue;
        }
        for (let taken = 0; taken < plan.maxPollRecords; taken += 1) {
          if ((partition.producedMs[partition.position] ?? Number.POSITIVE_INFINITY) > nowMs) break;
          const resumedMs = pauseAfter(nowMs);
          if (resumedMs > nowMs && !goTo(resumedMs, true)) return;
          if (!goTo(nowMs + serviceMs(nowMs))) return;
          const index = partition.position;
          partition.persistedMs[index] = Math.min(partition.persistedMs[index] ?? nowMs, nowMs);
          partition.position += 1;
        }
      }
    },
  };
};

const nextWithWork = (owned: readonly Partition[], turn: number, nowMs: number): Partition | undefined => {
  for (let step = 0; step < owned.length; step += 1) {
    const partition = owned[(turn + step) % owned.length];
    if (partition && (partition.producedMs[partition.position] ?? Number.POSITIVE_INFINITY) <= nowMs)
      return partition;
  }
  return undefined;
};

const nextArrival = (owned: readonly Partition[]): number | undefined => {
  const next = Math.min(
    ...owned.map(({ producedMs, position }) => producedMs[position] ?? Number.POSITIVE_INFINITY),
  );
  return Number.isFinite(next) ? next : undefined;
};
