import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { KnownError, messageOf } from '../errors.ts';
import type { Faults } from '../faults/switches.ts';
import type { Logger } from '../logger.ts';
import type { BrokerState, Delivery } from '../ports.ts';
import { createConsumerProgress } from './consumer-progress.ts';
import type { Consumer, ConsumerConfig, EachBatchPayload, Kafka } from './kafka-client.ts';
import { createOffsetCommits } from './offset-commits.ts';
import type { OffsetCommits } from './offset-commits.ts';
import { createRestartBudget } from './restart-budget.ts';
import { rewind } from './rewind.ts';

/** Small deliveries of a slow consumer keep its partitions abreast: the next fetch waits for the slowest. */
const SLOW_FETCH_BYTES = 8 * 1024;
const FAST_FETCH_BYTES = 512 * 1024;
/** Longest wait of an idle fetch, and so of a stop, in ms. */
const FETCH_WAIT_MS = 250;
const REBALANCE_TIMEOUT_MS = 20_000;
const JOIN_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 2_500;
/** Together with the client's own attempts these span an outage of about two minutes. */
const RESTARTS = { maxRestarts: 12, windowMs: 600_000, pauseMs: 2_000 };

export type KafkaConsumerOptions = {
  readonly settings: Config['kafka'];
  readonly consumer: Config['consumer'];
  readonly faults: Faults;
  readonly logger: Logger;
  /** Called once when the consumer has given up for good. */
  readonly onConsumerLost: (error: Error) => void;
  readonly restarts?: typeof RESTARTS;
};

export type KafkaConsumer = {
  start(handle: (delivery: Delivery) => Promise<void>): Promise<void>;
  state(): Omit<BrokerState, 'producerConnected'>;
  stop(): Promise<void>;
};

/** One membership of the group, from joining to leaving or crashing. */
type Member = { readonly consumer: Consumer; readonly commits: OffsetCommits };

/**
 * A group member that commits what was settled. After a crash a new member takes over, also where the
 * client itself would give up, as it does when no broker answers; after too many crashes none does.
 */
export function createKafkaConsumer(client: Kafka, options: KafkaConsumerOptions): KafkaConsumer {
  const { settings, consumer: consumption, faults, logger, onConsumerLost, restarts = RESTARTS } = options;
  const nowMs = (): number => performance.now();
  const budget = createRestartBudget(restarts);
  const stopping = new AbortController();
  const progress = createConsumerProgress(nowMs);
  let consumerJoined = false;
  let member: Member | undefined;

  const joined = Promise.withResolvers<void>();

  const run = async (handle: (delivery: Delivery) => Promise<void>): Promise<void> => {
    const consumer = client.consumer(consumerConfig(options));
    const commits = createOffsetCommits({
      intervalMs: () => faults.value('consumer.commit_interval') || consumption.commitIntervalMs,
      nowMs,
    });
    member = { consumer, commits };
    let partitions: readonly number[] = [];
    const leave = (): void => {
      consumerJoined = false;
      commits.left();
    };
    consumer.on('consumer.group_join', ({ payload }) => {
      partitions = payload.memberAssignment[settings.topic] ?? [];
      consumerJoined = true;
      commits.joined();
      progress.idle();
      joined.resolve();
    });
    consumer.on('consumer.rebalancing', leave);
    consumer.on('consumer.stop', leave);
    consumer.on('consumer.fetch', () => {
      progress.idle();
      const count = faults.take('consumer.redeliver');
      if (count === 0) return;
      const { group, topic } = settings;
      rewind(client, consumer, { group, topic, partitions, count }).catch((error: unknown) => {
        logger.warn({ reason: messageOf(error) }, 'could not have records delivered again');
      });
    });
    consumer.on('consumer.crash', ({ payload }) => {
      leave();
      commits.stop();
      void replace(payload.error, handle);
    });
    await consumer.connect();
    await consumer.subscribe({ topic: settings.topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: consumption.concurrency,
      eachBatch: async (payload) => {
        const work = progress.begin();
        commits.follow(payload);
        try {
          await handle(deliveryOf(payload, { advance: work.advance, commits }));
        } catch (error) {
          // Whatever comes next, a new generation or a new member, begins at the committed offsets.
          await commits.flush();
          throw asCrash(error);
        } finally {
          work.end();
        }
        if (!payload.isRunning()) await commits.flush();
      },
    });
  };

  const replace = async (cause: Error, handle: (delivery: Delivery) => Promise<void>): Promise<void> => {
    for (let error = cause; !stopping.signal.aborted;) {
      logger.error({ reason: error.message }, 'the consumer crashed');
      if (!budget.take(performance.now())) return onConsumerLost(error);
      await sleep(restarts.pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        return await run(handle);
      } catch (failure) {
        error = failure instanceof Error ? failure : new Error(String(failure));
      }
    }
  };

  return {
    start: async (handle) => {
      // A first member that crashes, as before a new broker has its groups, is replaced like any other.
      run(handle).catch(joined.reject);
      await Promise.race([joined.promise, joinDeadline(settings.group)]);
    },
    state: () => ({ consumerJoined, lastProgressMs: progress.lastMs() }),
    stop: async () => {
      stopping.abort();
      // Leaving the group of a broker that does not answer would take longer than a stop may.
      await Promise.race([member && leaveGroup(member), sleep(STOP_DEADLINE_MS, undefined, { ref: false })]);
      member?.commits.stop();
    },
  };
}

function consumerConfig({ settings, consumer }: KafkaConsumerOptions): ConsumerConfig {
  const isSlow = consumer.ratePerSecond !== undefined || consumer.delayMs > 0;
  return {
    groupId: settings.group,
    maxBytesPerPartition: isSlow ? SLOW_FETCH_BYTES : FAST_FETCH_BYTES,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    sessionTimeout: consumer.sessionTimeoutMs,
    heartbeatInterval: Math.floor(consumer.sessionTimeoutMs / 5),
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    retry: { restartOnFailure: async () => false },
  };
}

function deliveryOf(
  payload: EachBatchPayload,
  { advance, commits }: { readonly advance: () => void; readonly commits: OffsetCommits },
): Delivery {
  const { batch } = payload;
  return {
    partition: batch.partition,
    records: batch.messages.map(({ offset, value, key }) => ({ offset, value, key })),
    settle: async (offset) => {
      payload.resolveOffset(offset);
      advance();
      commits.throwFailure();
      await payload.heartbeat();
    },
    keepAlive: () => payload.heartbeat(),
    noteProgress: advance,
    isRunning: () => payload.isRunning() && !payload.isStale(),
  };
}

async function leaveGroup({ consumer, commits }: Member): Promise<void> {
  await commits.flush();
  await consumer.disconnect();
}

/**
 * The client deals with what it threw itself: it joins again, or tries again. It would do the latter with
 * any other error too, where the member is to be replaced, which is counted and bounded.
 */
function asCrash(error: unknown): unknown {
  if (error instanceof Error && error.name.startsWith('KafkaJS')) return error;
  return Object.assign(new Error(messageOf(error), { cause: error }), { retriable: false });
}

async function joinDeadline(group: string): Promise<never> {
  await sleep(JOIN_DEADLINE_MS, undefined, { ref: false });
  throw new KnownError(
    `the consumer did not join group ${group} within ${JOIN_DEADLINE_MS / 1_000} s`,
    'look at the broker’s log, or set COUPON_GROUP to a group no other program uses',
  );
}
