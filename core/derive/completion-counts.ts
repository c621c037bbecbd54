import type { RunRecord } from '../record/run-record.ts';
import { completionSeries } from '../record/series-names.ts';

/** What a cumulative histogram took in over the run. */
export type CompletionCounts = {
  readonly readings: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** null with fewer than two readings. */
  readonly observations: number | null;
  /** Sum of the times; null where the application does not tell. */
  readonly sumMs: number | null;
  /** Ascending; `upTo` counts what is not above `toMs`, the last of which is infinite. */
  readonly buckets: readonly { readonly fromMs: number; readonly toMs: number; readonly upTo: number }[];
  /** How often a count went back. */
  readonly resets: number;
};

type Reading = {
  readonly atMs: number;
  readonly upTo: Map<number, number>;
  count: number;
  sumMs: number | undefined;
};

/**
 * Differences of a Prometheus histogram from its first to its last reading. A reading with any count below the one before
 * is that of a process that started anew from 0, as `increase()` of PromQL has it; what came in between is lost.
 */
export const completionCounts = (record: RunRecord): CompletionCounts => {
  const readings = readingsOf(record);
  const [first, last] = [readings[0], readings.at(-1)];
  const span = { readings: readings.length, fromMs: first?.atMs, toMs: last?.atMs };
  if (first === undefined || readings.length < 2)
    return { ...span, observations: null, sumMs: null, buckets: [], resets: 0 };
  // Where a new version of the service came with other edges, cumulative counts at those of both still hold.
  const edges = [...first.upTo.keys()]
    .filter((edge) => readings.every(({ upTo }) => upTo.has(edge)))
    .sort((left, right) => left - right);
  const increase = { upTo: new Map<number, number>(), count: 0, sumMs: 0 };
  let resets = 0;
  readings.slice(1).forEach((reading, index) => {
    const before = readings[index] as Reading;
    const isReset =
      reading.count < before.count ||
      edges.some((edge) => (reading.upTo.get(edge) ?? 0) < (before.upTo.get(edge) ?? 0));
    if (isReset) resets += 1;
    const grown = (after: number, earlier: number): number => (isReset ? after : after - earlier);
    increase.count += grown(reading.count, before.count);
    increase.sumMs += grown(reading.sumMs ?? Number.NaN, before.sumMs ?? Number.NaN);
    for (const edge of edges)
      increase.upTo.set(
        edge,
        (increase.upTo.get(edge) ?? 0) + grown(reading.upTo.get(edge) ?? 0, before.upTo.get(edge) ?? 0),
      );
  });
  const finite = edges.filter((edge) => Number.isFinite(edge));
  return {
    ...span,
    observations: increase.count,
    sumMs: Number.isNaN(increase.sumMs) ? null : increase.sumMs,
    buckets: [...finite, Number.POSITIVE_INFINITY].map((toMs, index) => ({
      fromMs: finite[index - 1] ?? 0,
      toMs,
      upTo: toMs === Number.POSITIVE_INFINITY ? increase.count : (increase.upTo.get(toMs) ?? 0),
    })),
    resets,
  };
};

/** In the order of time; one without a total is left out. */
const readingsOf = ({ series }: RunRecord): Reading[] => {
  const readings = new Map<number, Reading>();
  for (const each of series) {
    if (each.kind !== 'counter' || each.name !== completionSeries.count) continue;
    for (const [atMs, count] of each.points)
      readings.set(atMs, { atMs, upTo: new Map(), count, sumMs: undefined });
  }
  for (const each of series) {
    if (each.kind !== 'counter') continue;
    const edge = Number(each.labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : each.labels['le']);
    for (const [atMs, value] of each.points) {
      const reading = readings.get(atMs);
      if (reading === undefined) continue;
      if (each.name === completionSeries.sum) reading.sumMs = value;
      else if (each.name === completionSeries.bucket) reading.upTo.set(edge, value);
    }
  }
  return [...readings.values()].sort((left, right) => left.atMs - right.atMs);
};
