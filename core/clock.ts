/**
 * The one clock of a run: monotonic time, anchored once to wall time.
 * Every observation carries milliseconds elapsed on this clock; a jump of the wall clock does not bend it.
 */
export type Clock = {
  /** Wall time of elapsed 0, in ms since the epoch. */
  readonly startedAtEpochMs: number;
  /** Milliseconds since the clock was made; never goes back. */
  elapsedMs(): number;
};

export type TimeSource = { monotonicMs(): number; wallMs(): number };

const systemTime: TimeSource = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

export const startClock = (time: TimeSource = systemTime): Clock => {
  const startedAtEpochMs = time.wallMs();
  const origin = time.monotonicMs();
  return { startedAtEpochMs, elapsedMs: () => time.monotonicMs() - origin };
};

/** Turns a wall time that another program stamped (k6, Prometheus) into elapsed ms on this clock. */
export const elapsedAtWallTime = (clock: Pick<Clock, 'startedAtEpochMs'>, epochMs: number): number =>
  epochMs - clock.startedAtEpochMs;
