import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { KnownError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { BrokerPort, ProduceOutcome } from '../ports.ts';
import { createKafkaClient, defaultPartitioner, isPassing } from './kafka-client.ts';
import type { Admin, Producer } from './kafka-client.ts';
import { createKafkaConsumer } from './kafka-consumer.ts';
import { outcomeOfFailure } from './produce-outcome.ts';

/** One attempt per produce request: a retry inside the client would hide that an attempt was ambiguous. */
const PRODUCE_LIMITS = { connectTimeoutMs: 2_000, requestTimeoutMs: 4_000, retries: 0 };
const GROUP_LIMITS = { connectTimeoutMs: 3_000, requestTimeoutMs: 10_000, retries: 5 };
/** After this long without an answer a request counts as ambiguous, in ms. */
const PRODUCE_DEADLINE_MS = 5_000;

const CLOSE_DEADLINE_MS = 500;
const READ_ATTEMPTS = 20;
const READ_PAUSE_MS = 250;

export type KafkaBrokerOptions = {
  readonly settings: Config['kafka'];
  readonly consumer: Config['consumer'];
  readonly logger: Logger;
  /** Called once when the consumer has given up for good. */
  readonly onConsumerLost: (error: Error) => void;
};

/** Connects to Kafka and creates the topic if it is absent. */
export async function openKafkaBroker(options: KafkaBrokerOptions): Promise<BrokerPort> {
  const { settings, logger } = options;
  const groupClient = createKafkaClient(settings.brokers, GROUP_LIMITS, logger);
  const admin = groupClient.admin();
  const producer = createKafkaClient(settings.brokers, PRODUCE_LIMITS, logger).producer({
    allowAutoTopicCreation: false,
    createPartitioner: defaultPartitioner,
    retry: { retries: PRODUCE_LIMITS.retries },
  });
  try {
    await admin.connect();
    await createTopic(admin, settings);
    await producer.connect();
  } catch (error) {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    throw new KnownError(
      `Kafka at ${settings.brokers.join(',')} cannot be used: ${messageOf(error)}`,
      'start the broker or correct KAFKA_BROKERS',
      { cause: error },
    );
  }
  const consumer = createKafkaConsumer(groupClient, options);
  let producerConnected = true;

  return {
    kind: 'kafka',
    produce: async (coupons) => {
      const messages = coupons.map((coupon) => ({ key: coupon.userId, value: JSON.stringify(coupon) }));
      const outcome = await sendOnce(producer, settings.topic, messages);
      if (outcome.kind !== 'refused') producerConnected = outcome.kind === 'acknowledged';
      return outcome;
    },
    consume: (handle) => consumer.start(handle),
    uncommittedRecords: () => patiently(() => uncommittedRecords(admin, settings)),
    state: () => ({ producerConnected, ...consumer.state() }),
    stopConsuming: () => consumer.stop(),
    close: async () => {
      producerConnected = false;
      const leaving = Promise.allSettled([producer.disconnect(), admin.disconnect()]);
      await Promise.race([leaving, sleep(CLOSE_DEADLINE_MS, undefined, { ref: false })]);
    },
  };
}

type Message = { readonly key: string; readonly value: string };

async function sendOnce(producer: Producer, topic: string, messages: Message[]): Promise<ProduceOutcome> {
  const deadline = new AbortController();
  const sent = producer
    .send({ topic, messages, acks: -1, timeout: PRODUCE_LIMITS.requestTimeoutMs })
    .then((): ProduceOutcome => ({ kind: 'acknowledged' }))
    .catch((error: unknown) => outcomeOfFailure(error, messages.length));
  const late = sleep(PRODUCE_DEADLINE_MS, undefined, { signal: deadline.signal, ref: false }).then(
    (): ProduceOutcome => ({ kind: 'unknown', reason: `no answer within ${PRODUCE_DEADLINE_MS} ms` }),
    () => sent,
  );
  const outcome = await Promise.race([sent, late]);
  deadline.abort();
  return outcome;
}

async function createTopic(admin: Admin, { topic, partitions }: Config['kafka']): Promise<void> {
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
}

/** A broker that has just started has no coordinator for its groups yet. */
async function patiently<Value>(read: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === READ_ATTEMPTS || !isPassing(error)) throw error;
      await sleep(READ_PAUSE_MS);
    }
  }
}

/** Committed offsets are read first, so that a record is rather counted once too often than overlooked. */
async function uncommittedRecords(admin: Admin, { topic, group }: Config['kafka']): Promise<number> {
  const committed = (await admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]?.partitions ?? [];
  const committedOf = new Map(committed.map(({ partition, offset }) => [partition, Number(offset)]));
  const ends = await admin.fetchTopicOffsets(topic);
  const counts = ends.map(({ partition, low, high }) => {
    const offset = Math.max(committedOf.get(partition) ?? -1, Number(low));
    return Math.max(0, Number(high) - offset);
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
