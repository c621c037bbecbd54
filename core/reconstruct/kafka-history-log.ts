import { setTimeout as delay } from 'node:timers/promises';
import { KnownError } from '../errors.ts';
import { errorName, kafkaErrors } from '../kafka/error-codes.ts';
import { connectKafka, type KafkaReader } from '../kafka/kafka-reader.ts';
import { leaders } from '../kafka/places.ts';
import { readBatches, type LogBatch } from '../kafka/record-batch.ts';
import { askBatches, type BatchesAnswer } from '../kafka/requests/fetch-batches.ts';
import type { TopicMetadata } from '../kafka/requests/metadata.ts';
import { createRouter, type Unread } from '../kafka/router.ts';
import type { KafkaSecurity } from '../kafka/security.ts';
import { partitionKey, type TopicPartition } from '../kafka/topic-partition.ts';
import type { HistoryLog } from './history-log.ts';
import type { LogEnd, RecordAtTime } from './produce-curve.ts';

const fetchBytes = 8 * 1024 * 1024;
/** Reading its log may take a broker a while. */
const requestTimeoutMs = 30_000;
/** What cannot be read is asked for again, for leaders move and brokers start. */
const attempts = 8;
const betweenAttemptsMs = 250;

export type OpenHistoryLog = HistoryLog & { close(): void };

/** Reads logs as `core/kafka` reads them: joins no group, and commits nothing. */
export const openHistoryLog = async (
  brokers: readonly string[],
  security?: KafkaSecurity,
): Promise<OpenHistoryLog> => {
  const reader = await connectKafka({ brokers, security, requestTimeoutMs });
  const fetchFrom = createRouter(reader.cluster, leaders(reader.cluster));

  const partitionsOf = async (topic: string): Promise<readonly number[] | undefined> => {
    const { topics } = await reader.cluster.metadata([topic]);
    if (topics[0]?.errorCode === kafkaErrors.TOPIC_AUTHORIZATION_FAILED) throw denied('Describe', topic);
    const found = topics.find((each) => each.errorCode !== kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION);
    return found === undefined || found.partitions.length === 0 ? undefined : ascending(found);
  };

  const boundsOf = (partitions: readonly TopicPartition[]) =>
    untilRead(() => reader.ends(partitions, { logStart: true, highWatermark: true }));

  return {
    partitions: partitionsOf,
    topics: async () => (await reader.topics()).map(({ name }) => name),
    groups: () => groupsOf(reader),
    ends: async (topic): Promise<LogEnd[]> => {
      const partitions = (await partitionsOf(topic)) ?? [];
      const bounds = await boundsOf(partitions.map((partition) => ({ topic, partition })));
      // An open transaction does not end the log: what it wrote was produced.
      return bounds.map(({ partition, end, highWatermark }) => ({ partition, end: highWatermark ?? end }));
    },
    recordsAt: async (topic, questions): Promise<RecordAtTime[]> => {
      const asked = questions.map(({ partition, atMs }) => ({ topic, partition, timestampMs: atMs }));
      return (await untilRead(() => reader.offsetsAt(asked))).map(({ found }) => found);
    },
    batches: async function* (topic, partition): AsyncGenerator<readonly LogBatch[]> {
      const of = { topic, partition };
      const [bounds] = await boundsOf([of]);
      const end = bounds?.highWatermark ?? 0n;
      for (let at = bounds?.logStart ?? 0n; at < end;) {
        const [answer] = await untilRead<BatchesAnswer>(async () => {
          const answers = await fetchFrom<BatchesAnswer>([of], async (link) => {
            const limits = { maxBytes: fetchBytes, maxBytesPerPartition: fetchBytes };
            const fetched = await askBatches(link, [{ ...of, offset: at }], limits);
            return new Map(fetched.map((each) => [partitionKey(each), each]));
          });
          return [...answers.values()].map((each) => ({ ...of, ...orUnread(each) }));
        });
        if (answer?.errorCode === kafkaErrors.TOPIC_AUTHORIZATION_FAILED) throw denied('Read', topic);
        // Retention may take the beginning of the log away meanwhile; a log may also have been cut off.
        if (answer?.errorCode === kafkaErrors.OFFSET_OUT_OF_RANGE) {
          const start = (await boundsOf([of]))[0]?.logStart ?? 0n;
          if (start <= at) return;
          at = start;
          continue;
        }
        const batches = readBatches(answer?.bytes ?? Buffer.alloc(0));
        const fresh = batches.filter(({ lastOffset }) => lastOffset >= at);
        const last = fresh.at(-1);
        // Compaction may leave nothing up to the end.
        if (last === undefined) return;
        yield fresh;
        at = last.lastOffset + 1n;
      }
    },
    close: () => void reader.close(),
  };
};

const ascending = ({ partitions }: TopicMetadata): number[] =>
  partitions.map(({ partition }) => partition).sort((left, right) => left - right);

/** None where we may not list them: they only serve to say which there are. */
const groupsOf = async (reader: KafkaReader): Promise<string[]> => {
  try {
    return (await reader.groups()).map(({ group }) => group);
  } catch (error) {
    if (error instanceof KnownError && error.code === 'not-authorized') return [];
    throw error;
  }
};

/** The answers, once all of them are there; a KnownError where one does not come in time. */
const untilRead = async <Answer extends TopicPartition>(
  ask: () => Promise<readonly (Answer | (TopicPartition & Unread))[]>,
): Promise<Answer[]> => {
  for (let attempt = 1; ; attempt += 1) {
    const read: Answer[] = [];
    let unread: (TopicPartition & Unread) | undefined;
    for (const answer of await ask()) {
      if ('reason' in answer) unread = answer;
      else read.push(answer);
    }
    if (unread === undefined) return read;
    if (attempt === attempts) throw unreadable(unread);
    await delay(betweenAttemptsMs);
  }
};

/** What the caller answers for; any other error counts as unread. */
const settled: readonly number[] = [
  kafkaErrors.NONE,
  kafkaErrors.TOPIC_AUTHORIZATION_FAILED,
  kafkaErrors.OFFSET_OUT_OF_RANGE,
];
const orUnread = (answer: BatchesAnswer | Unread): BatchesAnswer | Unread =>
  'reason' in answer || settled.includes(answer.errorCode) ? answer : { reason: errorName(answer.errorCode) };

const denied = (operation: 'Read' | 'Describe', topic: string): KnownError =>
  new KnownError(
    'not-authorized',
    `the broker does not let us ${operation.toLowerCase()} the topic '${topic}'`,
    {
      remedy: `grant it: kafka-acls --add --allow-principal User:<us> --operation ${operation} --topic ${topic}`,
    },
  );

const unreadable = ({ topic, partition, reason }: TopicPartition & Unread): KnownError =>
  new KnownError(
    'broker-unreachable',
    `partition ${partition} of the topic '${topic}' cannot be read: ${reason}`,
    { remedy: 'see whether its broker runs, and what its log says' },
  );
