import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerAddress, BrokerLink } from '../broker-link.ts';
import { kafkaErrors } from '../error-codes.ts';

export type PartitionMetadata = {
  readonly partition: number;
  /** Broker id; -1 while there is none. */
  readonly leader: number;
  /** -1 where the broker does not tell. */
  readonly leaderEpoch: number;
};

export type TopicMetadata = {
  readonly name: string;
  /** Another one after the topic was deleted and made again; undefined where the broker does not tell (before 2.8). */
  readonly id: string | undefined;
  readonly isInternal: boolean;
  readonly errorCode: number;
  readonly partitions: readonly PartitionMetadata[];
};

export type ClusterMetadata = {
  readonly brokers: ReadonlyMap<number, BrokerAddress>;
  readonly topics: readonly TopicMetadata[];
};

const key = 3;

/** Brokers and topics; all topics where none is named. Never has one made. */
export const askMetadata = async (
  link: BrokerLink,
  topics: readonly string[] | undefined,
): Promise<ClusterMetadata> => {
  const version = link.versionOf(key, [12, 12]) ?? 7;
  const isFlexible = version >= 9;
  const writer = new ByteWriter();
  if (isFlexible) {
    if (topics === undefined) writer.unsignedVarint(0);
    else writer.compactArray(topics, (name) => writer.zeros(16).compactString(name).noTags());
    writer.boolean(false).boolean(false).noTags();
  } else {
    if (topics === undefined) writer.int32(-1);
    else writer.array(topics, (name) => writer.string(name));
    writer.boolean(false);
  }
  const answer = await link.ask({ name: 'Metadata', key, version, flexibleFrom: 9, body: writer.finish() });
  return isFlexible ? readFlexible(new ByteReader(answer)) : readPlain(new ByteReader(answer));
};

const readFlexible = (reader: ByteReader): ClusterMetadata => {
  reader.int32();
  const brokers = reader.compactArray((): [number, BrokerAddress] => {
    const [id, host, port] = [reader.int32(), reader.compactString() ?? '', reader.int32()];
    reader.compactString();
    reader.tags();
    return [id, { host, port }];
  });
  reader.compactString();
  reader.int32();
  const topics = reader.compactArray((): TopicMetadata => {
    const [errorCode, name, id, isInternal] = [
      reader.int16(),
      reader.compactString() ?? '',
      reader.uuid(),
      reader.boolean(),
    ];
    const partitions = reader.compactArray(() => {
      reader.int16();
      const [partition, leader, leaderEpoch] = [reader.int32(), reader.int32(), reader.int32()];
      for (let list = 0; list < 3; list += 1) reader.compactArray(() => reader.int32());
      reader.tags();
      return { partition, leader, leaderEpoch };
    });
    reader.int32();
    reader.tags();
    return { name, id, isInternal, errorCode, partitions };
  });
  return { brokers: new Map(brokers), topics };
};

/** Version 7: leader epochs, no topic ids. */
const readPlain = (reader: ByteReader): ClusterMetadata => {
  reader.int32();
  const brokers = reader.array((): [number, BrokerAddress] => {
    const [id, host, port] = [reader.int32(), reader.string() ?? '', reader.int32()];
    reader.string();
    return [id, { host, port }];
  });
  reader.string();
  reader.int32();
  const topics = reader.array((): TopicMetadata => {
    const [errorCode, name, isInternal] = [reader.int16(), reader.string() ?? '', reader.boolean()];
    const partitions = reader.array(() => {
      reader.int16();
      const [partition, leader, leaderEpoch] = [reader.int32(), reader.int32(), reader.int32()];
      for (let list = 0; list < 3; list += 1) reader.array(() => reader.int32());
      return { partition, leader, leaderEpoch };
    });
    return { name, id: undefined, isInternal, errorCode, partitions };
  });
  return { brokers: new Map(brokers), topics };
};

export const isMissing = ({ errorCode, partitions }: TopicMetadata): boolean =>
  errorCode === kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION || (errorCode === 0 && partitions.length === 0);
