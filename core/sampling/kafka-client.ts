import { Kafka, logLevel, type Admin } from 'kafkajs';
import { KnownError, messageOf } from '../errors.ts';

/*
 * The only file that imports kafkajs. lagline reads offsets and group states; it joins no group and commits nothing.
 */

export type EndOffset = { readonly partition: number; readonly end: bigint; readonly logStart: bigint };

export type KafkaReader = {
  /** Committed offsets by partition; null where nothing was committed. */
  committed(group: string, topics: readonly string[]): Promise<Map<string, Map<number, bigint | null>>>;
  /** Read-committed end offset and log start of each partition. */
  ends(topic: string): Promise<readonly EndOffset[]>;
  groups(): Promise<readonly string[]>;
  topics(): Promise<readonly string[]>;
  /** Topics the group has committed offsets on, or whose partitions its members hold. */
  topicsOf(group: string): Promise<readonly string[]>;
  close(): Promise<void>;
};

export type KafkaReaderOptions = {
  readonly brokers: readonly string[];
  /** Longest wait for one request, in ms. */
  readonly requestTimeoutMs?: number;
};

/** Connects; a broker that refuses or does not answer within about 10 s is a KnownError. */
export const connectKafka = async ({
  brokers,
  requestTimeoutMs = 5000,
}: KafkaReaderOptions): Promise<KafkaReader> => {
  silenceNegativeTimeoutWarning();
  const kafka = new Kafka({
    clientId: 'lagline',
    brokers: [...brokers],
    connectionTimeout: 3000,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: { retries: 1, initialRetryTime: 100, maxRetryTime: 500 },
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  const unreachable = (why: string, cause?: unknown): KnownError =>
    new KnownError('broker-unreachable', `no Kafka broker answers at ${brokers.join(', ')}: ${why}`, {
      remedy:
        'check the address (the broker must also advertise an address this machine can reach) and that the broker runs',
      ...(cause === undefined ? {} : { cause }),
    });
  try {
    await withTimeout(
      admin.connect().then(() => admin.listTopics()),
      10_000,
    );
  } catch (error) {
    void admin.disconnect().catch(() => {});
    throw isSilent(error)
      ? unreachable('it accepts connections, but does not answer as a broker', error)
      : unreachable(messageOf(error), error);
  }
  return reader(admin);
};

const reader = (admin: Admin): KafkaReader => ({
  committed: async (group, topics) => {
    const answer = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
    return new Map(
      answer.map(({ topic, partitions }) => [
        topic,
        new Map(partitions.map((each) => [each.partition, committedOffset(each.offset)])),
      ]),
    );
  },
  ends: async (topic) =>
    (await admin.fetchTopicOffsets(topic)).map(({ partition, high, low }) => ({
      partition,
      end: BigInt(high),
      logStart: BigInt(low),
    })),
  groups: async () => (await admin.listGroups()).groups.map(({ groupId }) => groupId),
  topics: () => admin.listTopics(),
  topicsOf: (group) => topicsOf(admin, group),
  close: () => admin.disconnect(),
});

const committedOffset = (text: string): bigint | null => (text === '-1' ? null : BigInt(text));

const topicsOf = async (admin: Admin, group: string): Promise<string[]> => {
  const committed = await admin.fetchOffsets({ groupId: group });
  const { groups } = await admin.describeGroups([group]);
  const assigned = groups.flatMap(({ members }) =>
    members.flatMap((member) => assignedTopics(member.memberAssignment)),
  );
  return [...new Set([...committed.map(({ topic }) => topic), ...assigned])].sort();
};

/** Consumer protocol assignment: version int16, then an array of (topic string, partitions int32[]). */
const assignedTopics = (assignment: Buffer): string[] => {
  const topics: string[] = [];
  try {
    let at = 2;
    const count = assignment.readInt32BE(at);
    at += 4;
    for (let index = 0; index < count; index += 1) {
      const length = assignment.readInt16BE(at);
      topics.push(assignment.toString('utf8', at + 2, at + 2 + length));
      at += 2 + length;
      at += 4 + 4 * assignment.readInt32BE(at);
    }
  } catch {
    // A member of another protocol (Connect, Streams) packs its assignment otherwise; its topics show up once it commits.
  }
  return topics;
};

class TimedOut extends Error {}

/** kafkajs drops a connection whose request got no answer, and then complains that there is none. */
const isSilent = (error: unknown): boolean =>
  error instanceof TimedOut || /^Broker not connected$|^Request .* timed out/.test(messageOf(error));

const withTimeout = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut()), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
};

let isSilenced = false;

/** kafkajs 2.2.4 sets a negative timeout on Node 24 (its issue 1751); that one warning is kept off stderr. */
const silenceNegativeTimeoutWarning = (): void => {
  if (isSilenced) return;
  isSilenced = true;
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    const name = typeof rest[0] === 'string' ? rest[0] : warning instanceof Error ? warning.name : undefined;
    if (name !== 'TimeoutNegativeWarning') (emitWarning as (...all: unknown[]) => void)(warning, ...rest);
  };
};
