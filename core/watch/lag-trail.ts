/** One reading of a lag, in messages at a moment; null: it was no number then. */
export type LagPoint = { readonly atMs: number; readonly low: number | null; readonly high: number | null };

/** Whether lag certainly grew or shrank; `steady`: its intervals overlap, so that nobody can tell. Null: not known. */
export type LagTrend = 'growing' | 'shrinking' | 'steady' | null;

/** How a lag went lately, bounded in memory however long it is followed. */
export type LagTrail = {
  take(point: LagPoint): void;
  /** From a reading some ten seconds old to the newest. */
  trend(): LagTrend;
  /** Greatest lag of each slice of time up to now, oldest first; null where nothing was read in it, or no number. */
  slices(nowMs: number, count: number): (number | null)[];
};

/** What a consumer commits every five seconds moves at least once within it. */
const trendOverMs = 10_000;
const keptSlices = 120;

export const createLagTrail = (sliceMs: number): LagTrail => {
  const recent: LagPoint[] = [];
  const slices = new Map<number, number | null>();
  const sliceAt = (atMs: number): number => Math.floor(atMs / sliceMs);
  return {
    take: (point) => {
      recent.push(point);
      while (recent[1] !== undefined && point.atMs - recent[1].atMs >= trendOverMs) recent.shift();
      const slice = sliceAt(point.atMs);
      const known = slices.get(slice);
      slices.set(slice, point.high === null ? (known ?? null) : Math.max(known ?? 0, point.high));
      for (const old of slices.keys()) {
        if (old > slice - keptSlices) break;
        slices.delete(old);
      }
    },
    trend: () => {
      const [before, now] = [recent[0], recent.at(-1)];
      if (before === undefined || now === undefined || before === now) return null;
      if (before.low === null || before.high === null || now.low === null || now.high === null) return null;
      if (now.low > before.high) return 'growing';
      return now.high < before.low ? 'shrinking' : 'steady';
    },
    slices: (nowMs, count) => {
      const newest = sliceAt(nowMs);
      return Array.from({ length: count }, (_, index) => slices.get(newest - count + 1 + index) ?? null);
    },
  };
};
