import { pointsOf, windowsOf } from '../../core/record/find-series.ts';
import { interpolatedQuantile } from '../../core/record/histogram.ts';
import type { RunRecord } from '../../core/record/run-record.ts';

/** A place on a line; null where the line must not go through. */
export type LinePoint = readonly [elapsedMs: number, value: number | null];

/**
 * The same of many, as they were measured: of a day there are 86,400, which as pairs would be 6 MB for each line. The line must not
 * go through where a value is NaN.
 */
export type LineColumns = { readonly elapsedMs: Float64Array; readonly values: Float64Array };

/** Of whatever tells a point; null where the line must not go through. */
export const lineColumns = <Of>(
  all: Iterable<Of>,
  elapsedMs: (each: Of) => number,
  value: (each: Of) => number | null,
): LineColumns => {
  const [times, values]: [number[], number[]] = [[], []];
  for (const each of all) {
    times.push(elapsedMs(each));
    values.push(value(each) ?? Number.NaN);
  }
  return { elapsedMs: Float64Array.from(times), values: Float64Array.from(values) };
};

export const pointColumns = (points: readonly LinePoint[]): LineColumns =>
  lineColumns(
    points,
    ([elapsedMs]) => elapsedMs,
    ([, value]) => value,
  );

const emptyColumns = (length: number): LineColumns => ({
  elapsedMs: new Float64Array(length),
  values: new Float64Array(length),
});

/**
 * Increase per second of the counter of that name, at the middle of each interval between readings.
 * A counter that went back was reset: that interval has no rate.
 */
export const counterRate = (record: RunRecord, name: string): LineColumns => {
  const points = pointsOf(record, name);
  const { elapsedMs, values } = emptyColumns(Math.max(0, points.length - 1));
  let length = 0;
  let [beforeMs, before] = points[0] ?? [0, 0];
  for (const [atMs, value] of points) {
    if (atMs > beforeMs) {
      elapsedMs[length] = (atMs + beforeMs) / 2;
      values[length] = value < before ? Number.NaN : ((value - before) * 1000) / (atMs - beforeMs);
      length += 1;
    }
    [beforeMs, before] = [atMs, value];
  }
  return { elapsedMs: elapsedMs.subarray(0, length), values: values.subarray(0, length) };
};

/** Quantiles of each window of the distribution of that name, at the window's middle; a line for each that is asked for. */
export const windowQuantiles = <Asked extends readonly number[]>(
  record: RunRecord,
  name: string,
  quantiles: Asked,
): { readonly [Place in keyof Asked]: LineColumns } => {
  const windows = windowsOf(record, name);
  const lines = quantiles.map(() => emptyColumns(windows.length));
  for (const [index, { fromMs, toMs, histogram }] of windows.entries())
    for (const [place, { elapsedMs, values }] of lines.entries()) {
      elapsedMs[index] = (fromMs + toMs) / 2;
      values[index] = interpolatedQuantile(histogram, quantiles[place] as number) ?? Number.NaN;
    }
  return lines as { [Place in keyof Asked]: LineColumns };
};
