import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerLink } from '../broker-link.ts';

/** In place of a time: the start of the log, and its end. */
export const logStart = -2n;
export const logEnd = -1n;

/** `uncommitted`: the high watermark; `committed`: the last stable offset, before which no transaction is open. */
export type Isolation = 'uncommitted' | 'committed';

export type OffsetQuestion = {
  readonly topic: string;
  readonly partition: number;
  /** `logStart`, `logEnd`, or ms since the epoch: the first record with that time or a later one. */
  readonly at: bigint;
};

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

/** Asks one leader for offsets of any of its partitions, in one request: ListOffsets v5, which every broker from 2.2 on takes. */
export const askOffsets = async (
  link: BrokerLink,
  isolation: Isolation,
  questions: readonly OffsetQuestion[],
): Promise<OffsetAnswer[]> => {
  const writer = new ByteWriter().int32(-1).int8(isolation === 'committed' ? 1 : 0);
  writer.array([...Map.groupBy(questions, ({ topic }) => topic)], ([topic, asked]) =>
    writer.string(topic).array(asked, ({ partition, at }) => writer.int32(partition).int32(-1).int64(at)),
  );
  const reader = new ByteReader(
    await link.ask({ name: 'ListOffsets', key, version: 5, flexibleFrom: 6, body: writer.finish() }),
  );
  reader.int32();
  const answers: OffsetAnswer[] = [];
  reader.array(() => {
    const topic = reader.string() ?? '';
    reader.array(() => {
      answers.push({
        topic,
        partition: reader.int32(),
        errorCode: reader.int16(),
        timestampMs: Number(reader.int64()),
        offset: reader.int64(),
        leaderEpoch: reader.int32(),
      });
    });
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
  partitions: readonly Pick<OffsetQuestion, 'topic' | 'partition'>[],
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
