import {
  keyOfRow,
  lagTotalOf,
  sortRows,
  type GroupRow,
  type LagTotal,
  type RowOrder,
} from '../../core/watch/group-row.ts';
import { createLagTrail, type LagTrail, type LagTrend } from '../../core/watch/lag-trail.ts';

/** A row as it is shown. */
export type FollowedRow = GroupRow & {
  readonly trend: LagTrend;
  /** It was not in the newest reading; its figures are those of an older one. */
  readonly isStale: boolean;
  readonly slices: (count: number) => (number | null)[];
};

/** Rows over time, with the way their lag went. */
export type FollowedRows = {
  /** The rows of one reading. */
  take(rows: readonly GroupRow[], atMs: number): void;
  /** Nothing could be read. */
  lose(): void;
  readonly count: number;
  rows(order: RowOrder): FollowedRow[];
  total(): LagTotal;
  /** Of the lag over all groups; null where one of them was not known. */
  readonly totalSlices: (count: number) => (number | null)[];
};

/** Which is no longer read is shown as such for so long; by then a group that was deleted is no news. */
const keptMs = 10 * 60_000;

/** @param nowMs on the clock of `take`. @param sliceMs of a sparkline's character; twice the interval of reading at least. */
export const followRows = (nowMs: () => number, sliceMs: number): FollowedRows => {
  type Entry = { row: GroupRow; atMs: number; readonly trail: LagTrail };
  const entries = new Map<string, Entry>();
  const total = createLagTrail(sliceMs);
  let newestMs: number | undefined;
  let isLost = false;
  const isStale = ({ atMs }: Entry): boolean => isLost || atMs !== newestMs;
  return {
    take: (rows, atMs) => {
      newestMs = atMs;
      isLost = false;
      for (const row of rows) {
        const key = keyOfRow(row);
        let entry = entries.get(key);
        if (entry === undefined) entries.set(key, (entry = { row, atMs, trail: createLagTrail(sliceMs) }));
        entry.row = row;
        entry.atMs = atMs;
        entry.trail.take({ atMs, low: row.lagLow, high: row.lagHigh });
      }
      for (const [key, entry] of entries) if (atMs - entry.atMs > keptMs) entries.delete(key);
      const { low, high, unknown } = lagTotalOf(rows);
      const isWhole = unknown === 0 && rows.length > 0 && rows.length === entries.size;
      total.take(isWhole ? { atMs, low, high } : { atMs, low: null, high: null });
    },
    lose: () => {
      isLost = true;
    },
    get count() {
      return entries.size;
    },
    rows: (order) => {
      const shown = [...entries.values()].map((entry): FollowedRow => {
        const stale = isStale(entry);
        return {
          ...entry.row,
          isStale: stale,
          trend: stale ? null : entry.trail.trend(),
          slices: (count) => entry.trail.slices(nowMs(), count),
        };
      });
      return sortRows(shown, order);
    },
    total: () =>
      lagTotalOf(
        [...entries.values()].map((entry) => (isStale(entry) ? { lagLow: null, lagHigh: null } : entry.row)),
      ),
    totalSlices: (count) => total.slices(nowMs(), count),
  };
};
