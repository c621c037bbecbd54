import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import type { Faults } from '../faults/switches.ts';
import type { Logger } from '../logger.ts';
import type { BrokerPort, DeadLetter, ProduceOutcome } from '../ports.ts';
import { createKafkaClient, defaultPartitioner } from './kafka-client.ts';
import type { Producer } from './kafka-client.ts';
import { outcomeOfFailure } from './produce-outcome.ts';
import { deadLetterTopic } from './topics.ts';

/** One attempt per produce request: a retry inside the client would hide that an attempt was ambiguous. */
const PRODUCE_LIMITS = { connectTimeoutMs: 2_000, requestTimeoutMs: 4_000, retries: 0 };
/** After this long without an answer a request counts as ambiguous, in ms. */
const PRODUCE_DEADLINE_MS = 5_000;

export type KafkaProducerOptions = {
  readonly settings: Config['kafka'];
  readonly faults: Faults;
  readonly logger: Logger;
};

export type KafkaProducer = Pick<BrokerPort, 'produce' | 'produceRaw' | 'deadLetter'> & {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** False from a request without an answer until the next one that is acknowledged. */
  isConnected(): boolean;
};

/** Produces with acks=all. */
export function createKafkaProducer({ settings, faults, logger }: KafkaProducerOptions): KafkaProducer {
  const { topic } = settings;
  const producer = createKafkaClient(settings.brokers, PRODUCE_LIMITS, logger).producer({
    allowAutoTopicCreation: false,
    createPartitioner: defaultPartitioner,
    retry: { retries: PRODUCE_LIMITS.retries },
  });
  const isSkewed = createSkew();
  let isConnected = false;

  const sendLetters = async (messages: Letter[]): Promise<void> => {
    const timeout = PRODUCE_LIMITS.requestTimeoutMs;
    await producer.send({ topic: deadLetterTopic(topic), messages, acks: -1, timeout });
  };
  const sendAlone = async (letter: DeadLetter): Promise<void> => {
    const message = letterOf(letter, topic);
    try {
      await sendLetters([message]);
    } catch (error) {
      if (outcomeOfFailure(error).kind !== 'refused') throw error;
      // Where it came from is enough to look at it, as long as the topic keeps it.
      const sizes = {
        value_bytes: String(letter.value?.length ?? 0),
        key_bytes: String(letter.key?.length ?? 0),
      };
      await sendLetters([{ key: null, value: null, headers: { ...message.headers, ...sizes } }]);
    }
  };

  return {
    connect: async () => {
      await producer.connect();
      isConnected = true;
    },
    disconnect: async () => {
      isConnected = false;
      await producer.disconnect();
    },
    isConnected: () => isConnected,
    produce: async (coupons) => {
      const messages = coupons.map((coupon) => ({
        key: coupon.userId,
        value: JSON.stringify(coupon),
        ...(isSkewed(faults.value('records.skew')) ? { partition: 0 } : {}),
      }));
      const outcome = await sendOnce(producer, topic, messages);
      if (outcome.kind !== 'refused') isConnected = outcome.kind === 'acknowledged';
      return outcome;
    },
    produceRaw: async (values) => {
      await producer.send({ topic, messages: values.map((value) => ({ value })), acks: -1 });
    },
    deadLetter: async (letters) => {
      try {
        await sendLetters(letters.map((letter) => letterOf(letter, topic)));
      } catch (error) {
        if (outcomeOfFailure(error).kind !== 'refused') throw error;
        // Together they may be too large for a request, and one of them for the topic.
        for (const letter of letters) await sendAlone(letter);
      }
      isConnected = true;
    },
  };
}

/** Picks a share of all the records it is asked about, evenly spread, so that no randomness is needed. */
function createSkew(): (share: number) => boolean {
  let due = 0;
  return (share) => {
    due += share;
    if (due < 1) return false;
    due -= 1;
    return true;
  };
}

type Letter = {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, string>;
};

function letterOf({ key, value, reason, partition, offset }: DeadLetter, topic: string): Letter {
  return { key, value, headers: { reason, topic, partition: String(partition), offset } };
}

type Message = { readonly key: string; readonly value: string; readonly partition?: number };

async function sendOnce(producer: Producer, topic: string, messages: Message[]): Promise<ProduceOutcome> {
  const deadline = new AbortController();
  const sent = producer
    .send({ topic, messages, acks: -1, timeout: PRODUCE_LIMITS.requestTimeoutMs })
    .then((): ProduceOutcome => ({ kind: 'acknowledged' }))
    .catch((error: unknown) => outcomeOfFailure(error));
  const late = sleep(PRODUCE_DEADLINE_MS, undefined, { signal: deadline.signal, ref: false }).then(
    (): ProduceOutcome => ({ kind: 'unknown', reason: `no answer within ${PRODUCE_DEADLINE_MS} ms` }),
    () => sent,
  );
  const outcome = await Promise.race([sent, late]);
  deadline.abort();
  return outcome;
}
