import type { OffsetContent } from './run-record.ts';

/** Of many partitions, each made as it is asked for: a hundred thousand of them would take ten megabytes. A list of them is one too. */
export type OffsetContents = {
  readonly length: number;
  at(index: number): OffsetContent | undefined;
};

/**
 * What a reading saw of the partitions of one group's topic. As long as it is the same object, nothing of them has changed; another
 * object may hold the same. Of a hundred thousand partitions a second nearly all are as they were, and whoever follows them
 * looks at blocks first.
 */
export type OffsetBlock = {
  readonly group: string;
  readonly topic: string;
  /** Those that were read, each once. */
  readonly partitions: readonly number[];
  /** In the order of the partitions. */
  readonly contents: OffsetContents;
};

export const isSameContent = (one: OffsetContent, other: OffsetContent): boolean =>
  one.end === other.end &&
  one.committedAfter === other.committedAfter &&
  one.committedBefore === other.committedBefore &&
  one.logStart === other.logStart &&
  one.highWatermark === other.highWatermark &&
  one.isMarkersOnly === other.isMarkersOnly &&
  one.isCompacted === other.isCompacted &&
  one.isAdded === other.isAdded &&
  one.groupState === other.groupState;
