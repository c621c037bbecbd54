import type { Readings } from '../record/readings.ts';
import type { OffsetHistory } from '../record/run-record.ts';
import { SampleColumns } from '../record/sample-columns.ts';
import { inOrder } from '../record/sample-parts.ts';
import type { Stretches } from '../record/stretches.ts';
import { stretchesOf } from '../record/stretches-of.ts';

/**
 * The readings of several partitions together, ascending in time: samples that were taken at the same moment are one. What
 * partitions share is looked at once.
 */
export type Moments = {
  /** Ascending, none twice. */
  readonly fromMs: Float64Array;
  /** The samples of a partition, in the order of time. */
  stretchesOf(partition: OffsetHistory): Stretches;
  /** Of readings of the partitions. */
  placesOf(readings: Readings): Places;
};

/** Place in `fromMs` of the reading with a number, at that number less `first`; of one that read none it says nothing. */
export type Places = { readonly first: number; readonly at: Int32Array };

export const momentsOf = (partitions: readonly OffsetHistory[]): Moments => {
  const ordered = new Map(partitions.map((history) => [history, inOrder(history.samples)]));
  const lists = new Map<OffsetHistory, Stretches>();
  const runs: Run[] = [];
  for (const [history, samples] of ordered) {
    if (samples instanceof SampleColumns) runs.push(...samples.runs());
    else {
      const stretches = stretchesOf(samples);
      lists.set(history, stretches);
      runs.push({ readings: stretches.readings, from: 0, to: stretches.samples });
    }
  }
  const seen = [...Map.groupBy(runs, ({ readings }) => readings)].map(([readings, of]) =>
    seenBy(readings, of),
  );
  const fromMs = ascending(seen);
  const places = new Map(seen.map((each) => [each.readings, placesIn(fromMs, each)]));
  return {
    fromMs,
    stretchesOf: (history) => lists.get(history) ?? stretchesOf(ordered.get(history) ?? []),
    placesOf: (readings) => places.get(readings) ?? { first: 0, at: new Int32Array() },
  };
};

type Run = { readonly readings: Readings; readonly from: number; readonly to: number };

/** Which readings from the first one on there are. */
type Seen = { readonly readings: Readings; readonly first: number; readonly isSeen: Uint8Array };

const seenBy = (readings: Readings, runs: readonly Run[]): Seen => {
  const first = runs.reduce((least, { from }) => Math.min(least, from), readings.length);
  const behind = runs.reduce((most, { to }) => Math.max(most, to), first);
  const isSeen = new Uint8Array(behind - first);
  for (const { from, to } of runs) isSeen.fill(1, from - first, to - first);
  return { readings, first, isSeen };
};

const ascending = (all: readonly Seen[]): Float64Array => {
  const times = new Float64Array(all.reduce((sum, { isSeen }) => sum + isSeen.length, 0));
  let length = 0;
  let isAscending = true;
  for (const { readings, first, isSeen } of all) {
    const { fromMs } = readings;
    for (let index = 0; index < isSeen.length; index += 1) {
      if (isSeen[index] === 0) continue;
      const ms = fromMs[first + index] as number;
      if (length > 0 && ms <= (times[length - 1] as number)) isAscending = false;
      times[length] = ms;
      length += 1;
    }
  }
  const found = times.subarray(0, length);
  return isAscending ? found : found.sort().filter((ms, index) => index === 0 || ms !== found[index - 1]);
};

/** Both ascend. */
const placesIn = (moments: Float64Array, { readings, first, isSeen }: Seen): Places => {
  const { fromMs } = readings;
  const at = new Int32Array(isSeen.length);
  let place = 0;
  for (let index = 0; index < at.length; index += 1) {
    if (isSeen[index] === 0) continue;
    while ((moments[place] as number) < (fromMs[first + index] as number)) place += 1;
    at[index] = place;
  }
  return { first, at };
};
