import { balancedAssignment } from './assignment.ts';
import { arrivalReader, type PartitionLoad } from './group-load.ts';

/**
 * How a group works, as a fluid: a consumer works on up to `concurrency` of its partitions at once, each at `perSlot`; with
 * more of them waiting it divides itself evenly, and none gets more than one slot. A partition is worked on by one consumer.
 */
export type Workforce = {
  readonly consumers: number;
  readonly concurrency: number;
  /** Messages per second and slot while the load runs, and after it. */
  readonly perSlot: { readonly load: number; readonly drain: number };
};

export type SimulatedDrain = {
  /** [elapsed ms, messages waiting] over all partitions. */
  readonly curve: readonly (readonly [atMs: number, lag: number])[];
  readonly peakLagMessages: number;
  /** When the last message was done; null where work cannot end. */
  readonly emptyAtMs: number | null;
};

const longestStepMs = 100;
const mostSteps = 4000;

/** Lag of the load under a workforce. `loadEndMs`: where its rate changes from the one to the other. */
export const simulateDrain = (
  loads: readonly PartitionLoad[],
  { consumers, concurrency, perSlot }: Workforce,
  loadEndMs: number,
): SimulatedDrain => {
  const groups = balancedAssignment(loads.length, consumers);
  const backlog = loads.map((load) => load.backlog);
  const readers = loads.map(({ arrivals }) => arrivalReader(arrivals));
  const fromMs = Math.min(...loads.map(({ arrivals }) => arrivals[0]?.[0] ?? 0));
  const toMs = Math.max(loadEndMs, ...loads.map(lastRiseMs));
  const stepMs = Math.max(1, Math.min(longestStepMs, (toMs - fromMs) / 10), (toMs - fromMs) / mostSteps);
  const curve: [number, number][] = [[fromMs, total(backlog)]];
  const before = readers.map((read) => read(fromMs));
  let emptyAtMs = fromMs;
  for (let nowMs = fromMs; nowMs < toMs;) {
    const nextMs = Math.min(toMs, nowMs + stepMs);
    const slot = ((nextMs <= loadEndMs ? perSlot.load : perSlot.drain) * (nextMs - nowMs)) / 1000;
    readers.forEach((read, index) => {
      const messages = read(nextMs);
      backlog[index] = (backlog[index] ?? 0) + messages - (before[index] ?? 0);
      before[index] = messages;
    });
    for (const partitions of groups) serve(backlog, partitions, concurrency, slot);
    nowMs = nextMs;
    curve.push([nowMs, total(backlog)]);
    if (total(backlog) > negligible) emptyAtMs = nowMs;
  }
  const rest = workOff(backlog, groups, { concurrency, perSlot: perSlot.drain, fromMs: toMs });
  const all = [...curve, ...rest];
  const isDone = perSlot.drain > 0 || total(backlog) <= negligible;
  return {
    curve: all,
    peakLagMessages: all.reduce((most, [, lag]) => Math.max(most, lag), 0),
    emptyAtMs: isDone ? (rest.at(-1)?.[0] ?? emptyAtMs) : null,
  };
};

const negligible = 1e-6;
const total = (backlog: readonly number[]): number => backlog.reduce((sum, each) => sum + each, 0);

/** The last time at which something arrived. */
const lastRiseMs = ({ arrivals }: PartitionLoad): number => {
  const last = arrivals.findLastIndex(([, messages], index) => messages > (arrivals[index - 1]?.[1] ?? 0));
  return arrivals[last]?.[0] ?? 0;
};

/** One consumer's work in one step; `slot`: messages that one slot does in it. */
const serve = (backlog: number[], partitions: readonly number[], concurrency: number, slot: number): void => {
  const waiting = partitions
    .filter((partition) => (backlog[partition] ?? 0) > negligible)
    .sort((left, right) => (backlog[left] ?? 0) - (backlog[right] ?? 0));
  let capacity = Math.min(concurrency, waiting.length) * slot;
  waiting.forEach((partition, index) => {
    // What those with little to do leave over goes to the others.
    const done = Math.min(backlog[partition] ?? 0, slot, capacity / (waiting.length - index));
    backlog[partition] = (backlog[partition] ?? 0) - done;
    capacity -= done;
  });
};

/** After the last arrival: from one partition's end to the next, exactly. */
const workOff = (
  backlog: readonly number[],
  groups: readonly (readonly number[])[],
  { concurrency, perSlot, fromMs }: { concurrency: number; perSlot: number; fromMs: number },
): (readonly [number, number])[] => {
  if (perSlot <= 0 || total(backlog) <= negligible) return [];
  const left = [...backlog];
  const points: (readonly [number, number])[] = [];
  for (let nowMs = fromMs; ;) {
    const rates = left.map(() => 0);
    for (const partitions of groups) {
      const waiting = partitions.filter((partition) => (left[partition] ?? 0) > negligible);
      for (const partition of waiting)
        rates[partition] = (Math.min(concurrency, waiting.length) * perSlot) / waiting.length;
    }
    const ends = left.flatMap((messages, index) =>
      messages > negligible ? [messages / (rates[index] ?? Number.NaN)] : [],
    );
    if (ends.length === 0) return points;
    const seconds = Math.min(...ends);
    nowMs += seconds * 1000;
    left.forEach((messages, index) => {
      const rest = messages - (rates[index] ?? 0) * seconds;
      left[index] = rest > negligible ? rest : 0;
    });
    points.push([nowMs, total(left)]);
  }
};
