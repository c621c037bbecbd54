import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerLink } from '../broker-link.ts';

/** Broker ids of the groups' coordinators, or the error that there is instead: FindCoordinator v4, or v2 group by group. */
export const askCoordinators = async (
  link: BrokerLink,
  groups: readonly string[],
): Promise<{ readonly group: string; readonly errorCode: number; readonly broker: number }[]> => {
  const [key, name] = [10, 'FindCoordinator'];
  if (link.versionOf(key, [4, 4]) === undefined) {
    return Promise.all(
      groups.map(async (group) => {
        const body = new ByteWriter().string(group).int8(0).finish();
        const reader = new ByteReader(await link.ask({ name, key, version: 2, flexibleFrom: 3, body }));
        reader.int32();
        const errorCode = reader.int16();
        reader.string();
        return { group, errorCode, broker: reader.int32() };
      }),
    );
  }
  const writer = new ByteWriter().int8(0);
  writer.compactArray(groups, (group) => writer.compactString(group)).noTags();
  const reader = new ByteReader(
    await link.ask({ name, key, version: 4, flexibleFrom: 3, body: writer.finish() }),
  );
  reader.int32();
  return reader.compactArray(() => {
    const [group, broker] = [reader.compactString() ?? '', reader.int32()];
    reader.compactString();
    reader.int32();
    const errorCode = reader.int16();
    reader.compactString();
    reader.tags();
    return { group, errorCode, broker };
  });
};

export type ListedGroup = {
  readonly group: string;
  /** `consumer` for consumers of the classic protocol; empty for those that only commit. */
  readonly protocolType: string;
  /** As the broker calls it: Stable, Empty, …; undefined before 2.6. */
  readonly state: string | undefined;
  /** `classic`, `consumer` (KIP-848), `share`, `streams`, in small letters; undefined before 3.8, where all are classic. */
  readonly type: string | undefined;
};

/** Groups that one broker coordinates; of every state and type. */
export const askGroups = async (
  link: BrokerLink,
): Promise<{ readonly errorCode: number; readonly groups: readonly ListedGroup[] }> => {
  const [key, name] = [16, 'ListGroups'];
  const version = link.versionOf(key, [4, 5]) ?? 2;
  const isFlexible = version >= 3;
  const writer = new ByteWriter();
  if (isFlexible) {
    // No filters of states, nor of types.
    writer.unsignedVarint(1);
    if (version >= 5) writer.unsignedVarint(1);
    writer.noTags();
  }
  const reader = new ByteReader(
    await link.ask({ name, key, version, flexibleFrom: 3, body: writer.finish() }),
  );
  reader.int32();
  const errorCode = reader.int16();
  const groups = isFlexible
    ? reader.compactArray((): ListedGroup => {
        const [group, protocolType] = [reader.compactString() ?? '', reader.compactString() ?? ''];
        const state = reader.compactString() ?? undefined;
        const type = version >= 5 ? reader.compactString()?.toLowerCase() : undefined;
        reader.tags();
        return { group, protocolType, state, type };
      })
    : reader.array((): ListedGroup => ({
        group: reader.string() ?? '',
        protocolType: reader.string() ?? '',
        state: undefined,
        type: undefined,
      }));
  return { errorCode, groups };
};

export type GroupMember = {
  readonly memberId: string;
  readonly clientId: string;
  /** As the broker prints it: `/127.0.0.1`. */
  readonly host: string;
  readonly assigned: readonly { readonly topic: string; readonly partition: number }[];
};

export type DescribedGroup = {
  readonly group: string;
  readonly errorCode: number;
  readonly state: string;
  readonly members: readonly GroupMember[];
};

/** Groups of the classic protocol: DescribeGroups v2. A group that there is not is `Dead`. */
export const askClassicGroups = async (
  link: BrokerLink,
  groups: readonly string[],
): Promise<DescribedGroup[]> => {
  const writer = new ByteWriter();
  writer.array(groups, (group) => writer.string(group));
  const reader = new ByteReader(
    await link.ask({ name: 'DescribeGroups', key: 15, version: 2, flexibleFrom: 5, body: writer.finish() }),
  );
  reader.int32();
  return reader.array((): DescribedGroup => {
    const [errorCode, group, state, protocolType] = [
      reader.int16(),
      reader.string() ?? '',
      reader.string() ?? '',
      reader.string() ?? '',
    ];
    reader.string();
    const members = reader.array((): GroupMember => {
      const [memberId, clientId, host] = [
        reader.string() ?? '',
        reader.string() ?? '',
        reader.string() ?? '',
      ];
      reader.blob();
      const assignment = reader.blob();
      return {
        memberId,
        clientId,
        host,
        assigned: protocolType === 'consumer' ? readAssignment(assignment) : [],
      };
    });
    return { group, errorCode, state, members };
  });
};

/** The consumers' own format: version, then topics with their partitions. Empty where it is another. */
const readAssignment = (bytes: Buffer | null): GroupMember['assigned'] => {
  if (bytes === null || bytes.length === 0) return [];
  try {
    const reader = new ByteReader(bytes);
    reader.int16();
    return reader
      .array(() => {
        const topic = reader.string() ?? '';
        return reader.array(() => ({ topic, partition: reader.int32() }));
      })
      .flat();
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
};

export const consumerGroupDescribeKey = 69;

/** Groups of the consumer protocol (KIP-848): ConsumerGroupDescribe v0. */
export const askConsumerGroups = async (
  link: BrokerLink,
  groups: readonly string[],
): Promise<DescribedGroup[]> => {
  const writer = new ByteWriter();
  writer
    .compactArray(groups, (group) => writer.compactString(group))
    .boolean(false)
    .noTags();
  const reader = new ByteReader(
    await link.ask({
      name: 'ConsumerGroupDescribe',
      key: consumerGroupDescribeKey,
      version: 0,
      flexibleFrom: 0,
      body: writer.finish(),
    }),
  );
  reader.int32();
  return reader.compactArray((): DescribedGroup => {
    const errorCode = reader.int16();
    reader.compactString();
    const [group, state] = [reader.compactString() ?? '', reader.compactString() ?? ''];
    reader.int32();
    reader.int32();
    reader.compactString();
    const members = reader.compactArray(() => readMember(reader));
    reader.int32();
    reader.tags();
    return { group, errorCode, state, members };
  });
};

const readMember = (reader: ByteReader): GroupMember => {
  const memberId = reader.compactString() ?? '';
  reader.compactString();
  reader.compactString();
  reader.int32();
  const [clientId, host] = [reader.compactString() ?? '', reader.compactString() ?? ''];
  reader.compactArray(() => reader.compactString());
  reader.compactString();
  const assigned = readTopicPartitions(reader);
  readTopicPartitions(reader);
  reader.tags();
  return { memberId, clientId, host, assigned };
};

const readTopicPartitions = (reader: ByteReader): GroupMember['assigned'] => {
  const all = reader.compactArray(() => {
    reader.uuid();
    const topic = reader.compactString() ?? '';
    const partitions = reader.compactArray(() => ({ topic, partition: reader.int32() }));
    reader.tags();
    return partitions;
  });
  reader.tags();
  return all.flat();
};
