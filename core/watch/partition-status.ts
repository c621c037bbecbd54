import { largestCommitStep } from '../derive/commit-step.ts';
import { partitionLag } from '../derive/partition-lag.ts';
import type { OffsetSample } from '../record/run-record.ts';

/**
 * How a consumer does on one partition, by what it did and not by how much waits. Worst last:
 * `ok`: nothing waits, or what waits shrinks. `unknown`: too short a history, or lag is no number. `warn`: work waits and does
 * not shrink. `stall`: work waits, and the member that holds the partition commits nothing. `stop`: likewise, and nobody
 * holds it. `rewind`: the group went back to older offsets and has not come again to where it was. `loss`: what it was to
 * read next is no longer in the log.
 */
export const partitionStatuses = ['ok', 'unknown', 'warn', 'stall', 'stop', 'rewind', 'loss'] as const;
export type PartitionStatus = (typeof partitionStatuses)[number];

export type StatusQuestion = {
  /** Readings of the window, in order of time. */
  readonly samples: readonly OffsetSample[];
  /** Whether a member of the group holds the partition. */
  readonly isHeld: boolean;
};

/** Twice the interval at which Kafka's consumers commit by default: so long, a busy one may have nothing to show. */
const shortestStillMs = 10_000;
/** A pause in committing is one beyond those that were usual so far: nine of ten, or one that has ended would hide the next. */
const unusualPauses = 2;
const usualShare = 0.9;
const leastReadings = 4;

/**
 * The statuses of Burrow's sliding window, which need no threshold, without its blind spots. Trend is taken from medians of
 * the window's parts, so that one smaller lag clears nothing (Burrow#453, #738); the window is one of time, not of
 * commits; and lag that commits alone explain, for a group commits only now and then, is no lag (#223).
 */
export const partitionStatus = ({ samples, isHeld }: StatusQuestion): PartitionStatus => {
  const last = samples.at(-1);
  if (last === undefined) return 'unknown';
  const { state } = partitionLag(last);
  const waiting = waitingOf(last);
  if (state === 'below-log-start') return 'loss';
  if (state === 'offsets-reset' || isRewound(samples)) return 'rewind';
  if (waiting === null) return 'unknown';
  if (waiting > 0 && isStill(samples)) return isHeld ? 'stall' : 'stop';
  if (waiting <= largestCommitStep(samples)) return samples.length < 2 ? 'unknown' : 'ok';
  const since = samples.findLastIndex((sample) => !((waitingOf(sample) ?? 0) > 0)) + 1;
  const stretch = samples.slice(since);
  // Between two commits even a group that keeps up has work waiting; so far that is all that was seen.
  const hasWorked = stretch.some(({ committedAfter }) => committedAfter !== stretch[0]?.committedAfter);
  if (stretch.length < leastReadings || !hasWorked) return since > 0 ? 'ok' : 'unknown';
  const third = Math.max(1, Math.floor(stretch.length / 3));
  // Of a long stretch its later part decides: a backlog that shrinks by now is not held against the group for having grown.
  const from = third > 1 ? Math.floor((stretch.length - third) / 2) : 0;
  const before = median(stretch.slice(from, from + third).map((sample) => waitingOf(sample) ?? 0));
  const now = median(stretch.slice(-third).map((sample) => partitionLag(sample).high ?? 0));
  return now < before ? 'ok' : 'warn';
};

/**
 * What certainly waits. Compaction takes no record from the end of a log: where anything is left of a compacted one, work waits,
 * and how much, its upper bound follows.
 */
const waitingOf = (sample: OffsetSample): number | null => {
  const { state, low, high } = partitionLag(sample);
  return state === 'compacted' ? high : low;
};

/** A lower offset than one before, and not yet beyond it again. */
const isRewound = (samples: readonly OffsetSample[]): boolean => {
  const committed = samples.flatMap(({ committedAfter }) =>
    committedAfter === null ? [] : [committedAfter],
  );
  const most = committed.reduce((greatest, offset) => (offset > greatest ? offset : greatest), 0n);
  return (committed.at(-1) ?? 0n) < most;
};

/** Nothing was committed for longer than usual while work waited all the time. */
const isStill = (samples: readonly OffsetSample[]): boolean => {
  const last = samples.at(-1);
  if (last === undefined) return false;
  const pausesMs: number[] = [];
  let movedMs: number | undefined;
  let sinceMs = samples[0]?.toMs ?? 0;
  samples.forEach((sample, index) => {
    const before = samples[index - 1];
    const isWaiting = (waitingOf(sample) ?? 0) > 0;
    const hasMoved = before !== undefined && sample.committedAfter !== before.committedAfter;
    if (hasMoved && movedMs !== undefined) pausesMs.push(sample.toMs - movedMs);
    if (hasMoved) movedMs = sample.toMs;
    // Who had nothing to do committed nothing: the pause begins with the work.
    if (hasMoved || !isWaiting) sinceMs = sample.toMs;
    if (!isWaiting) movedMs = undefined;
  });
  return last.toMs - sinceMs >= Math.max(shortestStillMs, unusualPauses * usualOf(pausesMs));
};

const usualOf = (pausesMs: readonly number[]): number =>
  pausesMs.toSorted((left, right) => left - right)[Math.ceil(usualShare * pausesMs.length) - 1] ?? 0;

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};

/** The worst of them; `unknown` of none. */
export const worstStatus = (statuses: readonly PartitionStatus[]): PartitionStatus =>
  statuses.length === 0
    ? 'unknown'
    : (partitionStatuses.findLast((status) => statuses.includes(status)) ?? 'unknown');
