import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerLink } from '../broker-link.ts';
import type { TopicPartition } from '../topic-partition.ts';

export type BatchesQuestion = TopicPartition & { readonly offset: bigint };

export type BatchesAnswer = TopicPartition & {
  readonly errorCode: number;
  /** From the batch that holds the offset on; the last one may be cut off. */
  readonly bytes: Buffer;
};

export type FetchLimits = {
  /** Of the whole answer. The first partition that has anything gets one whole batch, however large. */
  readonly maxBytes: number;
  /** Of each partition; a first batch that is larger is left out, but for that of the first partition. */
  readonly maxBytesPerPartition: number;
};

/** Batches from an offset on, of any partitions that one broker leads, as they are there: Fetch v4, read uncommitted. */
export const askBatches = async (
  link: BrokerLink,
  questions: readonly BatchesQuestion[],
  { maxBytes, maxBytesPerPartition }: FetchLimits,
): Promise<BatchesAnswer[]> => {
  const writer = new ByteWriter().int32(-1).int32(0).int32(0).int32(maxBytes).int8(0);
  writer.array([...Map.groupBy(questions, ({ topic }) => topic)], ([topic, asked]) =>
    writer
      .string(topic)
      .array(asked, ({ partition, offset }) =>
        writer.int32(partition).int64(offset).int32(maxBytesPerPartition),
      ),
  );
  const reader = new ByteReader(
    await link.ask({ name: 'Fetch', key: 1, version: 4, flexibleFrom: 12, body: writer.finish() }),
  );
  reader.int32();
  const answers = reader.array(() => {
    const topic = reader.string() ?? '';
    return reader.array((): BatchesAnswer => {
      const [partition, errorCode] = [reader.int32(), reader.int16()];
      reader.int64();
      reader.int64();
      reader.array(() => [reader.int64(), reader.int64()]);
      return { topic, partition, errorCode, bytes: reader.blob() ?? Buffer.alloc(0) };
    });
  });
  return answers.flat();
};
