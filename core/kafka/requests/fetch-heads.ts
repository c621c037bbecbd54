import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerLink } from '../broker-link.ts';
import type { TopicPartition } from '../topic-partition.ts';

/** What stands before the records of a batch. */
export type BatchHead = {
  readonly lastOffset: bigint;
  /** It ends a transaction and holds no message. */
  readonly isControl: boolean;
};

export type HeadsAnswer = { readonly errorCode: number; readonly heads: readonly BatchHead[] };

/** Offset and length, which the length does not count. */
const prefixLength = 12;
/** Up to and with the attributes and the last offset's distance, of format 2 (KIP-98). */
const headLength = 27;

/** Heads of the batches from an offset on, as many as fit into `maxBytes`: Fetch v4, read uncommitted, records not looked at. */
export const askBatchHeads = async (
  link: BrokerLink,
  { topic, partition }: TopicPartition,
  offset: bigint,
  maxBytes: number,
): Promise<HeadsAnswer> => {
  const writer = new ByteWriter().int32(-1).int32(0).int32(0).int32(maxBytes).int8(0);
  writer.array([topic], (name) =>
    writer.string(name).array([partition], (index) => writer.int32(index).int64(offset).int32(maxBytes)),
  );
  const reader = new ByteReader(
    await link.ask({ name: 'Fetch', key: 1, version: 4, flexibleFrom: 12, body: writer.finish() }),
  );
  reader.int32();
  const answers = reader.array(() => {
    reader.string();
    return reader.array((): HeadsAnswer => {
      reader.int32();
      const errorCode = reader.int16();
      reader.int64();
      reader.int64();
      reader.array(() => [reader.int64(), reader.int64()]);
      return { errorCode, heads: readHeads(reader.blob() ?? Buffer.alloc(0)) };
    });
  });
  return answers.flat()[0] ?? { errorCode: -1, heads: [] };
};

/** A batch that is cut off behind its head still tells what it is. */
export const readHeads = (bytes: Buffer): BatchHead[] => {
  const heads: BatchHead[] = [];
  for (let at = 0; at + headLength <= bytes.length;) {
    // Before format 2 there were no transactions, and so no markers.
    const isControl = bytes.readInt8(at + 16) === 2 && (bytes.readInt16BE(at + 21) & 32) !== 0;
    const baseOffset = bytes.readBigInt64BE(at);
    heads.push({
      lastOffset: isControl ? baseOffset + BigInt(bytes.readInt32BE(at + 23)) : baseOffset,
      isControl,
    });
    at += prefixLength + bytes.readInt32BE(at + 8);
  }
  return heads;
};
