type Rates = {
  readonly produceRatePerSecond: number | null | undefined;
  readonly peakProduceRatePerSecond: number | null | undefined;
};

/**
 * The fastest stretch of arrivals, where it says more than their mean. The mean runs from record to record and the peak over
 * whole readings, so that arrivals of one pace give a peak a little below it.
 */
export const peakAboveMean = ({
  produceRatePerSecond: mean,
  peakProduceRatePerSecond: peak,
}: Rates): number | undefined =>
  peak === null || peak === undefined || peak <= (mean ?? 0) ? undefined : peak;
