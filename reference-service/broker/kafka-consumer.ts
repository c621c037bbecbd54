import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../errors.ts';
import type { BrokerState, Delivery } from '../ports.ts';
import type { KafkaBrokerOptions } from './kafka-broker.ts';
import type { createKafkaClient, EachBatchPayload } from './kafka-client.ts';
import { createRestartBudget } from './restart-budget.ts';

/** Small deliveries of a slow consumer keep its partitions abreast: the next fetch waits for the slowest. */
const SLOW_FETCH_BYTES = 8 * 1024;
const FAST_FETCH_BYTES = 512 * 1024;
/** Often enough for a smooth lag curve, in ms. */
const COMMIT_INTERVAL_MS = 200;
/** Longest wait of an idle fetch, and so of a stop, in ms. */
const FETCH_WAIT_MS = 250;
const JOIN_DEADLINE_MS = 30_000;

export type KafkaConsumer = {
  start(handle: (delivery: Delivery) => Promise<void>): Promise<void>;
  state(): Omit<BrokerState, 'producerConnected'>;
  stop(): Promise<void>;
};

/** A group member that commits what was settled, and gives up after too many crashes. */
export function createKafkaConsumer(
  client: ReturnType<typeof createKafkaClient>,
  options: KafkaBrokerOptions,
): KafkaConsumer {
  const { settings, logger, onConsumerLost } = options;
  const restarts = createRestartBudget({ maxRestarts: 5, windowMs: 600_000 });
  const consumer = client.consumer({
    groupId: settings.group,
    maxBytesPerPartition: options.consumer.ratePerSecond === undefined ? FAST_FETCH_BYTES : SLOW_FETCH_BYTES,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => restarts.take(performance.now()) },
  });
  let consumerJoined = false;
  let lastProgressMs: number | undefined;
  const progress = (): void => {
    lastProgressMs = performance.now();
  };
  const leftGroup = (): void => {
    consumerJoined = false;
  };
  const joined = new Promise<void>((resolve) => {
    consumer.on('consumer.group_join', () => {
      consumerJoined = true;
      progress();
      resolve();
    });
  });
  consumer.on('consumer.rebalancing', leftGroup);
  consumer.on('consumer.stop', leftGroup);
  consumer.on('consumer.fetch', progress);
  consumer.on('consumer.crash', ({ payload }) => {
    leftGroup();
    logger.error({ reason: payload.error.message, restarting: payload.restart }, 'the consumer crashed');
    if (!payload.restart) onConsumerLost(payload.error);
  });

  return {
    start: async (handle) => {
      await consumer.connect();
      await consumer.subscribe({ topic: settings.topic, fromBeginning: true });
      await consumer.run({
        autoCommitInterval: COMMIT_INTERVAL_MS,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: settings.partitions,
        eachBatch: (payload) => handle(deliveryOf(payload, progress)),
      });
      await Promise.race([joined, joinDeadline(settings.group)]);
    },
    state: () => ({ consumerJoined, lastProgressMs }),
    stop: () => consumer.disconnect(),
  };
}

function deliveryOf(payload: EachBatchPayload, progress: () => void): Delivery {
  const { batch } = payload;
  return {
    partition: batch.partition,
    records: batch.messages.map(({ offset, value }) => ({ offset, value: value?.toString() ?? '' })),
    settle: async (offset) => {
      payload.resolveOffset(offset);
      progress();
      await payload.commitOffsetsIfNecessary();
      await payload.heartbeat();
    },
    keepAlive: async () => {
      progress();
      await payload.heartbeat();
    },
    isRunning: () => payload.isRunning() && !payload.isStale(),
  };
}

async function joinDeadline(group: string): Promise<never> {
  await sleep(JOIN_DEADLINE_MS, undefined, { ref: false });
  throw new KnownError(
    `the consumer did not join group ${group} within ${JOIN_DEADLINE_MS / 1_000} s`,
    'look at the broker’s log, or set COUPON_GROUP to a group no other program uses',
  );
}
