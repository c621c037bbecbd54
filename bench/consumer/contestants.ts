import type { Client } from 'pg';
import { createPacer } from '../../reference-service/consume/pacing.ts';
import { writeDelivery } from '../../reference-service/consume/write-delivery.ts';
import type { Coupon } from '../../reference-service/coupon.ts';
import { NO_FAULTS } from '../../reference-service/faults/switches.ts';
import { createMetrics } from '../../reference-service/metrics.ts';
import type { DeliveredRecord, StorePort } from '../../reference-service/ports.ts';
import { copyRows } from './copy-rows.ts';

/** One way of writing the same rows; partitions are written at the same time, each over one connection. */
export type Contestant = {
  readonly name: string;
  readonly table: 'coupons' | 'equal';
  write(partitions: readonly Partition[]): Promise<void>;
};

/** The rows of one partition, as every contestant needs them: none is charged for making them. */
export type Partition = {
  readonly coupons: readonly Coupon[];
  readonly records: readonly DeliveredRecord[];
};

const PERSISTED_AT = '2026-01-01T00:00:01.000Z';
const COLUMNS = 'issue_id, event_id, user_id, serial, stock, accepted_at, persisted_at';

export const contestants = (setting: {
  readonly store: StorePort;
  readonly connections: readonly Client[];
  readonly stock: number;
  readonly batchSize: number;
}): readonly Contestant[] => {
  const { store, connections, stock, batchSize } = setting;

  const onConnections =
    (work: (client: Client, partition: Partition) => Promise<void>) =>
    async (partitions: readonly Partition[]): Promise<void> => {
      await Promise.all(
        partitions.map(async (partition, index) => {
          const client = connections[index];
          if (client === undefined) throw new Error('there are fewer connections than partitions');
          await work(client, partition);
        }),
      );
    };

  const insertValues = onConnections(async (client, { coupons }) => {
    for (const batch of batchesOf(coupons, batchSize)) {
      const values = batch.map(
        (_, row) => `(${Array.from({ length: 7 }, (_, column) => `$${row * 7 + column + 1}`).join()})`,
      );
      await client.query(
        `INSERT INTO equal (${COLUMNS}) VALUES ${values.join()}`,
        batch.flatMap((each) => [
          each.issueId,
          each.eventId,
          each.userId,
          each.serial,
          stock,
          each.acceptedAt,
          PERSISTED_AT,
        ]),
      );
    }
  });
  const copyBatches = (size: number) =>
    onConnections(async (client, { coupons }) => {
      for (const batch of batchesOf(coupons, size)) {
        const lines = batch.map((each) =>
          [each.issueId, each.eventId, each.userId, each.serial, stock, each.acceptedAt, PERSISTED_AT]
            .join('\t')
            .concat('\n'),
        );
        await copyRows(client, `COPY equal (${COLUMNS}) FROM STDIN`, lines);
      }
    });

  return [
    { name: 'the consumer', table: 'coupons', write: (partitions) => consume(store, partitions, batchSize) },
    {
      name: 'the store alone',
      table: 'coupons',
      write: async (partitions) => {
        await Promise.all(
          partitions.map(async ({ coupons }) => {
            for (const batch of batchesOf(coupons, batchSize)) await store.insert(batch, PERSISTED_AT);
          }),
        );
      },
    },
    { name: 'plain multi-row INSERT', table: 'equal', write: insertValues },
    { name: 'COPY, as many rows at a time', table: 'equal', write: copyBatches(batchSize) },
    { name: 'COPY, all rows at once', table: 'equal', write: copyBatches(Number.POSITIVE_INFINITY) },
  ];
};

/** All that the service does with a delivery: reading, checking, writing, classifying, counting, settling. */
const consume = async (
  store: StorePort,
  partitions: readonly Partition[],
  batchSize: number,
): Promise<void> => {
  const parts = {
    store,
    broker: { deadLetter: () => Promise.reject(new Error('a record became no row')) },
    metrics: createMetrics({ ledger: async () => ({ admitted: 0, unrelayed: 0 }) }),
    faults: NO_FAULTS,
    logger: { warn: () => undefined, error: () => undefined },
    pacer: createPacer({ ratePerSecond: undefined, nowMs: () => performance.now() }),
    batchSize,
    delayMs: 0,
  };
  const idle = { keepAlive: async () => undefined, noteProgress: () => undefined, isRunning: () => true };
  await Promise.all(
    partitions.map(({ records }, partition) =>
      writeDelivery(parts, { partition, records, settle: async () => undefined, ...idle }),
    ),
  );
};

const batchesOf = <Item>(items: readonly Item[], size: number): Item[][] => {
  const batches: Item[][] = [];
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
  return batches;
};
