import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { useRealBroker } from '../../fixtures/real-broker.ts';
import { ROLES } from '../config.ts';
import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import { createFaultSwitches } from '../faults/switches.ts';
import type { BrokerPort, Delivery } from '../ports.ts';
import { openKafkaBroker } from './kafka-broker.ts';
import { createKafkaClient } from './kafka-client.ts';
import { deadLetterTopic } from './topics.ts';

const kafka = await useRealBroker();
const silent = { warn: () => undefined, error: () => undefined };
const LIMITS = { connectTimeoutMs: 2_000, requestTimeoutMs: 5_000, retries: 5 };

const coupon = (userId: string, serial: number): Coupon => ({
  issueId: issueIdOf('demo', userId),
  eventId: 'demo',
  userId,
  serial,
  acceptedAt: '2026-01-01T00:00:00.000Z',
});
const coupons = (count: number, from = 1): Coupon[] =>
  Array.from({ length: count }, (_, index) => coupon(`u${from + index}`, from + index));

describe('the broker', { skip: kafka.skip }, () => {
  const opened: BrokerPort[] = [];
  const faults = createFaultSwitches(new Set(ROLES));
  let topics = 0;
  let topic = '';

  const open = async (): Promise<BrokerPort> => {
    const broker = await openKafkaBroker({
      settings: { brokers: [kafka.address], topic, partitions: 3, group: `${topic}-group` },
      consumer: {
        batchSize: 10,
        ratePerSecond: undefined,
        concurrency: 3,
        delayMs: 0,
        commitIntervalMs: 50,
        sessionTimeoutMs: 6_000,
      },
      roles: new Set(ROLES),
      faults,
      logger: silent,
      onConsumerLost: (error) => assert.fail(error),
    });
    opened.push(broker);
    // Asks the leader of each partition, which a new topic does not have at once.
    await broker.counts();
    return broker;
  };
  /** Consumes until so many records were handed over, settling them only if asked to. */
  const take = async (broker: BrokerPort, count: number, settles: boolean): Promise<Delivery['records']> => {
    const taken: Delivery['records'][number][] = [];
    const done = Promise.withResolvers<void>();
    await broker.consume(async (delivery) => {
      taken.push(...delivery.records);
      const last = delivery.records.at(-1);
      if (settles && last !== undefined) await delivery.settle(last.offset);
      if (taken.length >= count) done.resolve();
    });
    await done.promise;
    await broker.stopConsuming();
    return taken;
  };

  beforeEach(() => {
    topics += 1;
    topic = `coupons-${topics}`;
  });
  afterEach(async () => {
    for (const broker of opened.splice(0)) await broker.close();
  });

  test('looks for nothing while nothing waits, so that no timer is set in the past', async () => {
    const warned: string[] = [];
    const onWarning = ({ name }: Error): number => warned.push(name);
    process.on('warning', onWarning);
    const broker = await open();
    await broker.produce(coupons(3));
    await sleep(100);
    process.off('warning', onWarning);
    assert.deepEqual(warned, []);
  });

  test('what is produced is unread until the group has committed it, and reading it changes nothing', async () => {
    const broker = await open();
    assert.deepEqual(await broker.unread(), []);
    assert.equal((await broker.produce(coupons(50))).kind, 'acknowledged');
    await broker.produceRaw(['{"poison":1', 'null']);
    for (let round = 0; round < 2; round += 1) {
      const unread = await broker.unread();
      assert.deepEqual(
        unread.map(({ serial }) => serial).toSorted((a, b) => a - b),
        coupons(50).map(({ serial }) => serial),
      );
    }
    assert.deepEqual(await broker.counts(), { appended: 52, committed: 0, uncommitted: 52, deadLettered: 0 });
    await take(broker, 52, true);
    await broker.produce(coupons(5, 51));
    assert.deepEqual(
      (await broker.unread()).map(({ serial }) => serial).toSorted((a, b) => a - b),
      [51, 52, 53, 54, 55],
    );
    const { committed, uncommitted } = await broker.counts();
    assert.deepEqual([committed, uncommitted], [52, 5]);
  });

  test('a record that the topic refuses is a refusal, alone and among others', async () => {
    const broker = await open();
    const admin = createKafkaClient([kafka.address], LIMITS, silent).admin();
    await admin.connect();
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: topic, configEntries: [{ name: 'max.message.bytes', value: '1000' }] }],
    });
    await admin.disconnect();
    const large = coupon('x'.repeat(400), 1);
    assert.equal((await broker.produce([large])).kind, 'acknowledged');
    const tooLarge = { ...large, userId: 'y'.repeat(2_000) };
    assert.equal((await broker.produce([tooLarge])).kind, 'refused');
    assert.equal((await broker.produce([coupon('a', 2), tooLarge])).kind, 'refused');
    assert.equal((await broker.produce([coupon('a', 2)])).kind, 'acknowledged');
  });

  test('a dead letter keeps key and value and says where it came from and why', async () => {
    const broker = await open();
    await broker.deadLetter([
      { partition: 2, offset: '7', key: Buffer.from('k'), value: null, reason: 'malformed' },
      { partition: 0, offset: '8', key: null, value: Buffer.from('{'), reason: 'over_admitted' },
    ]);
    assert.equal((await broker.counts()).deadLettered, 2);
    const consumer = createKafkaClient([kafka.address], LIMITS, silent).consumer({
      groupId: `${topic}-look`,
    });
    await consumer.connect();
    await consumer.subscribe({ topic: deadLetterTopic(topic), fromBeginning: true });
    const seen: unknown[] = [];
    const done = Promise.withResolvers<void>();
    await consumer.run({
      eachMessage: async ({ message: { key, value, headers = {} } }) => {
        const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)]));
        seen.push([key?.toString(), value?.toString(), texts]);
        if (seen.length === 2) done.resolve();
      },
    });
    await done.promise;
    await consumer.disconnect();
    assert.deepEqual(seen, [
      ['k', undefined, { reason: 'malformed', topic, partition: '2', offset: '7' }],
      [undefined, '{', { reason: 'over_admitted', topic, partition: '0', offset: '8' }],
    ]);
  });

  test('dead letters too large for one request, or for the topic, arrive all the same', async () => {
    const broker = await open();
    const letter = (offset: string, bytes: number) =>
      ({ partition: 0, offset, key: null, value: Buffer.alloc(bytes, 'x'), reason: 'malformed' }) as const;
    await broker.deadLetter([letter('1', 700_000), letter('2', 700_000), letter('3', 1_100_000)]);
    assert.equal((await broker.counts()).deadLettered, 3);
  });

  test('skew sends its share of the records to one partition', async () => {
    const broker = await open();
    faults.set('records.skew', 0.8);
    await broker.produce(coupons(100));
    faults.set('records.skew', 0);
    const records = new Map<number, number>();
    const done = Promise.withResolvers<void>();
    await broker.consume(async ({ partition, records: { length } }) => {
      records.set(partition, (records.get(partition) ?? 0) + length);
      if ([...records.values()].reduce((sum, count) => sum + count, 0) >= 100) done.resolve();
    });
    await done.promise;
    await broker.stopConsuming();
    assert.ok((records.get(0) ?? 0) >= 80, JSON.stringify([...records]));
  });
});
