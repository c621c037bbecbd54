import { clockSeries } from '../record/clock-reading.ts';
import { pointsOf } from '../record/find-series.ts';
import type { RunRecord } from '../record/run-record.ts';
import { clockSources, type ClockSource, type RunReport } from '../report-document.ts';

type ClockReport = RunReport['measurement']['clocks'][number];
type Bounds = { readonly low: number; readonly high: number };

/** Readings in a row over which a clock is judged: one of them may have been held up on its way. */
const readingsInARow = 5;
const fewestReadings = 3;

/**
 * How far the clocks of others were ahead of the run's when they were furthest off: medians of the bounds over five readings in
 * a row, so that neither a slow answer nor one late push is taken for a clock.
 */
export const clockFigures = (record: RunRecord): ClockReport[] =>
  clockSources
    .filter((source) => isToBeRead(source, record))
    .map((source) => {
      const readings = readingsOf(source, record);
      const samples = readings.length;
      if (samples < fewestReadings)
        return {
          source,
          lowMs: null,
          highMs: null,
          samples,
          reason: samples === 0 ? 'no-samples' : 'too-few-samples',
        };
      const { low, high } = furthest(readings);
      return { source, lowMs: low, highMs: high, samples, reason: null };
    });

const isToBeRead = (source: ClockSource, { plan }: RunRecord): boolean => {
  if (plan.savedOutput !== undefined || plan.reconstruction !== undefined) return false;
  if (source === 'k6') return true;
  return source === 'kafka' ? plan.kafka !== undefined : plan.prometheus?.url !== undefined;
};

/** Both bounds of a reading stand at the same place of their series. */
const readingsOf = (source: ClockSource, record: RunRecord): Bounds[] => {
  const highs = pointsOf(record, `${clockSeries.atMost}{source:${source}}`);
  return pointsOf(record, `${clockSeries.atLeast}{source:${source}}`).flatMap(([, low], index) => {
    const high = highs[index]?.[1];
    return high === undefined ? [] : [{ low, high }];
  });
};

const furthest = (readings: readonly Bounds[]): Bounds => {
  const length = Math.min(readingsInARow, readings.length);
  let worst = mediansOf(readings);
  for (let from = 0; from + length <= readings.length; from += 1) {
    const here = mediansOf(readings.slice(from, from + length));
    if (certainSkewMs(here) > certainSkewMs(worst)) worst = here;
  }
  return worst;
};

const mediansOf = (readings: readonly Bounds[]): Bounds => ({
  low: median(readings.map(({ low }) => low)),
  high: median(readings.map(({ high }) => high)),
});

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN;

/** How far a clock is off at least, whatever it is within the bounds. */
const certainSkewMs = ({ low, high }: Bounds): number => Math.max(0, low, -high);
