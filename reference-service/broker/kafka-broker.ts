import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../config.ts';
import { KnownError, messageOf } from '../errors.ts';
import type { BrokerPort } from '../ports.ts';
import { createKafkaClient, isPassing } from './kafka-client.ts';
import { createKafkaConsumer } from './kafka-consumer.ts';
import type { KafkaConsumerOptions } from './kafka-consumer.ts';
import { createKafkaProducer } from './kafka-producer.ts';
import { readUnread } from './read-unread.ts';
import { topicCounts } from './topic-counts.ts';
import { createTopics } from './topics.ts';

const GROUP_LIMITS = { connectTimeoutMs: 3_000, requestTimeoutMs: 10_000, retries: 5 };
const CLOSE_DEADLINE_MS = 500;
const READ_ATTEMPTS = 20;
const READ_PAUSE_MS = 250;

export type KafkaBrokerOptions = KafkaConsumerOptions & { readonly roles: ReadonlySet<Role> };

/** Connects to Kafka and creates the topics if they are absent; only what the roles need is connected. */
export async function openKafkaBroker(options: KafkaBrokerOptions): Promise<BrokerPort> {
  const { settings, logger, roles } = options;
  const groupClient = createKafkaClient(settings.brokers, GROUP_LIMITS, logger);
  const admin = groupClient.admin();
  const producer = createKafkaProducer(options);
  try {
    await admin.connect();
    await createTopics(admin, settings);
    if (roles.has('relay') || roles.has('consumer')) await producer.connect();
  } catch (error) {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    throw new KnownError(
      `Kafka at ${settings.brokers.join(',')} cannot be used: ${messageOf(error)}`,
      'start the broker or correct KAFKA_BROKERS',
      { cause: error },
    );
  }
  const consumer = createKafkaConsumer(groupClient, options);

  return {
    kind: 'kafka',
    produce: producer.produce,
    produceRaw: producer.produceRaw,
    deadLetter: producer.deadLetter,
    consume: (handle) => consumer.start(handle),
    counts: () => patiently(() => topicCounts(admin, settings)),
    unread: () => patiently(() => readUnread({ client: groupClient, admin, settings, logger })),
    state: () => ({ producerConnected: producer.isConnected(), ...consumer.state() }),
    stopConsuming: () => consumer.stop(),
    close: async () => {
      const leaving = Promise.allSettled([producer.disconnect(), admin.disconnect()]);
      await Promise.race([leaving, sleep(CLOSE_DEADLINE_MS, undefined, { ref: false })]);
    },
  };
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
