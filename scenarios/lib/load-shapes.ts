/** Shapes of load. `TIME_SCALE` shortens every duration by one factor; targets and rates stay as written. */

const timeScale = readTimeScale(__ENV['TIME_SCALE']);

/** A duration of the scenario as written, in seconds, shortened by `TIME_SCALE`; in k6's notation. */
export const scaled = (seconds: number): string => `${Math.max(1, Math.round(seconds * 1000 * timeScale))}ms`;

export type Stage = { duration: string; target: number };

/** Goes through the targets one after the other, each stage equally long. */
export const ramp = (stageSeconds: number, targets: readonly number[]): Stage[] =>
  targets.map((target) => ({ duration: scaled(stageSeconds), target }));

export type ArrivalRate = {
  readonly perSecond: number;
  readonly seconds: number;
  readonly preAllocatedVUs: number;
  readonly maxVUs: number;
};

/** Starts iterations at a fixed rate, whether or not earlier ones have been answered. */
export const arrivals = ({ perSecond, seconds, preAllocatedVUs, maxVUs }: ArrivalRate) => ({
  executor: 'constant-arrival-rate' as const,
  rate: perSecond,
  timeUnit: '1s',
  duration: scaled(seconds),
  preAllocatedVUs,
  maxVUs,
});

function readTimeScale(text: string | undefined): number {
  if (text === undefined || text === '') return 1;
  const factor = Number(text);
  if (!(factor > 0 && factor <= 1)) {
    throw new Error(`TIME_SCALE is '${text}', but must be a number above 0 and at most 1`);
  }
  return factor;
}
