import { parseCoupon } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { AdmissionPort, Delivery, InsertResult, StorePort } from '../ports.ts';
import { waitUntil } from './pacing.ts';
import type { Pacer } from './pacing.ts';

export type WriteDeliveryParts = {
  readonly store: StorePort;
  readonly admission: AdmissionPort;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly pacer: Pacer;
  /** Rows written by one INSERT. */
  readonly batchSize: number;
};

/**
 * Writes the records of a delivery to the store, in order, and settles their offsets afterwards: a crash
 * in between delivers them again, and the store keeps one row per issue. A record that is no coupon is
 * counted and passed over. Stops between two writes when the consumer is asked to stop.
 */
export async function writeDelivery(parts: WriteDeliveryParts, delivery: Delivery): Promise<void> {
  const { records } = delivery;
  for (let start = 0; start < records.length; start += parts.batchSize) {
    const chunk = records.slice(start, start + parts.batchSize);
    const slotMs = parts.pacer.reserve(chunk.length);
    if (!(await waitUntil(slotMs, delivery, () => performance.now()))) return;
    const coupons = chunk.flatMap((record) => readCoupon(parts, delivery.partition, record));
    if (coupons.length > 0) await write(parts, coupons);
    const last = chunk.at(-1);
    if (last !== undefined) await delivery.settle(last.offset);
  }
}

function readCoupon(
  { metrics, logger }: WriteDeliveryParts,
  partition: number,
  { offset, value }: Delivery['records'][number],
): Coupon[] {
  const coupon = parseCoupon(value);
  if (coupon !== undefined) return [coupon];
  metrics.rejectedRecords.inc({ reason: 'malformed' });
  logger.warn({ partition, offset }, 'passed over a record that is not a coupon');
  return [];
}

async function write(parts: WriteDeliveryParts, coupons: readonly Coupon[]): Promise<void> {
  const now = new Date();
  const result = await parts.store.insert(coupons, now.toISOString());
  await parts.admission.recordPersisted([...result.inserted, ...result.redelivered]);
  count(parts, result, Date.now());
}

function count({ metrics, logger }: WriteDeliveryParts, result: InsertResult, persistedMs: number): void {
  metrics.issued.inc(result.inserted.length);
  for (const { acceptedAt } of result.inserted) {
    // A wall clock set back in between must not enter the histogram as a negative time.
    metrics.completionSeconds.observe(Math.max(0, persistedMs - Date.parse(acceptedAt)) / 1_000);
  }
  metrics.redelivered.inc(result.redelivered.length);
  for (const { issueId, serial } of result.conflicting) {
    metrics.rejectedRecords.inc({ reason: 'conflict' });
    logger.warn({ issueId, serial }, 'the store refused a coupon: its user or serial is taken');
  }
}
