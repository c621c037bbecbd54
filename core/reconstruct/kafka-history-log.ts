import { setTimeout as delay } from 'node:timers/promises';
import { KnownError, messageOf } from '../errors.ts';
import { explainFailure } from '../kafka/explain-failure.ts';
import { noSecurity, type KafkaSecurity } from '../kafka/security.ts';
import type { LogBatch } from '../kafka/record-batch.ts';
import type { HistoryLog } from './history-log.ts';
import type { LogEnd, RecordAtTime, TimeQuestion } from './produce-curve.ts';
import { openLink, type BrokerAddress, type BrokerLink } from './wire/broker-link.ts';
import {
  askGroups,
  askMetadata,
  askOffsets,
  askRecords,
  clusterAuthorizationFailed,
  logEnd,
  logStart,
  offsetOutOfRange,
  passingErrors,
  topicAuthorizationFailed,
  unknownTopicOrPartition,
  type Metadata,
  type OffsetAnswer,
} from './wire/requests.ts';

/** A broker works on one request of a connection at a time. */
const linksPerBroker = 3;
const fetchBytes = 8 * 1024 * 1024;
const attempts = 8;
const betweenAttemptsMs = 250;

export type OpenHistoryLog = HistoryLog & { close(): void };

/**
 * Reads logs by four requests alone: Metadata, ListGroups, ListOffsets and Fetch, over the connections of core/kafka. kafkajs's
 * own consumer joins a group, and its admin client does not tell the timestamps that ListOffsets answers with.
 */
export const openHistoryLog = async (
  brokers: readonly string[],
  security: KafkaSecurity = noSecurity,
): Promise<OpenHistoryLog> => {
  const pool = linkPool(security);
  const first = await bootstrap(brokers, pool, security);
  const metadataOf = (topics?: readonly string[]): Promise<Metadata> => askMetadata(first, topics);
  const topicOf = async (
    topic: string,
  ): Promise<Metadata & { readonly found: Metadata['topics'][number] }> => {
    const metadata = await metadataOf([topic]);
    const [found] = metadata.topics;
    if (found?.errorCode === topicAuthorizationFailed) throw denied('Describe', topic);
    return {
      ...metadata,
      found: found ?? { errorCode: unknownTopicOrPartition, name: topic, partitions: [] },
    };
  };
  const partitionsOf = async (topic: string): Promise<readonly number[] | undefined> => {
    const { found } = await topicOf(topic);
    if (found.errorCode === unknownTopicOrPartition || found.partitions.length === 0) return undefined;
    return found.partitions.map(({ partition }) => partition).sort((left, right) => left - right);
  };
  const leaders = new Map<string, BrokerAddress>();
  const leaderOf = async (topic: string, partition: number): Promise<BrokerAddress | undefined> => {
    const key = JSON.stringify([topic, partition]);
    if (!leaders.has(key)) {
      const { found, brokers: known } = await topicOf(topic);
      for (const each of found.partitions) {
        const address = known.get(each.leader);
        if (address !== undefined) leaders.set(JSON.stringify([topic, each.partition]), address);
      }
    }
    return leaders.get(key);
  };
  const offsets = async (topic: string, questions: readonly TimeQuestion[]): Promise<OffsetAnswer[]> => {
    const answers = new Map<number, OffsetAnswer>();
    for (let attempt = 1; ; attempt += 1) {
      const open = questions.filter(({ partition }) => !answers.has(partition));
      const led = await Promise.all(
        open.map(async (question) => ({ question, leader: await leaderOf(topic, question.partition) })),
      );
      const byLeader = Map.groupBy(led, ({ leader }) => leader);
      await Promise.all(
        [...byLeader].map(async ([leader, asked]) => {
          if (leader === undefined) return;
          const link = await pool.linkTo(leader);
          for (const answer of await askOffsets(
            link,
            topic,
            asked.map(({ question }) => question),
          )) {
            if (answer.errorCode === topicAuthorizationFailed) throw denied('Describe', topic);
            if (answer.errorCode === 0) answers.set(answer.partition, answer);
            else if (!isPassing(answer.errorCode)) throw refused('ListOffsets', topic, answer.errorCode);
          }
        }),
      );
      const found = questions.flatMap(({ partition }) => answers.get(partition) ?? []);
      if (found.length === questions.length) return found;
      if (attempt === attempts) throw refused('ListOffsets', topic, unknownTopicOrPartition);
      leaders.clear();
      await delay(betweenAttemptsMs);
    }
  };
  const boundary = async (topic: string, partition: number, atMs: number): Promise<bigint> =>
    (await offsets(topic, [{ partition, atMs }]))[0]?.offset ?? 0n;

  return {
    partitions: partitionsOf,
    topics: async () => (await metadataOf()).topics.map(({ name }) => name),
    groups: async () => {
      const all = [...(await metadataOf([])).brokers.values()];
      const answers = await Promise.all(all.map(async (address) => askGroups(await pool.linkTo(address))));
      if (answers.some(({ errorCode }) => errorCode === clusterAuthorizationFailed)) return [];
      return answers.flatMap(({ groups }) => groups);
    },
    ends: async (topic): Promise<LogEnd[]> => {
      const partitions = (await partitionsOf(topic)) ?? [];
      const found = await offsets(
        topic,
        partitions.map((partition) => ({ partition, atMs: logEnd })),
      );
      return found.map(({ partition, offset }) => ({ partition, end: offset }));
    },
    recordsAt: async (topic, questions) =>
      (await offsets(topic, questions)).map(({ offset, timestampMs }): RecordAtTime =>
        offset < 0n ? null : { offset, timestampMs },
      ),
    batches: async function* (topic, partition): AsyncGenerator<readonly LogBatch[]> {
      const end = await boundary(topic, partition, logEnd);
      let at = await boundary(topic, partition, logStart);
      let failures = 0;
      while (at < end) {
        const leader = await leaderOf(topic, partition);
        const answer =
          leader === undefined
            ? { errorCode: passingErrors[0] ?? 5, batches: [] }
            : await askRecords(await pool.linkTo(leader), {
                topic,
                partition,
                offset: at,
                maxBytes: fetchBytes,
              });
        const { errorCode, batches } = answer;
        if (errorCode === topicAuthorizationFailed) throw denied('Read', topic);
        // Retention may take the beginning of the log away meanwhile.
        if (errorCode === offsetOutOfRange) at = await boundary(topic, partition, logStart);
        else if (errorCode === 0) {
          const fresh = batches.filter(({ lastOffset }) => lastOffset >= at);
          const last = fresh.at(-1);
          // Compaction may leave nothing up to the end.
          if (last === undefined) return;
          yield fresh;
          at = last.lastOffset + 1n;
          failures = 0;
          continue;
        } else if (!isPassing(errorCode)) throw refused('Fetch', topic, errorCode);
        failures += 1;
        if (failures === attempts) throw refused('Fetch', topic, errorCode);
        leaders.clear();
        await delay(betweenAttemptsMs);
      }
    },
    close: () => pool.close(),
  };
};

const isPassing = (errorCode: number): boolean =>
  errorCode === unknownTopicOrPartition || passingErrors.includes(errorCode);

/** Whatever breaks on the way is the broker not answering any more. */
const guarded = async (key: string, address: BrokerAddress, security: KafkaSecurity): Promise<BrokerLink> => {
  const known = (error: unknown): never => {
    throw unreachable([key], messageOf(error), error);
  };
  const link = await openLink(address, security).catch(known);
  return {
    ask: (apiKey, version, body) => link.ask(apiKey, version, body).catch(known),
    close: () => link.close(),
  };
};

/** Connections by address, a few to each, taken in turn. */
const linkPool = (security: KafkaSecurity) => {
  const links = new Map<string, Promise<BrokerLink>[]>();
  let turn = 0;
  return {
    linkTo: (address: BrokerAddress): Promise<BrokerLink> => {
      const key = `${address.host}:${address.port}`;
      const open = links.get(key) ?? [];
      links.set(key, open);
      if (open.length < linksPerBroker) {
        const link = guarded(key, address, security);
        open.push(link);
        // Whoever asked for it hears of the failure; the next one gets another.
        link.catch(() => links.delete(key));
        return link;
      }
      turn += 1;
      return open[turn % open.length] as Promise<BrokerLink>;
    },
    close: (): void => {
      for (const open of links.values())
        for (const link of open)
          link.then(
            (each) => each.close(),
            () => {},
          );
    },
  };
};

/** The first of the addresses that answers. */
const bootstrap = async (
  brokers: readonly string[],
  pool: ReturnType<typeof linkPool>,
  security: KafkaSecurity,
): Promise<BrokerLink> => {
  const problems: unknown[] = [];
  for (const broker of brokers) {
    const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(broker) ?? [];
    try {
      const link = await pool.linkTo({ host, port: Number(port) });
      await askMetadata(link, []);
      return link;
    } catch (error) {
      problems.push(error instanceof KnownError ? error.cause : error);
    }
  }
  pool.close();
  throw explainFailure(brokers, problems, security);
};

const unreachable = (brokers: readonly string[], why: string, cause?: unknown): KnownError =>
  new KnownError('broker-unreachable', `no Kafka broker answers at ${brokers.join(', ')}: ${why}`, {
    remedy:
      'check the address (the broker must also advertise an address this machine can reach) and that the broker runs',
    ...(cause === undefined ? {} : { cause }),
  });

const denied = (operation: 'Read' | 'Describe', topic: string): KnownError =>
  new KnownError(
    'not-authorized',
    `the broker does not let us ${operation.toLowerCase()} the topic '${topic}'`,
    {
      remedy: `grant it: kafka-acls --add --allow-principal User:<us> --operation ${operation} --topic ${topic}`,
    },
  );

const refused = (request: string, topic: string, errorCode: number): KnownError =>
  new KnownError(
    'broker-unreachable',
    `the broker refuses ${request} of the topic '${topic}': Kafka error ${errorCode}`,
    { remedy: 'see the log of the broker' },
  );
