import { balancedAssignment } from './assignment.ts';
import { repartition, sharesOf, type PartitionLoad } from './group-load.ts';
import { simulateDrain, type SimulatedDrain, type Workforce } from './simulate-drain.ts';
import type { Setup } from './capacity-document.ts';

/** A load, and how fast a slot works on it. */
export type Situation = {
  readonly loads: readonly PartitionLoad[];
  readonly perSlot: Workforce['perSlot'];
  readonly concurrency: number;
  readonly loadEndMs: number;
  /** Messages per second that arrive on all partitions together. */
  readonly meanPerSecond: number;
  readonly peakPerSecond: number;
};

export type Wanted =
  | { readonly goal: 'mean' | 'peak' }
  | { readonly goal: 'drain'; readonly withinMs: number };

/** Time from load end until nothing is left, in ms; null where it never comes to that. */
export const drainMsOf = ({ emptyAtMs }: SimulatedDrain, loadEndMs: number): number | null =>
  emptyAtMs === null ? null : Math.max(0, emptyAtMs - loadEndMs);

/** ρ of the consumer, or of the partition, that is loaded most; 1 is full. */
export const utilization = (
  { loads, perSlot, concurrency }: Situation,
  { consumers, arrivalsPerSecond }: { readonly consumers: number; readonly arrivalsPerSecond: number },
): number => {
  const shares = sharesOf(loads);
  const slotShare = arrivalsPerSecond / perSlot.load;
  return Math.max(
    ...balancedAssignment(loads.length, consumers).map((partitions) => {
      const own = partitions.map((partition) => shares[partition] ?? 0);
      const together = own.reduce((sum, share) => sum + share, 0) / Math.min(concurrency, own.length);
      return slotShare * Math.max(together, ...own);
    }),
  );
};

/** Whether the load as it lies holds the goal with so many consumers. */
export const holds = (situation: Situation, consumers: number, wanted: Wanted): boolean => {
  if (wanted.goal === 'drain') {
    const drained = simulateDrain(situation.loads, { ...situation, consumers }, situation.loadEndMs);
    const ms = drainMsOf(drained, situation.loadEndMs);
    return ms !== null && ms <= wanted.withinMs;
  }
  const arrivalsPerSecond = wanted.goal === 'mean' ? situation.meanPerSecond : situation.peakPerSecond;
  return utilization(situation, { consumers, arrivalsPerSecond }) < 1;
};

/** Beyond this many partitions of one topic, other limits come first. */
const mostPartitions = 1024;

/**
 * The fewest consumers that hold the goal: on the partitions there are, else on the fewest that suffice. Null where no
 * number does, because a partition's own share is too much for one slot, or the time is too short for any.
 */
export const findSetup = (
  situation: Situation,
  wanted: Wanted,
  skew: 'kept' | 'even' = 'kept',
): Setup | null => {
  const present = situation.loads.length;
  const on = (partitions: number): Situation => ({
    ...situation,
    loads: repartition(situation.loads, partitions, skew),
  });
  const suffices = (partitions: number): boolean => holds(on(partitions), partitions, wanted);
  const partitions = suffices(present) ? present : fewest(present + 1, mostPartitions, suffices);
  if (partitions === null) return null;
  const held = on(partitions);
  const consumers = fewest(1, partitions, (count) => holds(held, count, wanted)) ?? partitions;
  return { consumers, partitions };
};

/** The least number from `from` to `to` that suffices, where every greater one does too; null where `to` does not. */
const fewest = (from: number, to: number, suffices: (count: number) => boolean): number | null => {
  if (to < from || !suffices(to)) return null;
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (suffices(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};

const mostSpeedUp = 1e5;

/** How many times as fast each slot would have to be for the present set-up to hold the goal; null beyond 100,000. */
export const neededSpeedUp = (situation: Situation, consumers: number, wanted: Wanted): number | null => {
  const isEnough = (factor: number): boolean => {
    const { load, drain } = situation.perSlot;
    return holds(
      { ...situation, perSlot: { load: load * factor, drain: drain * factor } },
      consumers,
      wanted,
    );
  };
  if (!isEnough(mostSpeedUp)) return null;
  let [low, high] = [1 / mostSpeedUp, mostSpeedUp];
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
};
