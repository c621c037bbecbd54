import { PartitionList, type ByPartition } from '../by-partition.ts';
import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerLink } from '../broker-link.ts';
import { isMoved } from '../error-codes.ts';
import { KeptParts } from '../kept-parts.ts';
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

/** Of those partitions of a topic that one leader has. */
export type TopicOffsets = ByPartition<OffsetAnswer> & {
  /** Another leader is to be asked for one of them. */
  readonly isAnyMoved: boolean;
};

/**
 * Asks one leader for one bound of the logs of its partitions, in one request: ListOffsets v5, which every broker from 2.2 on
 * takes. As long as the partitions are the same array, what is answered of a topic of which nothing has changed is the same object.
 */
export const askBound = async (
  link: BrokerLink,
  isolation: Isolation,
  partitions: readonly TopicPartition[],
  at: OffsetMoment,
): Promise<ReadonlyMap<string, TopicOffsets>> => {
  const { body, answers } = keptOf(isolation, partitions, at);
  const bytes = await link.ask({ name: 'ListOffsets', key, version: 5, flexibleFrom: 6, body });
  return answers.take(bytes, (reader, part) => {
    reader.int32();
    return new Map(
      reader.array(() => {
        const topic = reader.string() ?? '';
        return [topic, part(topic, () => readTopic(reader, topic))];
      }),
    );
  });
};

/** The same at a moment of each partition's own. */
export const askOffsets = async (
  link: BrokerLink,
  isolation: Isolation,
  partitions: readonly TopicPartition[],
  at: (of: TopicPartition) => OffsetMoment,
): Promise<ReadonlyMap<string, OffsetAnswer>> => {
  const body = encode(isolation, partitions, at);
  const reader = new ByteReader(
    await link.ask({ name: 'ListOffsets', key, version: 5, flexibleFrom: 6, body }),
  );
  reader.int32();
  const answers = new Map<string, OffsetAnswer>();
  reader.array(() => {
    for (const [, answer] of readTopic(reader, reader.string() ?? ''))
      answers.set(partitionKey(answer), answer);
  });
  return answers;
};

/** What stands behind the name of a topic. */
const readTopic = (reader: ByteReader, topic: string): TopicOffsets => {
  const offsets = new OffsetList();
  for (let left = reader.int32(); left > 0; left -= 1) {
    const [partition, errorCode] = [reader.int32(), reader.int16()];
    const timestampMs = Number(reader.int64());
    const [offset, leaderEpoch] = [reader.int64(), reader.int32()];
    offsets.set(partition, { topic, partition, errorCode, timestampMs, offset, leaderEpoch });
    offsets.isAnyMoved ||= isMoved(errorCode);
  }
  return offsets;
};

class OffsetList extends PartitionList<OffsetAnswer> {
  isAnyMoved = false;
}

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
type Kept = { readonly body: Buffer; readonly answers: KeptParts<TopicOffsets> };
const kept = new WeakMap<readonly TopicPartition[], Map<string, Kept>>();

const keptOf = (isolation: Isolation, partitions: readonly TopicPartition[], at: OffsetMoment): Kept => {
  let byBound = kept.get(partitions);
  if (byBound === undefined) kept.set(partitions, (byBound = new Map()));
  const bound = `${isolation} ${at}`;
  let known = byBound.get(bound);
  if (known === undefined) {
    known = { body: encode(isolation, partitions, () => at), answers: new KeptParts() };
    byBound.set(bound, known);
  }
  return known;
};

const encode = (
  isolation: Isolation,
  partitions: readonly TopicPartition[],
  at: (of: TopicPartition) => OffsetMoment,
): Buffer => {
  const writer = new ByteWriter().int32(-1).int8(isolation === 'committed' ? 1 : 0);
  return writer
    .array([...Map.groupBy(partitions, ({ topic }) => topic)], ([topic, those]) =>
      writer.string(topic).array(those, (each) => writer.int32(each.partition).int32(-1).int64(at(each))),
    )
    .finish();
};
