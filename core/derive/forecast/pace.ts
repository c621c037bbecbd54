import { selectRank } from '../../select-rank.ts';
import { timeOf, type CurveColumns } from '../offset-curves.ts';

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

/** What is looked at of a curve: its readings in columns, in the order of time. */
type Curve = Pick<CurveColumns, 'length' | 'endSentMs' | 'endReceivedMs' | 'consumed' | 'lagLow' | 'lagHigh'>;

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
export const paceOf = (curve: Curve): Pace | NoPace => {
  const { length, lagLow, lagHigh } = curve;
  if (length === 0) return 'too-few-samples';
  if (Number.isNaN(lagLow[length - 1]) || Number.isNaN(lagHigh[length - 1])) return 'no-lag-reading';
  const rises = risesOf(curve);
  const { corners, newest } = busyStretches(curve, rises);
  const gapMs = median(gapsOf(curve, corners ?? newest)) ?? 0;
  const stallMs = Math.max(shortestStallMs, stallGaps * gapMs);
  const nowMs = timeOf(curve, length - 1);
  const lastMs = timeOf(curve, rises.at(-1) ?? 0);
  if (nowMs - lastMs > stallMs) return 'not-moving';
  if (corners === undefined) return 'too-few-samples';
  const readingGapMs = median(readingGapsOf(curve)) ?? 0;
  const worked = workBetween(withoutStalls(cornersAt(curve, corners), stallMs, gapMs), gapMs);
  if (worked === undefined) return 'too-few-samples';
  return { ...worked, commitGapMs: gapMs, readingGapMs, sinceCommitMs: nowMs - lastMs + readingGapMs / 2 };
};

/** How many messages a commit usually covers, and the usual time between commits that were seen; undefined before the second. */
export const commitRhythm = (curve: Curve): { readonly step: number; readonly gapMs: number } | undefined => {
  const rises = risesOf(curve);
  const [step, gapMs] = [usualStep(curve, rises), median(gapsOf(curve, rises))];
  return step === undefined || gapMs === undefined ? undefined : { step, gapMs };
};

/** The readings that saw more consumed than the one before, by their index. */
const risesOf = ({ consumed, length }: Curve): Int32Array => {
  const rises = new Int32Array(length);
  let found = 0;
  for (let index = 1; index < length; index += 1)
    if ((consumed[index] as number) > (consumed[index - 1] as number)) {
      rises[found] = index;
      found += 1;
    }
  return rises.subarray(0, found);
};

const usualStep = ({ consumed }: Curve, rises: Int32Array): number | undefined => {
  const steps = new Float64Array(rises.length);
  for (const [at, index] of rises.entries())
    steps[at] = (consumed[index] as number) - (consumed[index - 1] as number);
  return median(steps);
};

/** Times between readings, given by their index. */
const gapsOf = (curve: Curve, indexes: Int32Array): Float64Array => {
  const gaps = new Float64Array(Math.max(0, indexes.length - 1));
  for (let at = 0; at < gaps.length; at += 1)
    gaps[at] = timeOf(curve, indexes[at + 1] as number) - timeOf(curve, indexes[at] as number);
  return gaps;
};

const readingGapsOf = (curve: Curve): Float64Array => {
  const gaps = new Float64Array(curve.length - 1);
  for (let at = 0; at < gaps.length; at += 1) gaps[at] = timeOf(curve, at + 1) - timeOf(curve, at);
  return gaps;
};

/**
 * Commits in stretches in which the worker, as far as they can tell, never caught up and was not set back, by the index of the
 * reading: those of the newest stretch that has enough of them, and of the newest of all, which may be one that has just begun.
 */
const busyStretches = (
  curve: Curve,
  rises: Int32Array,
): { readonly corners: Int32Array | undefined; readonly newest: Int32Array } => {
  const { length, consumed, lagLow } = curve;
  const caughtUp = rises.length < 2 ? 0 : (usualStep(curve, rises) ?? 0) / 2;
  const seen = new Int32Array(length);
  let [begin, end] = [0, 0];
  let corners: Int32Array | undefined;
  let isBusy = false;
  const close = (): void => {
    if (end - begin >= minimumCorners) corners = seen.subarray(begin, end);
  };
  for (let index = 0; index < length; index += 1) {
    const isFirst = index === 0;
    const wasSetBack = !isFirst && (consumed[index] as number) < (consumed[index - 1] as number);
    // NaN is not greater.
    if (!((lagLow[index] as number) > caughtUp) || wasSetBack) {
      if (!isBusy) continue;
      close();
      begin = end;
      isBusy = false;
    } else {
      if (isBusy && (consumed[index] as number) > (consumed[index - 1] as number)) {
        seen[end] = index;
        end += 1;
      }
      isBusy = true;
    }
  }
  close();
  return { corners, newest: seen.subarray(begin, end) };
};

const cornersAt = (curve: Curve, indexes: Int32Array): Corner[] =>
  Array.from(indexes, (index) => ({ atMs: timeOf(curve, index), consumed: curve.consumed[index] as number }));

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

/** Puts the values into another order; undefined without any. */
const median = (values: Float64Array): number | undefined => {
  const { length } = values;
  if (length === 0) return undefined;
  const middle = (length - 1) >> 1;
  const low = selectRank(values, middle);
  return length % 2 === 1 ? low : (low + selectRank(values, middle + 1, middle + 1)) / 2;
};
