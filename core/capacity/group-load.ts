import { type GroupCurve } from '../derive/offset-curves.ts';
import { partitionLag } from '../derive/partition-lag.ts';
import type { OffsetHistory } from '../record/run-record.ts';

/** What arrived on one partition: [elapsed ms, messages since the first reading], never falling, straight in between. */
export type PartitionLoad = {
  readonly partition: number;
  /** Messages that waited before the first of the arrivals. */
  readonly backlog: number;
  readonly arrivals: readonly (readonly [atMs: number, messages: number])[];
};

/** λ of each partition as it was read; `factor` multiplies it, at the same times. */
export const measuredLoad = ({ partitions }: GroupCurve, factor = 1): PartitionLoad[] =>
  partitions
    .toSorted((left, right) => left.partition - right.partition)
    .map((history) => partitionLoad(history, factor));

const partitionLoad = ({ partition, samples }: OffsetHistory, factor: number): PartitionLoad => {
  const first = samples.at(0);
  const lag = first === undefined ? undefined : partitionLag(first);
  let most = 0;
  return {
    partition,
    backlog: ((lag?.low ?? 0) + (lag?.high ?? 0)) / 2,
    arrivals: Array.from(samples, ({ endSentMs, endReceivedMs, end }) => {
      // A topic that was made anew takes nothing back that had arrived.
      most = Math.max(most, Number(end - (first?.end ?? 0n)) * factor);
      return [(endSentMs + endReceivedMs) / 2, most] as const;
    }),
  };
};

export const arrived = ({ arrivals }: PartitionLoad): number => arrivals.at(-1)?.[1] ?? 0;

/** Shares of all messages, in the order of the partitions; even where nothing arrived. */
export const sharesOf = (loads: readonly PartitionLoad[]): number[] => {
  const total = loads.reduce((sum, load) => sum + arrived(load), 0);
  return loads.map((load) => (total > 0 ? arrived(load) / total : 1 / loads.length));
};

/**
 * The same load on another number of partitions. Which keys go where is not known. `kept`: what a partition has beyond the
 * middle one's share belongs to hot keys, which stay together whatever is added; the rest spreads. `even`: all spreads.
 * The truth lies between.
 */
export const repartition = (
  loads: readonly PartitionLoad[],
  partitions: number,
  skew: 'kept' | 'even',
): readonly PartitionLoad[] => {
  if (partitions === loads.length && skew === 'kept') return loads;
  const shares = skew === 'kept' ? keptShares(sharesOf(loads), partitions) : [];
  const total = sumOfArrivals(loads);
  const backlog = loads.reduce((sum, load) => sum + load.backlog, 0);
  return Array.from({ length: partitions }, (_, partition) => {
    const share = shares[partition] ?? 1 / partitions;
    return {
      partition,
      backlog: backlog * share,
      arrivals: total.map(([atMs, messages]) => [atMs, messages * share] as const),
    };
  });
};

const keptShares = (shares: readonly number[], partitions: number): number[] => {
  const sorted = shares.toSorted((left, right) => left - right);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const excess = shares.map((share) => Math.max(0, share - middle)).toSorted((left, right) => right - left);
  const spread = (1 - excess.reduce((sum, each) => sum + each, 0)) / partitions;
  return Array.from({ length: partitions }, (_, partition) => spread + (excess[partition] ?? 0));
};

/** Readings of all partitions are taken together, so that their times agree up to the request of a topic's ends. */
const sumOfArrivals = (loads: readonly PartitionLoad[]): (readonly [number, number])[] => {
  const times = [...new Set(loads.flatMap(({ arrivals }) => arrivals.map(([atMs]) => atMs)))].sort(
    (left, right) => left - right,
  );
  const readers = loads.map(({ arrivals }) => arrivalReader(arrivals));
  return times.map((atMs) => [atMs, readers.reduce((sum, read) => sum + read(atMs), 0)] as const);
};

/** Reads a rising curve at times that rise from call to call. */
export const arrivalReader = (arrivals: PartitionLoad['arrivals']): ((atMs: number) => number) => {
  let at = 0;
  return (atMs) => {
    while (at < arrivals.length && (arrivals[at]?.[0] ?? 0) <= atMs) at += 1;
    const [before, after] = [arrivals[at - 1], arrivals[at]];
    if (before === undefined) return 0;
    if (after === undefined) return before[1];
    const share = (atMs - before[0]) / (after[0] - before[0]);
    return before[1] + (after[1] - before[1]) * share;
  };
};
