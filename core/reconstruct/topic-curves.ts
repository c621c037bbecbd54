import { committedAt, type CommitHistory } from './commit-history.ts';
import { lastAdvances, producingEdges } from './decisive-times.ts';
import { produceCurves, type AskOffsets, type LogEnd, type ProduceCurve } from './produce-curve.ts';

export type TopicCurves = {
  /** Ascending times in ms since the epoch: those asked for, and moments in between that decide how long things took. */
  readonly grid: readonly number[];
  readonly curves: readonly ProduceCurve[];
};

export type TopicCurvesRequest = {
  readonly logs: readonly LogEnd[];
  readonly grid: readonly number[];
  readonly nowMs: number;
  /** What any group committed on the topic. */
  readonly commits: readonly CommitHistory[];
};

/** The produce curves of a topic at the times of a grid, at its first and last message, and at the commits that ended it. */
export const topicCurves = async (ask: AskOffsets, request: TopicCurvesRequest): Promise<TopicCurves> => {
  const { logs, grid, nowMs, commits } = request;
  const { curves } = await produceCurves(ask, { logs, grid, nowMs });
  const edges = await producingEdges(ask, { logs, curves, grid });
  const [given, toMs] = [new Set(grid), grid.at(-1) ?? 0];
  const between = [...new Set([...edges, ...lastAdvances(commits, grid)])]
    .filter((atMs) => atMs < toMs && !given.has(atMs))
    .sort((left, right) => left - right);
  if (between.length === 0) return { grid, curves };
  const finer = await produceCurves(ask, { logs, grid: between, nowMs });
  const certain = between.flatMap((atMs, index) =>
    agreeAt(atMs, index, finer.curves, commits) ? [index] : [],
  );
  const all = [
    ...grid.map((atMs, index) => ({ atMs, index, from: curves })),
    ...certain.map((index) => ({ atMs: between[index] as number, index, from: finer.curves })),
  ].sort((left, right) => left.atMs - right.atMs);
  return {
    grid: all.map(({ atMs }) => atMs),
    curves: curves.map(({ partition }, place) => ({
      partition,
      ends: all.map(({ index, from }) => from[place]?.ends[index] ?? 'topic-retention'),
    })),
  };
};

/**
 * Whether both curves are known at a time, and none was committed beyond what was produced: the clocks of brokers and producers
 * differ then by more than the time that is to be told.
 */
const agreeAt = (
  atMs: number,
  index: number,
  curves: readonly ProduceCurve[],
  commits: readonly CommitHistory[],
): boolean =>
  curves.every(({ partition, ends }) => {
    const end = ends[index];
    if (typeof end !== 'bigint') return false;
    return commits
      .filter((each) => each.partition === partition)
      .every((each) => {
        const committed = committedAt(each, atMs);
        return committed !== undefined && (committed ?? 0n) <= end;
      });
  });
