import { PartitionList, type ByPartition } from '../by-partition.ts';
import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerLink } from '../broker-link.ts';
import { KeptParts } from '../kept-parts.ts';

export type CommittedQuestion = {
  readonly group: string;
  /** undefined: everything that the group has committed. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[] | undefined;
};

/** null: nothing committed. A number in an object: the error in its place. */
export type CommittedOffset = bigint | null | { readonly errorCode: number };

export type CommittedAnswer = {
  readonly group: string;
  readonly errorCode: number;
  readonly topics: ReadonlyMap<string, ByPartition<CommittedOffset>>;
};

const key = 9;

/**
 * Committed offsets of any number of groups that one broker coordinates: one request from Kafka 3.0 on (KIP-709), one for each
 * group before. As long as the questions are the same array, the answer of a group of which nothing has changed is the same object.
 * Stable offsets are not required: while a transaction that commits one is open, the offset before it is the answer, not an error.
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

/** Topics on which a group has committed anything. */
export type CommittedTopics = {
  readonly group: string;
  readonly errorCode: number;
  readonly topics: readonly string[];
};

/** Only the names of topics, of groups that one broker coordinates: the offsets are passed over, of which there may be 100,000. */
export const askCommittedTopics = async (
  link: BrokerLink,
  groups: readonly string[],
): Promise<CommittedTopics[]> => {
  const questions = groups.map((group) => ({ group, partitions: undefined }));
  const version = link.versionOf(key, [8, 8]);
  if (version === undefined) {
    const answers = await Promise.all(questions.map((question) => askOne(link, question)));
    return answers.map((answer) => ({ ...answer, topics: [...answer.topics.keys()] }));
  }
  const reader = new ByteReader(
    await link.ask({ name: 'OffsetFetch', key, version, flexibleFrom: 6, body: encode(questions) }),
  );
  reader.int32();
  return reader.compactArray(() => {
    const group = reader.compactString() ?? '';
    const topics = reader.compactArray(() => {
      const topic = reader.compactString() ?? '';
      for (let left = reader.unsignedVarint() - 1; left > 0; left -= 1) {
        // Partition, offset, leader epoch; metadata; error code.
        reader.skip(16);
        reader.skipCompact();
        reader.skip(2);
        reader.tags();
      }
      reader.tags();
      return topic;
    });
    const errorCode = reader.int16();
    reader.tags();
    return { group, errorCode, topics };
  });
};

const byTopic = (
  partitions: NonNullable<CommittedQuestion['partitions']>,
): (readonly [topic: string, partitions: number[]])[] =>
  [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, all]) => [
    topic,
    all.map(({ partition }) => partition),
  ]);

/** The same is asked for tick after tick. */
type Kept = { readonly body: Buffer; readonly answers: KeptParts<CommittedAnswer> };
const kept = new WeakMap<readonly CommittedQuestion[], Kept>();

const keptOf = (questions: readonly CommittedQuestion[]): Kept => {
  const known = kept.get(questions);
  if (known !== undefined) return known;
  const made = { body: encode(questions), answers: new KeptParts<CommittedAnswer>() };
  kept.set(questions, made);
  return made;
};

const encode = (questions: readonly CommittedQuestion[]): Buffer => {
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
  return writer.boolean(false).noTags().finish();
};

const askAll = async (
  link: BrokerLink,
  version: number,
  questions: readonly CommittedQuestion[],
): Promise<CommittedAnswer[]> => {
  const { body, answers } = keptOf(questions);
  const bytes = await link.ask({ name: 'OffsetFetch', key, version, flexibleFrom: 6, body });
  return answers.take(bytes, (reader, part) => {
    reader.int32();
    return reader.compactArray(() => {
      const group = reader.compactString() ?? '';
      return part(group, () => readGroup(reader, group));
    });
  });
};

/** What stands behind the name of a group. */
const readGroup = (reader: ByteReader, group: string): CommittedAnswer => {
  const topics = new Map<string, ByPartition<CommittedOffset>>();
  reader.compactArray(() => {
    const offsets = new PartitionList<CommittedOffset>();
    topics.set(reader.compactString() ?? '', offsets);
    for (let left = reader.unsignedVarint() - 1; left > 0; left -= 1) {
      const [partition, offset] = [reader.int32(), reader.int64()];
      reader.int32();
      reader.skipCompact();
      const errorCode = reader.int16();
      reader.tags();
      offsets.set(partition, errorCode === 0 ? known(offset) : { errorCode });
    }
    reader.tags();
  });
  const errorCode = reader.int16();
  reader.tags();
  return { group, errorCode, topics };
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
  const topics = new Map<string, ByPartition<CommittedOffset>>();
  reader.array(() => {
    const offsets = new PartitionList<CommittedOffset>();
    topics.set(reader.string() ?? '', offsets);
    reader.array(() => {
      const [partition, offset] = [reader.int32(), reader.int64()];
      reader.int32();
      reader.string();
      const errorCode = reader.int16();
      offsets.set(partition, errorCode === 0 ? known(offset) : { errorCode });
    });
  });
  return { group, errorCode: reader.int16(), topics };
};

const known = (offset: bigint): bigint | null => (offset < 0n ? null : offset);
