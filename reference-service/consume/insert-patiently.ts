import type { Coupon } from '../coupon.ts';
import { StoreUnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { Delivery, InsertResult, StorePort } from '../ports.ts';
import { waitUntil } from './pacing.ts';

export type InsertPatientlyParts = {
  readonly store: Pick<StorePort, 'insert'>;
  readonly metrics: Pick<Metrics, 'consumerPaused'>;
  readonly logger: Logger;
};

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** A statement may take longer than the group waits for a sign of life. */
const SIGN_OF_LIFE_MS = 250;

/**
 * Writes the coupons. While the store cannot be asked, the partition pauses: the batch is kept and tried
 * again, nothing is settled, the membership is kept, and no progress is noted, so that the service is not
 * ready. Undefined if the work was called off.
 */
export async function insertPatiently(
  { store, metrics, logger }: InsertPatientlyParts,
  delivery: Delivery,
  coupons: readonly Coupon[],
): Promise<InsertResult | undefined> {
  const { partition } = delivery;
  const pausedAtMs = performance.now();
  let isPaused = false;
  try {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        const result = await keepingAlive(delivery, store.insert(coupons, new Date().toISOString()));
        if (isPaused) {
          logger.warn(
            { partition, pausedMs: Math.round(performance.now() - pausedAtMs) },
            'the store answers again',
          );
        }
        return result;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        if (!isPaused) {
          isPaused = true;
          metrics.consumerPaused.inc();
          logger.error(
            { partition, reason: error.message },
            'the store cannot be asked: the partition pauses',
          );
        }
      }
      if (!(await waitUntil(performance.now() + pauseMs, delivery))) return undefined;
    }
  } finally {
    if (isPaused) metrics.consumerPaused.dec();
  }
}

/** What a sign of life fails with is left to the next one: the rows under way come first. */
async function keepingAlive<Value>(delivery: Delivery, work: Promise<Value>): Promise<Value> {
  let sign: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    sign = delivery.keepAlive().catch(() => undefined);
  }, SIGN_OF_LIFE_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    await sign;
  }
}
