import { setTimeout as sleep } from 'node:timers/promises';
import type { Coupon } from './coupon.ts';
import type { Logger } from './logger.ts';
import type { BrokerPort } from './ports.ts';

/** Coupons that may or may not be in the topic; each is sent again under its own id until acknowledged. */
export type UnknownRecords = {
  add(coupon: Coupon): void;
  /** Coupons still without an answer. */
  count(): number;
  /** Ends the retries. */
  stop(): Promise<void>;
};

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const STOP_DEADLINE_MS = 1_000;

/**
 * Sends one coupon at a time, so that each gets an answer of its own. A refusal after an ambiguous attempt
 * proves nothing about that attempt: the coupon is kept and tried again, and never given back.
 */
export function createUnknownRecords(produce: BrokerPort['produce'], logger: Logger): UnknownRecords {
  const waiting: Coupon[] = [];
  const stopping = new AbortController();
  let retrying: Promise<void> | undefined;

  const retry = async (): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      const coupon = waiting[0];
      if (coupon === undefined) return;
      const outcome = await produce([coupon]);
      waiting.shift();
      if (outcome.kind === 'acknowledged') {
        pauseMs = FIRST_PAUSE_MS;
        continue;
      }
      waiting.push(coupon);
      logger.warn({ reason: outcome.reason, waiting: waiting.length }, 'a coupon is still not acknowledged');
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  };

  return {
    add: (coupon) => {
      waiting.push(coupon);
      retrying ??= retry().finally(() => {
        retrying = undefined;
      });
    },
    count: () => waiting.length,
    stop: async () => {
      stopping.abort();
      await Promise.race([retrying, sleep(STOP_DEADLINE_MS, undefined, { ref: false })]);
      if (waiting.length > 0) {
        logger.error({ waiting: waiting.length }, 'stopped with coupons whose outcome is unknown');
      }
    },
  };
}
