import type { Faults } from '../faults/switches.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { BrokerPort, DeliveredRecord, Delivery, InsertResult, StorePort } from '../ports.ts';
import { sendDeadLetters } from './dead-letters.ts';
import { insertPatiently } from './insert-patiently.ts';
import { waitUntil } from './pacing.ts';
import type { Pacer } from './pacing.ts';
import { readRecords } from './read-records.ts';

export type WriteDeliveryParts = {
  readonly store: Pick<StorePort, 'insert'>;
  readonly broker: Pick<BrokerPort, 'deadLetter'>;
  readonly metrics: Metrics;
  readonly faults: Faults;
  readonly logger: Logger;
  readonly pacer: Pacer;
  /** Rows written by one INSERT. */
  readonly batchSize: number;
  /** Processing time added to each record, in ms. */
  readonly delayMs: number;
};

/**
 * Writes the records of a delivery to the store, in order and batch by batch, and settles their offsets
 * afterwards: a crash in between delivers them again, and the store keeps one row per issue. A record that
 * becomes no row is a dead letter before it is settled. Stops between two batches when the consumer is
 * asked to stop.
 */
export async function writeDelivery(parts: WriteDeliveryParts, delivery: Delivery): Promise<void> {
  const { records } = delivery;
  for (let start = 0; start < records.length; start += parts.batchSize) {
    const batch = records.slice(start, start + parts.batchSize);
    if (!(await passTime(parts, delivery, batch.length))) return;
    if (parts.faults.take('consumer.crash') > 0) throw new Error('the switch consumer.crash was set');
    parts.faults.pass('failpoint.before-rows');
    if (!(await writeBatch(parts, delivery, batch))) return;
    const last = batch.at(-1);
    if (last !== undefined) await delivery.settle(last.offset);
  }
}

/** Pace and processing time: waiting on purpose, which is progress. False if the work was called off. */
async function passTime(
  { pacer, faults, delayMs }: WriteDeliveryParts,
  delivery: Delivery,
  recordCount: number,
): Promise<boolean> {
  const work = {
    isRunning: () => delivery.isRunning(),
    keepAlive: async (): Promise<void> => {
      delivery.noteProgress();
      await delivery.keepAlive();
    },
  };
  if (!(await waitUntil(pacer.reserve(recordCount), work))) return false;
  // Asked again and again, so that a switch takes effect at once, and record by record as without batches.
  const delay = (): number => delayMs + faults.value('consumer.delay');
  let begunMs = performance.now();
  for (let record = 0; record < recordCount && delay() > 0; record += 1) {
    if (!(await waitUntil(() => begunMs + delay(), work))) return false;
    begunMs = Math.min(begunMs + delay(), performance.now());
  }
  return true;
}

/** False if the work was called off before all of it was done. */
async function writeBatch(
  parts: WriteDeliveryParts,
  delivery: Delivery,
  batch: readonly DeliveredRecord[],
): Promise<boolean> {
  const { faults } = parts;
  const { coupons, malformed, refused } = readRecords(delivery.partition, batch);
  if (coupons.length === 0) return sendDeadLetters(parts, delivery, malformed);
  const begunMs = performance.now();
  if (!(await waitUntil(() => begunMs + faults.value('downstream.latency'), delivery))) return false;
  const result = await insertPatiently(parts, delivery, coupons);
  if (result === undefined) return false;
  faults.pass('failpoint.rows-committed');
  count(parts.metrics, result, Date.now());
  return sendDeadLetters(parts, delivery, [...malformed, ...refused(result)]);
}

function count(metrics: Metrics, { inserted, redelivered }: InsertResult, persistedMs: number): void {
  metrics.issued.inc(inserted.length);
  for (const { acceptedAt } of inserted) {
    // A wall clock set back in between must not enter the histogram as a negative time.
    metrics.completionSeconds.observe(Math.max(0, persistedMs - Date.parse(acceptedAt)) / 1_000);
  }
  metrics.redelivered.inc(redelivered.length);
}
