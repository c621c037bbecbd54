import type { ClockSource } from '../report-document.ts';
import type { Observation } from './observation.ts';

/** A time stamped by another program, and the moments of the run's clock between which it must have done so; elapsed ms. */
export type Stamp = {
  readonly stampedMs: number;
  readonly earliestMs: number;
  readonly latestMs: number;
};

/** How far a clock is ahead of the run's: at least, and at most; labelled `source`. Negative: behind. */
export const clockSeries = { atLeast: 'clock_ahead_at_least', atMost: 'clock_ahead_at_most' } as const;

/** One reading of another program's clock: the two bounds of how far it is ahead. */
export const clockReading = (
  source: ClockSource,
  { stampedMs, earliestMs, latestMs }: Stamp,
): Observation[] => {
  const bound = (name: string, value: number): Observation => ({
    kind: 'gauge',
    series: { name, labels: { source }, unit: 'ms' },
    atMs: latestMs,
    value,
  });
  return [
    bound(clockSeries.atLeast, stampedMs - latestMs),
    bound(clockSeries.atMost, stampedMs - earliestMs),
  ];
};
