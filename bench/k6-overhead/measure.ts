import { cpuMicrosecondsOf, endedChildrenMicroseconds, peakMemoryMbOf } from './cpu.ts';
import type { Target } from './target.ts';
import { startVariant, type Surroundings, type VariantName } from './variants.ts';

/** CPU per request in µs, of all three parties. */
export type Costs = { readonly k6: number; readonly own: number; readonly server: number };
export type Measured = Costs & { readonly perSecond: number; readonly memoryMb: number };

const ownMicroseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** What the bench itself does beside k6 on its own is nothing: it only waits. */
const isUnderLagline = (name: VariantName): boolean => name === 'lagline' || name === 'lagline-gc';

/** One whole run. */
export const measure = async (
  name: VariantName,
  target: Target,
  surroundings: Surroundings,
): Promise<Measured> => {
  const before = await target.read();
  const childrenBefore = endedChildrenMicroseconds();
  const startedMs = performance.now();
  const { pid, done } = await startVariant(name, surroundings);
  const ownBefore = ownMicroseconds();
  let memoryMb = 0;
  const watch = setInterval(() => (memoryMb = peakMemoryMbOf(pid) ?? memoryMb), 250);
  try {
    await done;
  } finally {
    clearInterval(watch);
  }
  const own = ownMicroseconds() - ownBefore;
  const tookMs = performance.now() - startedMs;
  const after = await target.read();
  const requests = after.requests - before.requests;
  return {
    k6: (endedChildrenMicroseconds() - childrenBefore) / requests,
    own: isUnderLagline(name) ? own / requests : 0,
    server: (after.cpuMicroseconds - before.cpuMicroseconds) / requests,
    perSecond: (requests * 1000) / tookMs,
    memoryMb,
  };
};

/** Change of the machine's throughput where CPU bounds it, against the mean of bare runs; 0 is none. */
export const capacityOf = (variant: Costs, bare: readonly Costs[]): number => {
  const bareK6 = bare.reduce((sum, { k6, server }) => sum + k6 / server, 0) / bare.length;
  return (bareK6 + 1) / ((variant.k6 + variant.own) / variant.server + 1) - 1;
};

type Bound = Costs & { readonly requests: number };

/** Costs in each quarter of a long run, from what the kernel has counted at its bounds. */
export const measureQuarters = async (
  name: VariantName,
  requestsInAll: number,
  target: Target,
  surroundings: Surroundings,
): Promise<Costs[]> => {
  const first = await target.read();
  const { pid, done } = await startVariant(name, surroundings);
  const bounds: Bound[] = [];
  const ending = { isOver: false };
  const noteEnd = (): void => {
    ending.isOver = true;
  };
  done.then(noteEnd, noteEnd);
  // The first tenth is k6 starting its VUs, and code that is not compiled yet.
  const marks = [0.1, 0.325, 0.55, 0.775, 0.99].map((share) => share * requestsInAll);
  while (!ending.isOver && bounds.length < marks.length) {
    const now = await target.read();
    const k6 = cpuMicrosecondsOf(pid);
    const requests = now.requests - first.requests;
    if (k6 !== undefined && requests >= (marks[bounds.length] ?? Infinity))
      bounds.push({ requests, k6, own: ownMicroseconds(), server: now.cpuMicroseconds });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await done;
  return bounds.slice(1).map((bound, index) => {
    const before = bounds[index] as Bound;
    const per = (part: keyof Costs): number =>
      (bound[part] - before[part]) / (bound.requests - before.requests);
    return { k6: per('k6'), own: isUnderLagline(name) ? per('own') : 0, server: per('server') };
  });
};
