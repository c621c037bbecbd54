import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerLink } from '../broker-link.ts';

export type CommittedQuestion = {
  readonly group: string;
  /** undefined: everything that the group has committed. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[] | undefined;
};

export type CommittedOffset = {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** null: nothing committed. */
  readonly offset: bigint | null;
};

export type CommittedAnswer = {
  readonly group: string;
  readonly errorCode: number;
  readonly offsets: readonly CommittedOffset[];
};

const key = 9;

/**
 * Committed offsets of any number of groups that one broker coordinates: one request from Kafka 3.0 on (KIP-709), one for each
 * group before. `isStable` leaves a transactional commit out until its transaction ends: the offset is then an error.
 */
export const askCommitted = async (
  link: BrokerLink,
  questions: readonly CommittedQuestion[],
): Promise<CommittedAnswer[]> => {
  const version = link.versionOf(key, [8, 8]);
  return version === undefined
    ? Promise.all(questions.map((question) => askOne(link, question)))
    : askAll(link, version, questions);
};

const byTopic = (
  partitions: NonNullable<CommittedQuestion['partitions']>,
): (readonly [topic: string, partitions: number[]])[] =>
  [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, all]) => [
    topic,
    all.map(({ partition }) => partition),
  ]);

const askAll = async (
  link: BrokerLink,
  version: number,
  questions: readonly CommittedQuestion[],
): Promise<CommittedAnswer[]> => {
  const writer = new ByteWriter();
  writer.compactArray(questions, ({ group, partitions }) => {
    writer.compactString(group);
    if (partitions === undefined) writer.unsignedVarint(0);
    else
      writer.compactArray(byTopic(partitions), ([topic, asked]) =>
        writer
          .compactString(topic)
          .compactArray(asked, (partition) => writer.int32(partition))
          .noTags(),
      );
    writer.noTags();
  });
  writer.boolean(false).noTags();
  const reader = new ByteReader(
    await link.ask({ name: 'OffsetFetch', key, version, flexibleFrom: 6, body: writer.finish() }),
  );
  reader.int32();
  return reader.compactArray((): CommittedAnswer => {
    const group = reader.compactString() ?? '';
    const offsets: CommittedOffset[] = [];
    reader.compactArray(() => {
      const topic = reader.compactString() ?? '';
      reader.compactArray(() => {
        const [partition, offset] = [reader.int32(), reader.int64()];
        reader.int32();
        reader.compactString();
        const errorCode = reader.int16();
        reader.tags();
        offsets.push({ topic, partition, errorCode, offset: known(offset) });
      });
      reader.tags();
    });
    const errorCode = reader.int16();
    reader.tags();
    return { group, errorCode, offsets };
  });
};

/** Version 5, without tags. */
const askOne = async (
  link: BrokerLink,
  { group, partitions }: CommittedQuestion,
): Promise<CommittedAnswer> => {
  const writer = new ByteWriter().string(group);
  if (partitions === undefined) writer.int32(-1);
  else
    writer.array(byTopic(partitions), ([topic, asked]) =>
      writer.string(topic).array(asked, (partition) => writer.int32(partition)),
    );
  const reader = new ByteReader(
    await link.ask({ name: 'OffsetFetch', key, version: 5, flexibleFrom: 6, body: writer.finish() }),
  );
  reader.int32();
  const offsets: CommittedOffset[] = [];
  reader.array(() => {
    const topic = reader.string() ?? '';
    reader.array(() => {
      const [partition, offset] = [reader.int32(), reader.int64()];
      reader.int32();
      reader.string();
      offsets.push({ topic, partition, errorCode: reader.int16(), offset: known(offset) });
    });
  });
  return { group, errorCode: reader.int16(), offsets };
};

const known = (offset: bigint): bigint | null => (offset < 0n ? null : offset);
