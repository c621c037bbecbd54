import type { TimeQuestion } from '../produce-curve.ts';
import { ByteReader, ByteWriter } from '../../kafka/bytes.ts';
import { readBatches, type LogBatch } from '../../kafka/record-batch.ts';
import type { BrokerAddress, BrokerLink } from './broker-link.ts';

/*
 * The four requests that a reconstruction makes, in versions that every broker from 2.1 to 4 has and that have no tagged
 * fields. Field by field as in Kafka's message schemas.
 */

export type Metadata = {
  readonly brokers: ReadonlyMap<number, BrokerAddress>;
  readonly topics: readonly {
    readonly errorCode: number;
    readonly name: string;
    readonly partitions: readonly { readonly partition: number; readonly leader: number }[];
  }[];
};

/** Metadata v4; all topics where none is named. Never has one made. */
export const askMetadata = async (
  link: BrokerLink,
  topics: readonly string[] | undefined,
): Promise<Metadata> => {
  const writer = new ByteWriter();
  if (topics === undefined) writer.int32(-1);
  else writer.array(topics, (name) => writer.string(name));
  const body = writer.int8(0).finish();
  const answer = new ByteReader(await link.ask(3, 4, body));
  answer.int32();
  const brokers = answer.array(() => {
    const id = answer.int32();
    const address = { host: answer.string() ?? '', port: answer.int32() };
    answer.string();
    return [id, address] as const;
  });
  answer.string();
  answer.int32();
  return {
    brokers: new Map(brokers),
    topics: answer.array(() => {
      const errorCode = answer.int16();
      const name = answer.string() ?? '';
      answer.int8();
      const partitions = answer.array(() => {
        answer.int16();
        const partition = answer.int32();
        const leader = answer.int32();
        answer.array(() => answer.int32());
        answer.array(() => answer.int32());
        return { partition, leader };
      });
      return { errorCode, name, partitions };
    }),
  };
};

/** Names of the groups that a broker coordinates: ListGroups v2. */
export const askGroups = async (
  link: BrokerLink,
): Promise<{ readonly errorCode: number; readonly groups: readonly string[] }> => {
  const answer = new ByteReader(await link.ask(16, 2, Buffer.alloc(0)));
  answer.int32();
  const errorCode = answer.int16();
  const groups = answer.array(() => {
    const group = answer.string() ?? '';
    answer.string();
    return group;
  });
  return { errorCode, groups };
};

export type OffsetAnswer = {
  readonly partition: number;
  readonly errorCode: number;
  readonly timestampMs: number;
  /** -1 where there is no such record. */
  readonly offset: bigint;
};

/** In place of a time: the end of the log, and its start. */
export const logEnd = -1;
export const logStart = -2;

/** ListOffsets v2, of everything that is in the log: an open transaction does not end it. */
export const askOffsets = async (
  link: BrokerLink,
  topic: string,
  questions: readonly TimeQuestion[],
): Promise<OffsetAnswer[]> => {
  const writer = new ByteWriter().int32(-1).int8(0);
  writer.array([topic], (name) =>
    writer
      .string(name)
      .array(questions, ({ partition, atMs }) => writer.int32(partition).int64(BigInt(Math.round(atMs)))),
  );
  const body = writer.finish();
  const answer = new ByteReader(await link.ask(2, 2, body));
  answer.int32();
  return answer
    .array(() => {
      answer.string();
      return answer.array(() => ({
        partition: answer.int32(),
        errorCode: answer.int16(),
        timestampMs: Number(answer.int64()),
        offset: answer.int64(),
      }));
    })
    .flat();
};

export type FetchQuestion = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly maxBytes: number;
};

export type FetchAnswer = { readonly errorCode: number; readonly batches: readonly LogBatch[] };

/** Fetch v4 of one partition, read uncommitted: whose records count, their markers say. */
export const askRecords = async (
  link: BrokerLink,
  { topic, partition, offset, maxBytes }: FetchQuestion,
): Promise<FetchAnswer> => {
  const maxWaitMs = 500;
  const writer = new ByteWriter().int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes).int8(0);
  writer.array([topic], (name) =>
    writer.string(name).array([partition], (index) => writer.int32(index).int64(offset).int32(maxBytes)),
  );
  const body = writer.finish();
  const answer = new ByteReader(await link.ask(1, 4, body));
  answer.int32();
  const [first] = answer
    .array(() => {
      answer.string();
      return answer.array((): FetchAnswer => {
        answer.int32();
        const errorCode = answer.int16();
        answer.int64();
        answer.int64();
        answer.array(() => [answer.int64(), answer.int64()]);
        const length = answer.int32();
        return { errorCode, batches: length <= 0 ? [] : readBatches(answer.bytes(length)) };
      });
    })
    .flat();
  return first ?? { errorCode: unknownTopicOrPartition, batches: [] };
};

export const offsetOutOfRange = 1;
export const unknownTopicOrPartition = 3;
export const topicAuthorizationFailed = 29;
export const clusterAuthorizationFailed = 31;
/** Passing: no leader yet, the leader has moved, a time-out, storage trouble, an epoch that is not known yet. */
export const passingErrors: readonly number[] = [5, 6, 7, 9, 13, 14, 15, 16, 56, 74, 75, 76];
