/*
 * Durations hang on moments that lie between two times of the grid, and that the logs tell to the millisecond. Each is
 * given as the millisecond in which it happened and the next one: a figure from readings at both is as exact as the logs.
 */
import type { CommitHistory } from './commit-history.ts';
import type { AskOffsets, LogEnd, ProduceCurve } from './produce-curve.ts';

/** Of more partitions, those that were worked off last: they decide how long everything took. */
const mostAdvances = 100;

/** The last commit of each partition within the grid that took it forward; groups commit the same offset again and again. */
export const lastAdvances = (
  histories: readonly Pick<CommitHistory, 'commits'>[],
  grid: readonly number[],
): number[] => {
  const [fromMs, toMs] = [grid[0] ?? 0, grid.at(-1) ?? 0];
  const advances = histories.flatMap(({ commits }) => {
    const last = commits.findLast(({ atMs, offset }, index) => {
      const before = commits[index - 1]?.offset ?? null;
      const isAdvance = offset !== null && (before === null || offset > before);
      return isAdvance && atMs >= fromMs && atMs <= toMs;
    });
    return last === undefined ? [] : [last.atMs];
  });
  const latest = [...new Set(advances)].sort((left, right) => right - left).slice(0, mostAdvances);
  return latest.flatMap((atMs) => [atMs, atMs + 1]);
};

type Curves = {
  readonly logs: readonly LogEnd[];
  readonly curves: readonly ProduceCurve[];
  /** Of the curves. */
  readonly grid: readonly number[];
};

/** When the first and the last message of a topic were produced: by bisection of the two steps of the grid that hold them. */
export const producingEdges = async (
  ask: AskOffsets,
  { logs, curves, grid }: Curves,
): Promise<readonly number[]> => {
  const producedBefore = async (atMs: number): Promise<bigint> => {
    const found = await ask(logs.map(({ partition }) => ({ partition, atMs })));
    return logs.reduce((sum, { end }, index) => sum + (found[index]?.offset ?? end), 0n);
  };
  /** The millisecond before it holds and the one from which on it does. */
  const bisect = async (
    { fromMs, toMs }: Step,
    holds: (produced: bigint) => boolean,
  ): Promise<readonly number[]> => {
    let [low, high] = [fromMs, toMs];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (holds(await producedBefore(middle))) high = middle;
      else low = middle;
    }
    return [low, high];
  };
  const steps = risingSteps(curves, grid);
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    ...(await bisect(first, (produced) => produced > first.before)),
    ...(await bisect(last, (produced) => produced >= last.after)),
  ];
};

type Step = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Messages of all partitions at both times. */
  readonly before: bigint;
  readonly after: bigint;
};

/** Steps of the grid within which something was produced, as far as all partitions are known at both of its ends. */
const risingSteps = (curves: readonly ProduceCurve[], grid: readonly number[]): Step[] => {
  const sums = grid.map((_, index) => sumAt(curves, index));
  return grid.slice(1).flatMap((toMs, index): Step[] => {
    const [before, after] = [sums[index], sums[index + 1]];
    if (before === undefined || after === undefined || after <= before) return [];
    return [{ fromMs: grid[index] ?? toMs, toMs, before, after }];
  });
};

const sumAt = (curves: readonly ProduceCurve[], index: number): bigint | undefined =>
  curves.reduce<bigint | undefined>((sum, { ends }) => {
    const end = ends[index];
    return sum === undefined || typeof end !== 'bigint' ? undefined : sum + end;
  }, 0n);
