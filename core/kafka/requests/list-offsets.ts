import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerLink } from '../broker-link.ts';
import { partitionKey, type TopicPartition } from '../topic-partition.ts';

/** In place of a time: the start of the log, and its end. */
export const logStart = -2n;
export const logEnd = -1n;

/** `uncommitted`: the high watermark; `committed`: the last stable offset, before which no transaction is open. */
export type Isolation = 'uncommitted' | 'committed';

/** `logStart`, `logEnd`, or ms since the epoch: the first record with that time or a later one. */
export type OffsetMoment = bigint;

export type OffsetAnswer = {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Of the record; -1 for the ends of the log. */
  readonly timestampMs: number;
  /** -1 where there is no such record. */
  readonly offset: bigint;
  /** -1 where the broker does not tell. */
  readonly leaderEpoch: number;
};

const key = 2;

/**
 * Asks one leader for offsets of any of its partitions, in one request: ListOffsets v5, which every broker from 2.2 on takes.
 * `at` is the same for all of them, or says it for each.
 */
export const askOffsets = async (
  link: BrokerLink,
  isolation: Isolation,
  partitions: readonly TopicPartition[],
  at: OffsetMoment | ((of: TopicPartition) => OffsetMoment),
): Promise<Map<string, OffsetAnswer>> => {
  const body = new ByteWriter()
    .int32(-1)
    .int8(isolation === 'committed' ? 1 : 0)
    .raw(typeof at === 'bigint' ? encodedOnce(partitions, at) : encode(partitions, at))
    .finish();
  const reader = new ByteReader(
    await link.ask({ name: 'ListOffsets', key, version: 5, flexibleFrom: 6, body }),
  );
  reader.int32();
  const answers = new Map<string, OffsetAnswer>();
  reader.array(() => {
    const topic = reader.string() ?? '';
    for (let left = reader.int32(); left > 0; left -= 1) {
      const answer: OffsetAnswer = {
        topic,
        partition: reader.int32(),
        errorCode: reader.int16(),
        timestampMs: Number(reader.int64()),
        offset: reader.int64(),
        leaderEpoch: reader.int32(),
      };
      answers.set(partitionKey(answer), answer);
    }
  });
  return answers;
};

/** In place of a time: the record with the greatest time (KIP-734). */
const greatestTime = -3n;
const greatestTimeVersion = 7;

/**
 * Greatest time of a record in each partition that one leader has, in ms since the epoch; -1 where there is none. ListOffsets v7,
 * which brokers from 3.0 on take; undefined of older ones.
 */
export const askGreatestTimes = async (
  link: BrokerLink,
  partitions: readonly TopicPartition[],
): Promise<Pick<OffsetAnswer, 'topic' | 'partition' | 'errorCode' | 'timestampMs'>[] | undefined> => {
  const version = link.versionOf(key, [greatestTimeVersion, greatestTimeVersion]);
  if (version === undefined) return undefined;
  const writer = new ByteWriter().int32(-1).int8(0);
  writer
    .compactArray([...Map.groupBy(partitions, ({ topic }) => topic)], ([topic, asked]) =>
      writer
        .compactString(topic)
        .compactArray(asked, ({ partition }) =>
          writer.int32(partition).int32(-1).int64(greatestTime).noTags(),
        )
        .noTags(),
    )
    .noTags();
  const reader = new ByteReader(
    await link.ask({ name: 'ListOffsets', key, version, flexibleFrom: 6, body: writer.finish() }),
  );
  reader.int32();
  const answers = reader.compactArray(() => {
    const topic = reader.compactString() ?? '';
    const ofTopic = reader.compactArray(() => {
      const [partition, errorCode] = [reader.int32(), reader.int16()];
      const timestampMs = Number(reader.int64());
      // Offset and leader epoch.
      reader.int64();
      reader.int32();
      reader.tags();
      return { topic, partition, errorCode, timestampMs };
    });
    reader.tags();
    return ofTopic;
  });
  return answers.flat();
};

/** The same partitions are asked for tick after tick. */
const kept = new WeakMap<readonly TopicPartition[], Map<OffsetMoment, Buffer>>();

const encodedOnce = (partitions: readonly TopicPartition[], at: OffsetMoment): Buffer => {
  const byMoment = kept.get(partitions) ?? new Map<OffsetMoment, Buffer>();
  kept.set(partitions, byMoment);
  const bytes = byMoment.get(at) ?? encode(partitions, () => at);
  byMoment.set(at, bytes);
  return bytes;
};

const encode = (partitions: readonly TopicPartition[], at: (of: TopicPartition) => OffsetMoment): Buffer => {
  const writer = new ByteWriter();
  return writer
    .array([...Map.groupBy(partitions, ({ topic }) => topic)], ([topic, those]) =>
      writer.string(topic).array(those, (each) => writer.int32(each.partition).int32(-1).int64(at(each))),
    )
    .finish();
};
