import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../errors.ts';
import type { BrokerState, Delivery } from '../ports.ts';
import type { KafkaBrokerOptions } from './kafka-broker.ts';
import type { Consumer, ConsumerConfig, createKafkaClient, EachBatchPayload } from './kafka-client.ts';
import { createRestartBudget } from './restart-budget.ts';

/** Small deliveries of a slow consumer keep its partitions abreast: the next fetch waits for the slowest. */
const SLOW_FETCH_BYTES = 8 * 1024;
const FAST_FETCH_BYTES = 512 * 1024;
/** Often enough for a smooth lag curve, in ms. */
const COMMIT_INTERVAL_MS = 200;
/** Longest wait of an idle fetch, and so of a stop, in ms. */
const FETCH_WAIT_MS = 250;
/** A member that vanished holds up its successor for the session: short enough for a quick restart. */
const MEMBERSHIP = { sessionTimeout: 10_000, heartbeatInterval: 2_000, rebalanceTimeout: 20_000 };
const JOIN_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 2_500;
/** Together with the client's own attempts these span an outage of about two minutes. */
const RESTARTS = { maxRestarts: 12, windowMs: 600_000 };
const RESTART_PAUSE_MS = 2_000;

export type KafkaConsumer = {
  start(handle: (delivery: Delivery) => Promise<void>): Promise<void>;
  state(): Omit<BrokerState, 'producerConnected'>;
  stop(): Promise<void>;
};

/**
 * A group member that commits what was settled. After a crash a new member takes over, also where the
 * client itself would give up, as it does when no broker answers; after too many crashes none does.
 */
export function createKafkaConsumer(
  client: ReturnType<typeof createKafkaClient>,
  options: KafkaBrokerOptions,
): KafkaConsumer {
  const { settings, logger, onConsumerLost } = options;
  const restarts = createRestartBudget(RESTARTS);
  const stopping = new AbortController();
  const state: { consumerJoined: boolean; lastProgressMs: number | undefined } = {
    consumerJoined: false,
    lastProgressMs: undefined,
  };
  let member: Consumer | undefined;

  const run = async (handle: (delivery: Delivery) => Promise<void>, onJoin: () => void): Promise<void> => {
    const consumer = client.consumer(consumerConfig(options));
    member = consumer;
    const progress = (): void => {
      state.lastProgressMs = performance.now();
    };
    const leftGroup = (): void => {
      state.consumerJoined = false;
    };
    consumer.on('consumer.group_join', () => {
      state.consumerJoined = true;
      progress();
      onJoin();
    });
    consumer.on('consumer.rebalancing', leftGroup);
    consumer.on('consumer.stop', leftGroup);
    consumer.on('consumer.fetch', progress);
    consumer.on('consumer.crash', ({ payload }) => {
      leftGroup();
      void replace(payload.error, handle);
    });
    await consumer.connect();
    await consumer.subscribe({ topic: settings.topic, fromBeginning: true });
    await consumer.run({
      autoCommitInterval: COMMIT_INTERVAL_MS,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: settings.partitions,
      eachBatch: (payload) => handle(deliveryOf(payload, progress)),
    });
  };

  const replace = async (cause: Error, handle: (delivery: Delivery) => Promise<void>): Promise<void> => {
    for (let error = cause; !stopping.signal.aborted;) {
      logger.error({ reason: error.message }, 'the consumer crashed');
      if (!restarts.take(performance.now())) return onConsumerLost(error);
      await sleep(RESTART_PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        return await run(handle, () => undefined);
      } catch (failure) {
        error = failure instanceof Error ? failure : new Error(String(failure));
      }
    }
  };

  return {
    start: async (handle) => {
      const joined = new Promise<void>((resolve, reject) => {
        run(handle, resolve).catch(reject);
      });
      await Promise.race([joined, joinDeadline(settings.group)]);
    },
    state: () => ({ ...state }),
    stop: async () => {
      stopping.abort();
      // Leaving the group of a broker that does not answer would take longer than a stop may.
      await Promise.race([member?.disconnect(), sleep(STOP_DEADLINE_MS, undefined, { ref: false })]);
    },
  };
}

function consumerConfig({ settings, consumer }: KafkaBrokerOptions): ConsumerConfig {
  return {
    groupId: settings.group,
    maxBytesPerPartition: consumer.ratePerSecond === undefined ? FAST_FETCH_BYTES : SLOW_FETCH_BYTES,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    ...MEMBERSHIP,
    retry: { restartOnFailure: async () => false },
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
