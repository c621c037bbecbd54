import { middleLag, type CurvePoint } from '../offset-curves.ts';

/** How fast one worker has worked, over the newest stretch in which it never ran out of work. */
export type Pace = {
  readonly perSecond: number;
  /** Length of that stretch, without stalls. */
  readonly overMs: number;
  /** Usual time between commits, as far as readings show it. */
  readonly commitGapMs: number;
  /** Usual time between readings. */
  readonly readingGapMs: number;
  /** How long ago the last commit was, in the middle of the time in which it must have come. */
  readonly sinceCommitMs: number;
  /** Work done in equal parts of the stretch, relative to their mean. */
  readonly blocks: readonly number[];
  readonly blockMs: number;
};

/** `not-moving`: a backlog stands, and nothing has been committed for longer than is usual. */
export type NoPace = 'too-few-samples' | 'not-moving' | 'no-lag-reading';

export const isPace = (pace: Pace | NoPace): pace is Pace => typeof pace !== 'string';

/** A commit that was seen: the count of messages consumed had become `consumed` by `atMs`. */
type Corner = { readonly atMs: number; readonly consumed: number };

const minimumCorners = 3;
const mostBlocks = 8;
const shortestBlockMs = 3000;
/** A time without commits that is this many usual gaps long, and at least so long, is a stall and not a slow moment. */
const stallGaps = 3;
const shortestStallMs = 5000;

/**
 * Readings between commits show no work, and those after one show all of it at once: a worker's pace is taken from commit
 * to commit. Stalls that have ended say nothing about the pace after them and are left out.
 */
export const paceOf = (points: readonly CurvePoint[]): Pace | NoPace => {
  const now = points.at(-1);
  if (now === undefined) return 'too-few-samples';
  if (middleLag(now) === null) return 'no-lag-reading';
  const stretches = busyStretches(points);
  const corners = stretches.find(({ length }) => length >= minimumCorners);
  const gapMs = median(gapsOf(corners ?? stretches[0] ?? [])) ?? 0;
  const stallMs = Math.max(shortestStallMs, stallGaps * gapMs);
  const lastMs = cornersOf(points).at(-1)?.atMs ?? points[0]?.atMs ?? now.atMs;
  if (now.atMs - lastMs > stallMs) return 'not-moving';
  if (corners === undefined) return 'too-few-samples';
  const readingGapMs = median(gapsOf(points)) ?? 0;
  const worked = workBetween(withoutStalls(corners, stallMs, gapMs), gapMs);
  if (worked === undefined) return 'too-few-samples';
  return { ...worked, commitGapMs: gapMs, readingGapMs, sinceCommitMs: now.atMs - lastMs + readingGapMs / 2 };
};

/** How many messages a commit usually covers, and the usual time between commits that were seen; undefined before the second. */
export const commitRhythm = (
  points: readonly CurvePoint[],
): { readonly step: number; readonly gapMs: number } | undefined => {
  const steps = points
    .map(({ consumed }, index) => consumed - (points[index - 1]?.consumed ?? consumed))
    .filter((step) => step > 0);
  const [step, gapMs] = [median(steps), median(gapsOf(cornersOf(points)))];
  return step === undefined || gapMs === undefined ? undefined : { step, gapMs };
};

const gapsOf = (corners: readonly { readonly atMs: number }[]): number[] =>
  corners.slice(1).map(({ atMs }, index) => atMs - (corners[index]?.atMs ?? atMs));

/**
 * Commits of the stretches in which the worker, as far as they can tell, never caught up and was not set back; the newest first, and
 * of several without any in a row only one.
 */
const busyStretches = (points: readonly CurvePoint[]): Corner[][] => {
  const caughtUp = (commitRhythm(points)?.step ?? 0) / 2;
  let corners: Corner[] = [];
  const stretches = [corners];
  let before: CurvePoint | undefined;
  points.forEach((point, index) => {
    const wasSetBack = point.consumed < (points[index - 1]?.consumed ?? point.consumed);
    if (point.lagLow === null || point.lagLow <= caughtUp || wasSetBack) {
      if (before === undefined) return;
      corners = [];
      stretches.push(corners);
      before = undefined;
    } else {
      if (before !== undefined && point.consumed > before.consumed) corners.push(point);
      before = point;
    }
  });
  return stretches.reverse();
};

const cornersOf = (points: readonly CurvePoint[]): Corner[] =>
  points.filter(({ consumed }, index) => consumed > (points[index - 1]?.consumed ?? Infinity));

/** Takes the length of a stall, but for one usual gap, out of the time of everything after it. */
const withoutStalls = (corners: readonly Corner[], stallMs: number, gapMs: number): Corner[] => {
  let stalledMs = 0;
  return corners.map(({ atMs, consumed }, index) => {
    const sinceMs = atMs - (corners[index - 1]?.atMs ?? atMs);
    if (sinceMs > stallMs) stalledMs += sinceMs - gapMs;
    return { atMs: atMs - stalledMs, consumed };
  });
};

const workBetween = (
  corners: readonly Corner[],
  commitGapMs: number,
): Pick<Pace, 'perSecond' | 'overMs' | 'blocks' | 'blockMs'> | undefined => {
  const [first, last] = [corners[0], corners.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined;
  const overMs = last.atMs - first.atMs;
  const count = Math.max(
    1,
    Math.min(mostBlocks, Math.floor(overMs / Math.max(2 * commitGapMs, shortestBlockMs))),
  );
  const blockMs = overMs / count;
  const edges = Array.from({ length: count + 1 }, (_, index) =>
    consumedAt(corners, first.atMs + index * blockMs),
  );
  const mean = (last.consumed - first.consumed) / count;
  return {
    perSecond: ((last.consumed - first.consumed) * 1000) / overMs,
    overMs,
    blocks: edges.slice(1).map((edge, index) => (edge - (edges[index] ?? edge)) / mean),
    blockMs,
  };
};

const consumedAt = (corners: readonly Corner[], atMs: number): number => {
  const index = corners.findIndex((corner) => corner.atMs >= atMs);
  const after = corners[index] ?? corners.at(-1);
  const before = corners[index - 1];
  if (after === undefined) return 0;
  if (before === undefined || after.atMs <= atMs) return after.consumed;
  return (
    before.consumed + ((after.consumed - before.consumed) * (atMs - before.atMs)) / (after.atMs - before.atMs)
  );
};

const median = (values: readonly number[]): number | undefined => {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};
