import type { GroupPhase } from '../sampling/kafka-changes.ts';
import type { PartitionStatus } from './partition-status.ts';
import type { GroupLine, PartitionLine, WatchLine } from './watch-line.ts';

/** What is known now of one group's topic, as one row of a live view. Null is not known, never 0. */
export type GroupRow = {
  readonly group: string;
  readonly topic: string;
  readonly phase: GroupPhase;
  /** Null: its partitions are too many to be followed one by one. */
  readonly status: PartitionStatus | null;
  /** Messages; the truth lies between the two. */
  readonly lagLow: number | null;
  readonly lagHigh: number | null;
  /** Messages per second over the window. */
  readonly produceRatePerSecond: number | null;
  readonly consumeRatePerSecond: number | null;
  readonly waiting: Waiting;
  readonly drain: DrainOutlook | null;
};

/** How long the message that waits longest has waited, in ms. `high` null beside `low`: at least as long. */
export type Waiting = { readonly lowMs: number | null; readonly highMs: number | null };

/** Time until nothing waits, in ms; bounds null where only the estimate is known. */
export type DrainOutlook = {
  readonly restMs: number;
  readonly restLowMs: number | null;
  readonly restHighMs: number | null;
};

/** The rows of one tick of a watch, in its order. */
export const groupRowsOf = (lines: readonly WatchLine[]): GroupRow[] => {
  const partitions = Map.groupBy(
    lines.filter((line) => line.kind === 'partition'),
    keyOfRow,
  );
  return lines.flatMap((line) =>
    line.kind === 'group' ? [groupRow(line, partitions.get(keyOfRow(line)) ?? [])] : [],
  );
};

const groupRow = (line: GroupLine, partitions: readonly PartitionLine[]): GroupRow => ({
  group: line.group,
  topic: line.topic,
  phase: line.state,
  status: line.status,
  lagLow: line.lagLow,
  lagHigh: line.lagHigh,
  produceRatePerSecond: line.produceRatePerSecond,
  consumeRatePerSecond: line.consumeRatePerSecond,
  waiting: longestWaiting(partitions),
  drain:
    line.drainEstimateMs === null
      ? null
      : { restMs: line.drainEstimateMs, restLowMs: null, restHighMs: null },
});

/** Of the partitions' bounds the greatest; without an upper bound where one partition has none, or is not known. */
export const longestWaiting = (
  partitions: readonly Pick<PartitionLine, 'timeLagLowMs' | 'timeLagHighMs'>[],
): Waiting => {
  const lows = partitions.flatMap(({ timeLagLowMs }) => (timeLagLowMs === null ? [] : [timeLagLowMs]));
  const highs = partitions.flatMap(({ timeLagHighMs }) => (timeLagHighMs === null ? [] : [timeLagHighMs]));
  return {
    lowMs: lows.length === 0 ? null : greatest(lows),
    highMs: lows.length === 0 || highs.length < partitions.length ? null : greatest(highs),
  };
};

const greatest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), 0);

export const keyOfRow = ({ group, topic }: Pick<GroupRow, 'group' | 'topic'>): string => `${group}\n${topic}`;

/** Lag over rows, in messages: the sum of those that are known, and how many are not. */
export type LagTotal = { readonly low: number; readonly high: number; readonly unknown: number };

export const lagTotalOf = (rows: readonly Pick<GroupRow, 'lagLow' | 'lagHigh'>[]): LagTotal =>
  rows.reduce<LagTotal>(
    ({ low, high, unknown }, row) =>
      row.lagLow === null || row.lagHigh === null
        ? { low, high, unknown: unknown + 1 }
        : { low: low + row.lagLow, high: high + row.lagHigh, unknown },
    { low: 0, high: 0, unknown: 0 },
  );

export const rowOrders = ['lag', 'rate', 'name'] as const;
/** `lag`: worst first, those that are not known before those without any. `rate`: most produced first. */
export type RowOrder = (typeof rowOrders)[number];

export const sortRows = <Row extends GroupRow>(rows: readonly Row[], order: RowOrder): Row[] => {
  const byName = (left: Row, right: Row): number => compareText(keyOfRow(left), keyOfRow(right));
  if (order === 'name') return rows.toSorted(byName);
  // Between a backlog and none: what is not known may be either.
  const lagRank = ({ lagHigh }: Row): number => lagHigh ?? 0.5;
  const rank = order === 'lag' ? lagRank : (row: Row): number => row.produceRatePerSecond ?? -1;
  return rows.toSorted((left, right) => rank(right) - rank(left) || byName(left, right));
};

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
