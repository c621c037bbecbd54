import type { OffsetHistory } from '../../core/record/run-record.ts';

/*
 * Time lag as kafka-lag-exporter 0.8 computes it, by the description of its algorithm (LookupTable.scala,
 * ConsumerGroupCollector.scala): a table of the last 60 (end offset, poll time), read every 30 s; the time at which the
 * committed offset was the end is looked up between two entries, or extrapolated along the line from the oldest to the
 * newest. Here it polls as often as lagline samples, which favours it.
 */

type Entry = { readonly offset: number; readonly atMs: number };

const tableSize = 60;

/** One value for each poll and partition, in ms; NaN where it answers NaN. */
export const lagExporterSeries = ({ samples }: OffsetHistory): { atMs: number; lagMs: number }[] => {
  const table: Entry[] = [];
  return Array.from(samples, (sample) => {
    // One `now`, taken before the calls.
    const atMs = sample.fromMs;
    const committed = sample.committedBefore;
    addEntry(table, { offset: Number(sample.end), atMs });
    if (committed === null) return { atMs, lagMs: Number.NaN };
    return { atMs, lagMs: lookUp(table, Number(committed), atMs) };
  });
};

/** Values that are no number are left out, as Prometheus's aggregations over time would. */
export const lagExporterDelays = (histories: readonly OffsetHistory[]): number[] =>
  histories
    .flatMap(lagExporterSeries)
    .map(({ lagMs }) => lagMs)
    .filter((lagMs) => !Number.isNaN(lagMs));

const addEntry = (table: Entry[], entry: Entry): void => {
  const [last, previous] = [table.at(-1), table.at(-2)];
  if (last !== undefined && (entry.atMs <= last.atMs || entry.offset < last.offset)) return;
  // Of a run of equal offsets only the two ends are kept.
  if (last?.offset === entry.offset && previous?.offset === entry.offset) table.pop();
  table.push(entry);
  if (table.length > tableSize) table.shift();
};

const lookUp = (table: readonly Entry[], offset: number, atMs: number): number => {
  const newest = table.at(-1);
  if (newest !== undefined && newest.offset === offset) return 0;
  const oldest = table[0];
  if (oldest === undefined || newest === undefined || table.length < 2) return Number.NaN;
  const right = table.findLastIndex(
    (entry, index) => index > 0 && (table[index - 1] as Entry).offset <= offset && offset <= entry.offset,
  );
  const [from, to] = right === -1 ? [oldest, newest] : [table[right - 1] as Entry, table[right] as Entry];
  const predicted = to.atMs - ((to.offset - offset) * (to.atMs - from.atMs)) / (to.offset - from.offset);
  return atMs - predicted;
};
