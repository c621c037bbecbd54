import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { parseCoupon } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import type { Logger } from '../logger.ts';
import type { Admin, Kafka } from './kafka-client.ts';
import { partitionOffsets } from './topic-counts.ts';

const READ_DEADLINE_MS = 120_000;
const FETCH_WAIT_MS = 100;

export type UnreadReading = {
  readonly client: Kafka;
  readonly admin: Admin;
  readonly settings: Config['kafka'];
  readonly logger: Logger;
};

/**
 * The coupons in records from the group's committed offsets to the ends of the partitions as they are now.
 * The client cannot fetch outside a group, so a group of its own is joined for the time and deleted; it
 * commits nothing. Records that are no coupons are passed over: the consumer deals with them.
 */
export async function readUnread(reading: UnreadReading): Promise<readonly Coupon[]> {
  const { client, admin, settings, logger } = reading;
  const left = (await partitionOffsets(admin, settings)).filter(({ high, position }) => high > position);
  if (left.length === 0) return [];
  const groupId = `${settings.group}.rebuild.${randomUUID()}`;
  const consumer = client.consumer({
    groupId,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => false },
  });
  const coupons: Coupon[] = [];
  const endOf = new Map(left.map(({ partition, high }) => [partition, high]));
  const open = new Set(endOf.keys());
  const done = Promise.withResolvers<void>();
  consumer.on('consumer.crash', ({ payload }) => done.reject(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topic: settings.topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const end = endOf.get(batch.partition) ?? 0;
        for (const { offset, value } of batch.messages) {
          if (Number(offset) >= end) break;
          const coupon = parseCoupon(value);
          if (coupon !== undefined) coupons.push(coupon);
        }
        if (Number(batch.lastOffset()) + 1 >= end) open.delete(batch.partition);
        if (open.size === 0) done.resolve();
      },
    });
    for (const { partition, position } of left) {
      consumer.seek({ topic: settings.topic, partition, offset: String(position) });
    }
    await Promise.race([done.promise, deadline(open)]);
    return coupons;
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch((error: unknown) => {
      logger.warn({ err: error, groupId }, 'a group that was joined for reading could not be deleted');
    });
  }
}

async function deadline(open: ReadonlySet<number>): Promise<never> {
  await sleep(READ_DEADLINE_MS, undefined, { ref: false });
  throw new Error(
    `the unread part of partitions ${[...open].join(', ')} was not read within ${READ_DEADLINE_MS / 1_000} s`,
  );
}
