import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, withPostgres } from '../../fixtures/postgres-databases.ts';
import { until } from '../../fixtures/processes.ts';
import { useRealBroker } from '../../fixtures/real-broker.ts';
import { useRealPostgres } from '../../fixtures/real-postgres.ts';
import { openKafkaBroker } from '../broker/kafka-broker.ts';
import type { KafkaBrokerOptions } from '../broker/kafka-broker.ts';
import { createKafkaClient } from '../broker/kafka-client.ts';
import { deadLetterTopic } from '../broker/topics.ts';
import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import { createFaultSwitches } from '../faults/switches.ts';
import { createMetrics } from '../metrics.ts';
import type { BrokerPort, StorePort } from '../ports.ts';
import { openPostgresStore } from '../store/postgres.ts';
import { createPacer } from './pacing.ts';
import { writeDelivery } from './write-delivery.ts';

const kafka = await useRealBroker();
const postgres = await useRealPostgres();
const skip = kafka.skip || postgres.skip;

const STOCK = 2_000;
const coupon = (serial: number): Coupon => ({
  issueId: issueIdOf('sale', `u${serial}`),
  eventId: 'sale',
  userId: `u${serial}`,
  serial,
  acceptedAt: '2026-01-01T00:00:00.000Z',
});
const coupons = (count: number, from = 1): Coupon[] =>
  Array.from({ length: count }, (_, index) => coupon(from + index));
const valuesOf = (given: readonly Coupon[]): string[] => given.map((each) => JSON.stringify(each));

describe('the consumer', { skip }, () => {
  let names = 0;
  let topic = '';
  let database = '';
  let producer: BrokerPort;
  const opened: (() => Promise<unknown>)[] = [];
  /** What is opened first is closed last. */
  const closing = <Thing extends { close(): Promise<unknown> }>(thing: Thing): Thing => {
    opened.push(() => thing.close());
    return thing;
  };

  beforeEach(async () => {
    names += 1;
    topic = `consumed-${names}`;
    database = await createDatabase(postgres.url);
    producer = closing(await openKafkaBroker(brokerOptions()));
    // Asks the leader of each partition, which a new topic does not have at once.
    await producer.counts();
  });
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close();
  });

  const brokerOptions = (options: Partial<KafkaBrokerOptions> = {}): KafkaBrokerOptions => ({
    settings: { brokers: [kafka.address], topic, partitions: 3, group: `${topic}-group` },
    consumer: {
      batchSize: 50,
      ratePerSecond: undefined,
      concurrency: 3,
      delayMs: 0,
      commitIntervalMs: 50,
      sessionTimeoutMs: 6_000,
    },
    roles: new Set(['relay', 'consumer']),
    faults: createFaultSwitches(new Set(['consumer'])),
    logger: { warn: () => undefined, error: () => undefined },
    onConsumerLost: (error) => assert.fail(error),
    ...options,
  });

  /** The consumer of a service, with broker, store, metrics and switches of its own; not in the group yet. */
  const openConsumer = async (consumer: Partial<KafkaBrokerOptions['consumer']> = {}) => {
    const faults = createFaultSwitches(new Set(['consumer']));
    const usual = brokerOptions();
    const options = { ...usual, faults, consumer: { ...usual.consumer, ...consumer } };
    const broker = closing(await openKafkaBroker(options));
    const store: StorePort = closing(await openPostgresStore(database));
    await store.openEvent({ id: 'sale', stock: STOCK });
    const metrics = createMetrics({ ledger: async () => ({ admitted: 0, unrelayed: 0 }) });
    const { batchSize, delayMs, ratePerSecond } = options.consumer;
    const pacer = createPacer({ ratePerSecond, nowMs: () => performance.now() });
    const { logger } = options;
    const parts = { store, broker, metrics, faults, logger, pacer, batchSize, delayMs };
    const start = (): Promise<void> => {
      opened.push(() => broker.stopConsuming());
      return broker.consume((delivery) => writeDelivery(parts, delivery));
    };
    const counted = async (name: string): Promise<number> => {
      const { values } = (await metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] };
      return values.reduce((sum, { value }) => sum + value, 0);
    };
    return { broker, faults, counted, start };
  };
  const startConsumer: typeof openConsumer = async (consumer) => {
    const started = await openConsumer(consumer);
    await started.start();
    return started;
  };
  const produce = async (given: readonly Coupon[]): Promise<void> => {
    assert.deepEqual(await producer.produce(given), { kind: 'acknowledged' });
  };
  const caughtUp = (withinMs = 60_000): Promise<boolean> =>
    until(async () => (await producer.counts()).uncommitted === 0, withinMs);
  const serialsInTable = async (): Promise<number[]> => {
    const { rows } = await withPostgres(database, (client) =>
      client.query<{ serial: string }>('SELECT serial FROM coupons ORDER BY serial'),
    );
    return rows.map(({ serial }) => Number(serial));
  };
  const serials = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

  test('writes every coupon once, and what is none goes to the dead-letter topic with its place', async () => {
    await produce(coupons(500));
    await producer.produceRaw([
      '{"poison":',
      JSON.stringify({ ...coupon(501), note: 'x'.repeat(900_000) }),
      JSON.stringify({ ...coupon(502), userId: 'zero \0' }),
      ...valuesOf([coupon(STOCK + 1), { ...coupon(503), serial: 3 }, { ...coupon(504), eventId: 'other' }]),
    ]);
    await produce(coupons(500));
    const { counted } = await startConsumer();
    assert.ok(await caughtUp());
    assert.deepEqual(await serialsInTable(), serials(500));
    assert.equal(await counted('coupon_issued_total'), 500);
    assert.equal(await counted('coupon_consume_redelivered_total'), 500);
    assert.equal(await counted('coupon_consume_rejected_total'), 6);
    const letters = await readDeadLetters(kafka.address, topic, 6);
    assert.deepEqual(letters.map(({ reason }) => reason).toSorted(), [
      'conflict',
      'malformed',
      'malformed',
      'malformed',
      'over_admitted',
      'unknown_event',
    ]);
    assert.equal(letters.find(({ size }) => size === 10)?.value, '{"poison":');
    assert.ok(letters.every(({ place }) => /^\d \d+$/.test(place)));
    assert.equal(new Set(letters.map(({ place }) => place)).size, 6);
  });

  test('pauses while Postgres is away: no commit, no progress, still a member, and nothing is lost', async () => {
    const { broker, counted } = await startConsumer({ sessionTimeoutMs: 6_000 });
    await produce(coupons(100));
    assert.ok(await caughtUp());
    await postgres.kill9();
    await produce(coupons(400, 101));
    assert.ok(await until(async () => (await counted('coupon_consumer_paused')) > 0, 60_000));
    await sleep(300);
    const before = broker.state();
    const { committed } = await producer.counts();
    assert.equal(committed, 100);
    // Longer than the session: without signs of life the member would be replaced.
    await sleep(6_500);
    assert.deepEqual(broker.state(), before);
    assert.equal(before.consumerJoined, true);
    assert.equal((await producer.counts()).committed, committed);
    await postgres.restart();
    assert.ok(await caughtUp());
    assert.deepEqual(await serialsInTable(), serials(500));
    assert.equal(await counted('coupon_consumer_paused'), 0);
    assert.notEqual(broker.state().lastProgressMs, before.lastProgressMs);
  });

  test('a member that joins while Postgres is away gets its share, and nothing is lost or written twice', async () => {
    const first = await startConsumer();
    const second = await openConsumer();
    await postgres.kill9();
    await produce(coupons(300));
    assert.ok(await until(async () => (await first.counted('coupon_consumer_paused')) > 0, 60_000));
    await second.start();
    assert.ok(await until(async () => (await second.counted('coupon_consumer_paused')) > 0, 60_000));
    await postgres.restart();
    assert.ok(await caughtUp());
    assert.deepEqual(await serialsInTable(), serials(300));
    const issued = [await first.counted('coupon_issued_total'), await second.counted('coupon_issued_total')];
    assert.ok(
      issued.every((count) => count > 0),
      issued.join(),
    );
    assert.equal(await first.counted('coupon_consumer_paused'), 0);
  });

  test('stops in time while Postgres is away, and its successor goes on where it was', async () => {
    const first = await startConsumer();
    await postgres.kill9();
    await produce(coupons(100));
    assert.ok(await until(async () => (await first.counted('coupon_consumer_paused')) > 0, 60_000));
    const startedMs = performance.now();
    await first.broker.stopConsuming();
    assert.ok(performance.now() - startedMs < 10_000);
    await postgres.restart();
    await startConsumer();
    assert.ok(await caughtUp());
    assert.deepEqual(await serialsInTable(), serials(100));
  });

  test('a crash brings a new member that goes on behind what was committed', async () => {
    const { faults, counted } = await startConsumer({ delayMs: 2 });
    await produce(coupons(300));
    assert.ok(await until(async () => (await counted('coupon_issued_total')) > 50, 60_000));
    faults.set('consumer.crash', 1);
    assert.ok(await until(() => faults.value('consumer.crash') === 0, 60_000));
    assert.ok(await caughtUp());
    assert.deepEqual(await serialsInTable(), serials(300));
  });

  test('a redelivery storm brings back so many records of each partition, and adds no row', async () => {
    const { faults, counted } = await startConsumer();
    await produce(coupons(600));
    assert.ok(await caughtUp());
    assert.equal(await counted('coupon_consume_redelivered_total'), 0);
    faults.set('consumer.redeliver', 40);
    assert.ok(await until(async () => (await counted('coupon_consume_redelivered_total')) === 120, 60_000));
    assert.ok(await caughtUp());
    faults.set('consumer.redeliver', 1_000_000);
    assert.ok(await until(async () => (await counted('coupon_consume_redelivered_total')) === 720, 60_000));
    assert.ok(await caughtUp());
    assert.deepEqual(await serialsInTable(), serials(600));
  });

  test('members that come and go in the middle of their work leave one row each and no lag', async () => {
    const slow = { delayMs: 3, batchSize: 10 };
    const first = await startConsumer(slow);
    const producing = (async () => {
      for (let from = 1; from <= 1_000; from += 100) {
        await produce(coupons(100, from));
        await sleep(100);
      }
    })();
    const second = await startConsumer(slow);
    assert.ok(await until(async () => (await second.counted('coupon_issued_total')) > 0, 60_000));
    await first.broker.stopConsuming();
    const third = await startConsumer();
    await producing;
    assert.ok(await caughtUp());
    assert.deepEqual(await serialsInTable(), serials(1_000));
    const issued = await Promise.all(
      [first, second, third].map(({ counted }) => counted('coupon_issued_total')),
    );
    assert.equal(
      issued.reduce((sum, count) => sum + count, 0),
      1_000,
    );
  });

  test('offsets are committed at the interval, also of what came last, and when the member leaves', async () => {
    const { broker, faults, counted } = await startConsumer();
    await produce(coupons(30));
    assert.ok(await caughtUp());
    faults.set('consumer.commit_interval', 600_000);
    await produce(coupons(30, 31));
    assert.ok(await until(async () => (await counted('coupon_issued_total')) === 60, 60_000));
    await sleep(500);
    assert.equal((await producer.counts()).committed, 30);
    await broker.stopConsuming();
    assert.equal((await producer.counts()).committed, 60);
  });

  test('what nobody foresaw ends the consumer after a few restarts, with what was settled committed', async () => {
    const lost = Promise.withResolvers<Error>();
    const broker = closing(
      await openKafkaBroker(
        brokerOptions({
          onConsumerLost: lost.resolve,
          restarts: { maxRestarts: 2, windowMs: 60_000, pauseMs: 50 },
        }),
      ),
    );
    await producer.produceRaw(valuesOf(coupons(9)));
    const handled: string[] = [];
    await broker.consume(async (delivery) => {
      const [first] = delivery.records;
      assert.ok(first);
      handled.push(`${delivery.partition} ${first.offset}`);
      if (first.offset !== '0') throw new Error('nobody foresaw this');
      await delivery.settle(first.offset);
    });
    assert.match((await lost.promise).message, /nobody foresaw this/);
    assert.ok(handled.length >= 3 && handled.length <= 12, handled.join());
    const settled = handled.filter((place) => place.endsWith(' 0')).length;
    assert.equal((await producer.counts()).committed, settled);
  });
});

type SeenLetter = {
  readonly reason: string;
  readonly place: string;
  readonly size: number;
  readonly value: string;
};

async function readDeadLetters(address: string, topic: string, count: number): Promise<SeenLetter[]> {
  const limits = { connectTimeoutMs: 2_000, requestTimeoutMs: 5_000, retries: 5 };
  const logger = { warn: () => undefined, error: () => undefined };
  const consumer = createKafkaClient([address], limits, logger).consumer({ groupId: `${topic}-look` });
  await consumer.connect();
  await consumer.subscribe({ topic: deadLetterTopic(topic), fromBeginning: true });
  const seen: SeenLetter[] = [];
  const done = Promise.withResolvers<void>();
  await consumer.run({
    eachMessage: async ({ message: { value, headers = {} } }) => {
      const place = `${String(headers['partition'])} ${String(headers['offset'])}`;
      const reason = String(headers['reason']);
      seen.push({ reason, place, size: value?.length ?? -1, value: String(value).slice(0, 100) });
      if (seen.length === count) done.resolve();
    },
  });
  await done.promise;
  await consumer.disconnect();
  return seen;
}
