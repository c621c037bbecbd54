import type { Observation } from '../record/observation.ts';
import { inBlocks, type PlacedSample } from '../record/offset-samples.ts';
import { committedAt, type CommitHistory, type GroupHistory } from './commit-history.ts';
import type { CurveGap, ProduceCurve } from './produce-curve.ts';

/** Why the lag of a partition is not known at a time. */
export type MissingReason = CurveGap | 'commits-compacted';

/** A stretch of a group's topic for which there are no readings; elapsed ms. */
export type MissingStretch = {
  readonly group: string;
  readonly topic: string;
  /** Those whose history is missing; without them the lag of the topic is not known. */
  readonly partitions: readonly number[];
  readonly reason: MissingReason;
  readonly fromMs: number;
  readonly toMs: number;
};

export type TopicParts = {
  readonly group: string;
  readonly topic: string;
  readonly curves: readonly ProduceCurve[];
  readonly history: Pick<GroupHistory, 'partitions' | 'hole'>;
  /** Ascending times in ms since the epoch; the first is elapsed 0. */
  readonly grid: readonly number[];
};

export type TopicReadings = {
  /** One list a time of the grid at which everything is known. */
  readonly readings: readonly (readonly Observation[])[];
  readonly missing: readonly MissingStretch[];
};

/**
 * Puts the two curves of a topic together, as a sampler would have seen them at the times of the grid. A commit in the
 * very millisecond of a time may have come before or after it; so both are given, and the lag lies between. Where one
 * partition is not known there is no reading of any, for the lag of the topic is not known then.
 */
export const topicReadings = (parts: TopicParts): TopicReadings => {
  const { group, topic, curves, history, grid } = parts;
  const commitsOn = new Map(
    history.partitions.filter((each) => each.topic === topic).map((each) => [each.partition, each]),
  );
  const startMs = grid[0] ?? 0;
  const readings: (readonly Observation[])[] = [];
  const missing = stretchCollector(group, topic);
  grid.forEach((epochMs, index) => {
    const atMs = epochMs - startMs;
    const reading: PlacedSample[] = [];
    const unknown = new Map<MissingReason, number[]>();
    const isMissing = (partition: number, reason: MissingReason): void => {
      unknown.set(reason, [...(unknown.get(reason) ?? []), partition]);
    };
    for (const { partition, ends } of curves) {
      const commits = commitsOn.get(partition) ?? { commits: [], hole: history.hole };
      const end = ends[index];
      const committedBefore = committedAt(commits, epochMs - 1);
      const committedAfter = committedAt(commits, epochMs);
      if (typeof end === 'string' || end === undefined) isMissing(partition, end ?? 'topic-retention');
      else if (committedBefore === undefined || committedAfter === undefined)
        isMissing(partition, 'commits-compacted');
      else {
        reading.push({
          group,
          topic,
          partition,
          sample: {
            fromMs: atMs,
            endSentMs: atMs,
            endReceivedMs: atMs,
            toMs: atMs,
            committedBefore,
            committedAfter,
            end,
            // Where the log began then is not known.
            logStart: null,
          },
        });
      }
    }
    missing.add(unknown, atMs);
    if (unknown.size === 0 && reading.length > 0) readings.push(inBlocks(reading));
  });
  return { readings, missing: missing.finish((grid.at(-1) ?? startMs) - startMs) };
};

type Open = { partitions: Set<number>; fromMs: number };

/** Times one after the other at which the same thing is missing make one stretch, up to the first time without it. */
const stretchCollector = (group: string, topic: string) => {
  const open = new Map<MissingReason, Open>();
  const closed: MissingStretch[] = [];
  const close = (reason: MissingReason, toMs: number): void => {
    const stretch = open.get(reason);
    if (stretch === undefined) return;
    open.delete(reason);
    const partitions = [...stretch.partitions].sort((left, right) => left - right);
    closed.push({ group, topic, partitions, reason, fromMs: stretch.fromMs, toMs });
  };
  return {
    add: (unknown: ReadonlyMap<MissingReason, readonly number[]>, atMs: number): void => {
      for (const reason of open.keys()) if (!unknown.has(reason)) close(reason, atMs);
      for (const [reason, partitions] of unknown) {
        const stretch = open.get(reason) ?? { partitions: new Set<number>(), fromMs: atMs };
        for (const partition of partitions) stretch.partitions.add(partition);
        open.set(reason, stretch);
      }
    },
    finish: (endMs: number): MissingStretch[] => {
      for (const reason of open.keys()) close(reason, endMs);
      return closed.sort((left, right) => left.fromMs - right.fromMs);
    },
  };
};

/** Whether the group had anything committed on the partition within a stretch, times since the epoch. */
export const isActiveWithin = (history: CommitHistory, fromMs: number, toMs: number): boolean => {
  const standing = committedAt(history, fromMs);
  return (
    (standing !== null && standing !== undefined) ||
    history.commits.some(({ atMs, offset }) => offset !== null && atMs >= fromMs && atMs <= toMs)
  );
};
