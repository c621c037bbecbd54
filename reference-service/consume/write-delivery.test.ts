import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import { createFaultSwitches } from '../faults/switches.ts';
import { createMetrics } from '../metrics.ts';
import type { DeadLetter, Delivery, StorePort } from '../ports.ts';
import { openEmbeddedStore } from '../store/embedded.ts';
import { createPacer } from './pacing.ts';
import { writeDelivery } from './write-delivery.ts';
import type { WriteDeliveryParts } from './write-delivery.ts';

describe('a delivery', () => {
  let store: StorePort;
  let events = 0;
  let eventId = '';
  before(async () => {
    store = await openEmbeddedStore(undefined);
  });
  beforeEach(async () => {
    events += 1;
    eventId = `event-${events}`;
    await store.openEvent({ id: eventId, stock: 10 });
  });
  after(() => store.close());

  const coupon = (serial: number): Coupon => ({
    issueId: issueIdOf(eventId, `u${serial}`),
    eventId,
    userId: `u${serial}`,
    serial,
    acceptedAt: '2026-01-01T00:00:00.000Z',
  });
  const coupons = (count: number): Coupon[] => Array.from({ length: count }, (_, index) => coupon(index + 1));

  /** Everything that goes in and out, with the order in which it happened in `log`. */
  const aConsumer = (settings: Partial<WriteDeliveryParts> = {}) => {
    const log: string[] = [];
    const lines: object[] = [];
    const letters: DeadLetter[] = [];
    const faults = createFaultSwitches(new Set(['consumer']), () => {
      throw new Error('killed');
    });
    const control = { isRunning: (): boolean => true, lettersRefused: 0, progress: 0 };
    const parts: WriteDeliveryParts = {
      store,
      broker: {
        deadLetter: async (sent) => {
          if (control.lettersRefused > 0) {
            control.lettersRefused -= 1;
            throw new Error('no broker');
          }
          log.push(`letters ${sent.map(({ offset }) => offset).join()}`);
          letters.push(...sent);
        },
      },
      metrics: createMetrics({ ledger: async () => ({ admitted: 0, unrelayed: 0 }) }),
      faults,
      logger: {
        warn: (facts, message) => lines.push({ level: 'warn', message, ...facts }),
        error: (facts, message) => lines.push({ level: 'error', message, ...facts }),
      },
      pacer: createPacer({ ratePerSecond: undefined, nowMs: () => performance.now() }),
      batchSize: 2,
      delayMs: 0,
      ...settings,
    };
    const deliver = (values: readonly unknown[], from = 0): Promise<void> => {
      const delivery: Delivery = {
        partition: 7,
        records: values.map((value, index) => ({
          offset: String(from + index),
          key: Buffer.from('k'),
          value: value === null || Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
        })),
        settle: async (offset) => {
          log.push(`${(await store.counts(eventId)).rows} rows, settled ${offset}`);
        },
        keepAlive: async () => undefined,
        noteProgress: () => {
          control.progress += 1;
        },
        isRunning: () => control.isRunning(),
      };
      return writeDelivery(parts, delivery);
    };
    const counted = async (name: string): Promise<number> => {
      const { values } = (await parts.metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] };
      return values.reduce((sum, { value }) => sum + value, 0);
    };
    return { deliver, log, lines, letters, faults, control, counted, parts };
  };

  test('is written batch by batch, each settled after its rows', async () => {
    const { deliver, log, counted, letters } = aConsumer();
    await deliver(coupons(5));
    assert.deepEqual(log, ['2 rows, settled 1', '4 rows, settled 3', '5 rows, settled 4']);
    assert.equal(await counted('coupon_issued_total'), 5);
    assert.deepEqual(letters, []);
  });

  test('that comes again leaves the rows as they are', async () => {
    const { deliver, log, counted } = aConsumer();
    await deliver(coupons(2));
    await deliver(coupons(3));
    assert.deepEqual(log, ['2 rows, settled 1', '2 rows, settled 1', '3 rows, settled 2']);
    assert.equal(await counted('coupon_consume_redelivered_total'), 2);
    assert.equal(await counted('coupon_issued_total'), 3);
  });

  test('has its records that become no row in the dead-letter topic before they are settled', async () => {
    const { deliver, letters, log, lines, parts } = aConsumer({ batchSize: 10 });
    const stray = { ...coupon(2), eventId: 'never opened' };
    const taken = { ...coupon(3), serial: 1 };
    await deliver([coupon(1), null, coupon(11), Buffer.from('{'), stray, taken, coupon(4)], 40);
    const told = letters.map(({ partition, offset, reason }) => [partition, offset, reason]);
    assert.deepEqual(told, [
      [7, '41', 'malformed'],
      [7, '43', 'malformed'],
      [7, '45', 'conflict'],
      [7, '42', 'over_admitted'],
      [7, '44', 'unknown_event'],
    ]);
    assert.deepEqual(letters[1]?.value, Buffer.from('{'));
    assert.deepEqual(letters[0]?.value, null);
    assert.deepEqual(letters[3]?.key, Buffer.from('k'));
    assert.deepEqual(log, ['letters 41,43,45,42,44', '2 rows, settled 46']);
    const { values } = await parts.metrics.rejectedRecords.get();
    assert.deepEqual(Object.fromEntries(values.map(({ labels, value }) => [labels.reason, value])), {
      malformed: 2,
      conflict: 1,
      over_admitted: 1,
      unknown_event: 1,
    });
    const alarms = lines.filter((line) => 'level' in line && line.level === 'error');
    assert.partialDeepStrictEqual(alarms, [{ reason: 'over_admitted', partition: 7, offset: '42' }]);
    assert.equal(alarms.length, 1);
  });

  test('of nothing but malformed records is settled too', async () => {
    const { deliver, log } = aConsumer();
    await deliver([null, [], 'text']);
    assert.deepEqual(log, ['letters 0,1', '0 rows, settled 1', 'letters 2', '0 rows, settled 2']);
  });

  test('is not settled before the broker has the dead letters, which are sent again a few times', async () => {
    const { deliver, log, control, counted } = aConsumer();
    control.lettersRefused = 2;
    await deliver([coupon(1), null]);
    assert.deepEqual(log, ['letters 1', '1 rows, settled 1']);
    assert.equal(await counted('coupon_consume_rejected_total'), 1);
    control.lettersRefused = 1_000;
    await assert.rejects(deliver([null], 2), /no dead letter could be sent: no broker/);
    assert.equal(log.length, 2);
    assert.equal(await counted('coupon_consume_rejected_total'), 1);
  });

  test('stops between two batches when it is called off', async () => {
    const { deliver, log, control } = aConsumer({ delayMs: 10 });
    control.isRunning = () => log.length === 0;
    await deliver(coupons(6));
    assert.deepEqual(log, ['2 rows, settled 1']);
  });

  test('takes the processing time of each of its records, which is progress', async () => {
    const { deliver, control } = aConsumer({ delayMs: 30 });
    const startedMs = performance.now();
    await deliver(coupons(5));
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs >= 145 && tookMs < 30_000, `${tookMs} ms`);
    assert.ok(control.progress >= 5);
  });

  test('a delay that is switched off ends at once', async () => {
    const { deliver, log, faults } = aConsumer();
    faults.set('consumer.delay', 60_000);
    const delivered = deliver(coupons(2));
    await sleep(50);
    assert.deepEqual(log, []);
    faults.set('consumer.delay', 0);
    await delivered;
    assert.deepEqual(log, ['2 rows, settled 1']);
  });

  test('a slow downstream delays each write and is no progress', async () => {
    const { deliver, log, control, faults } = aConsumer();
    faults.set('downstream.latency', 100);
    const startedMs = performance.now();
    await deliver(coupons(4));
    assert.ok(performance.now() - startedMs >= 195);
    assert.equal(log.length, 2);
    assert.equal(control.progress, 0);
  });

  test('a crash that is switched on happens once and settles nothing', async () => {
    const { deliver, log, faults } = aConsumer();
    faults.set('consumer.crash', 1);
    await assert.rejects(deliver(coupons(2)), /consumer\.crash/);
    assert.deepEqual(log, []);
    await deliver(coupons(2));
    assert.deepEqual(log, ['2 rows, settled 1']);
  });

  test('killed before its rows leaves none, killed after them leaves them unsettled; both end the same', async () => {
    for (const [name, rowsLeft, redelivered] of [
      ['failpoint.before-rows', 2, 2],
      ['failpoint.rows-committed', 4, 4],
    ] as const) {
      events += 1;
      eventId = `killed ${events}`;
      await store.openEvent({ id: eventId, stock: 10 });
      const { deliver, log, faults, counted } = aConsumer();
      faults.set(name, 2);
      await assert.rejects(deliver(coupons(6)), /killed/);
      assert.equal((await store.counts(eventId)).rows, rowsLeft);
      assert.deepEqual(log, ['2 rows, settled 1']);
      await deliver(coupons(6));
      assert.equal((await store.counts(eventId)).rows, 6);
      assert.equal(await counted('coupon_consume_redelivered_total'), redelivered);
    }
  });
});
