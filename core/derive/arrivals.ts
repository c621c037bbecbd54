import type { Facts } from '../errors.ts';
import type { RunReport } from '../report-document.ts';

type LoadReport = NonNullable<RunReport['load']>;

/**
 * Iterations that were planned and not started, of a k6 that ran to its end. What other executors start is not planned, so
 * null unless every scenario fixes an arrival rate; negative where k6 started one more than planned.
 */
export const notStarted = (load: LoadReport): number | null => {
  const { plannedIterations: planned, iterations, ranToEnd } = load;
  return planned === null || iterations === null || !isAllArrival(load) || ranToEnd !== true
    ? null
    : planned - iterations;
};

/** An iteration that the end of the run interrupted was started, and is not counted: one per VU at most. */
export const interruptedAtMost = ({ maxVUs, maxActiveVUs }: LoadReport): number =>
  maxVUs ?? maxActiveVUs ?? 0;

const isAllArrival = ({ scenarios }: LoadReport): boolean =>
  scenarios.length > 0 && scenarios.every(({ plannedIterations }) => plannedIterations !== null);

/** Started iterations per hundred planned, 100 at most; null unless every scenario fixes an arrival rate. */
export const offeredPercent = (load: LoadReport): number | null => {
  const { plannedIterations: planned, iterations } = load;
  return !planned || iterations === null || !isAllArrival(load)
    ? null
    : Math.min(100, (100 * iterations) / planned);
};

/**
 * What was asked for and what came of it. Requests and iterations are two things: a target stands only where one scenario
 * holds one rate of iterations, and is compared with iterations alone; what was reached, only where k6 ran to its end.
 */
export const arrivalFacts = (load: LoadReport | null): Facts => {
  if (load === null) return {};
  const [only] = load.scenarios;
  const isOneRate = load.scenarios.length === 1 && only?.executor === 'constant-arrival-rate';
  const { iterations, requestsPerSecond, plannedIterations } = load;
  return {
    requestsPerSecond,
    iterations,
    plannedIterations,
    offeredPercent: offeredPercent(load),
    ...(isOneRate && only.peakRatePerSecond !== null ? { targetPerSecond: only.peakRatePerSecond } : {}),
    ...(isOneRate && iterations !== null && only.durationMs && load.ranToEnd === true
      ? { reachedPerSecond: (iterations * 1000) / only.durationMs }
      : {}),
  };
};
