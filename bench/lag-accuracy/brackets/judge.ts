import { partitionLag, type PartitionLag } from '../../../core/derive/partition-lag.ts';
import type { Judged, Truth } from './read-history.ts';

/** What is wrong with a reading; undefined: nothing. */
export type Wrong = 'truth-outside' | 'too-wide' | 'negative' | 'wrong-state';

export type Verdict = {
  readonly lag: PartitionLag;
  readonly wrong: Wrong | undefined;
  /** The group was set back and came forward again between the two looks at its commits: two looks cannot tell. */
  readonly isBlind: boolean;
};

export const judge = (seen: Judged): Verdict => {
  const lag = partitionLag(seen.sample);
  const isBlind = seen.backwards > 0 && lag.state !== 'offsets-reset';
  return { lag, isBlind, wrong: wrongOf(seen, lag) };
};

const wrongOf = (seen: Judged, lag: PartitionLag): Wrong | undefined => {
  if (!isState(seen, lag)) return 'wrong-state';
  const { low, high } = lag;
  if (low === null || high === null) return undefined;
  if (low < 0 || high < low) return 'negative';
  if (truthsOf(seen, lag).some((truth) => truth < low || truth > high)) return 'truth-outside';
  const { end, highWatermark = end } = seen.sample;
  // Offsets that an open transaction holds back belong to one kind of reader's lag and not to the other's.
  const open = lag.state === 'open-transaction' ? Number(highWatermark - end) : 0;
  // A compacted topic has an upper bound only.
  return seen.sample.isCompacted !== true && high - low > seen.produced + seen.forwards + open
    ? 'too-wide'
    : undefined;
};

/** End minus committed at the moments at which the broker looked at the ends. */
const truthsOf = ({ atWatermark, atEnd, sample }: Judged, { state }: PartitionLag): number[] => {
  if (atEnd.committed === null) return sample.end === (sample.logStart ?? 0n) ? [0] : [];
  switch (state) {
    case 'markers-only':
    case 'compacted':
      return atEnd.readable === null ? [] : [atEnd.readable];
    case 'open-transaction':
      return [
        ...(atEnd.committed > atEnd.stable ? [] : [atEnd.stable - atEnd.committed]),
        ...(atWatermark.committed === null ? [] : [atWatermark.highWatermark - atWatermark.committed]),
      ];
    default:
      return [Math.max(0, atEnd.stable - atEnd.committed)];
  }
};

const isOpen = ({ highWatermark, stable }: Truth): boolean => highWatermark > stable;

const isState = (seen: Judged, { state, lost }: PartitionLag): boolean => {
  const { atStart, atWatermark, atEnd, sample, forwards, backwards, lives } = seen;
  const isOneLife = lives[0] === lives[1];
  switch (state) {
    case 'no-commit':
      return sample.committedBefore === null || sample.committedAfter === null;
    case 'below-log-start': {
      const truth = atStart.committed === null ? undefined : atStart.logStart - atStart.committed;
      // At least what is still lost by the second look at the commits, and no more than by the first.
      return (
        truth === undefined || (lost > 0 && (backwards > 0 || (lost <= truth && truth - lost <= forwards)))
      );
    }
    case 'beyond-log-end':
      return (
        !isOneLife || atWatermark.committed === null || atWatermark.committed > atWatermark.highWatermark
      );
    case 'offsets-reset':
      return backwards > 0 || !isOneLife;
    case 'markers-only':
      return atEnd.isOnlyMarkers || atWatermark.isOnlyMarkers;
    case 'open-transaction':
      return isOpen(atEnd);
    case 'compacted':
      return sample.isCompacted === true && !isCalledTooWell(seen);
    case 'rebalancing':
    case 'group-empty':
    case 'ok':
      // Nothing is in an empty log, whatever the group does.
      return (
        (state === stateOfGroup[seen.groupAtLook] ||
          sample.committedBefore === null ||
          sample.committedAfter === null) &&
        !isCalledTooWell(seen)
      );
  }
};

/** What has fallen off the log, or holds an open transaction, is called by no better name. */
const isCalledTooWell = ({ atStart, atWatermark, atEnd, sample, backwards, lives }: Judged): boolean =>
  (isOpen(atWatermark) && isOpen(atEnd) && atWatermark.highWatermark > atEnd.stable) ||
  (backwards === 0 && lives[0] === lives[1] && fellOff(atStart, sample.committedAfter));

const stateOfGroup = { consuming: 'ok', rebalancing: 'rebalancing', empty: 'group-empty' } as const;

const fellOff = ({ logStart }: Truth, committed: bigint | null): boolean =>
  committed !== null && committed < BigInt(logStart);
