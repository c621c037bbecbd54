import { setTimeout as sleep } from 'node:timers/promises';

/** Hands out the moments at which work may start, so that a rate holds over any longer time. */
export type Pacer = {
  /** The moment from which the next `count` rows may be worked on, on the pacer's clock in ms. */
  reserve(count: number): number;
};

export type PacerSettings = {
  /** Rows per second; undefined never waits. */
  readonly ratePerSecond: number | undefined;
  readonly nowMs: () => number;
  /** How far behind its schedule the pacer catches up; what idleness adds beyond that is forgotten. */
  readonly maxCatchUpMs?: number;
};

/**
 * Paces by deadlines: each slot lies one interval after the previous slot, not after the previous row was
 * finished, so that late timers and slow inserts do not add up to a lower rate.
 */
export function createPacer({ ratePerSecond, nowMs, maxCatchUpMs = 250 }: PacerSettings): Pacer {
  const intervalMs = ratePerSecond === undefined ? 0 : 1_000 / ratePerSecond;
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    reserve: (count) => {
      const now = nowMs();
      if (intervalMs === 0) return now;
      // The very first slot has no schedule to catch up with.
      const earliestMs = nextMs === Number.NEGATIVE_INFINITY ? now : now - maxCatchUpMs;
      const slotMs = Math.max(nextMs, earliestMs);
      nextMs = slotMs + count * intervalMs;
      return slotMs;
    },
  };
}

/** What is told while something is waited for. */
export type SignsOfLife = {
  readonly keepAlive: () => Promise<void>;
  readonly isRunning: () => boolean;
};

/** Longest nap between two signs of life, in ms. */
const NAP_MS = 250;

/**
 * Waits for a moment, which may move while it is waited for, giving signs of life on the way. False if the
 * work was called off meanwhile.
 */
export async function waitUntil(
  momentMs: number | (() => number),
  work: SignsOfLife,
  nowMs: () => number = () => performance.now(),
): Promise<boolean> {
  for (;;) {
    if (!work.isRunning()) return false;
    const leftMs = (typeof momentMs === 'number' ? momentMs : momentMs()) - nowMs();
    if (leftMs <= 0) return true;
    await sleep(Math.min(leftMs, NAP_MS));
    await work.keepAlive();
  }
}
