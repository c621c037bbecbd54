import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { uncompress } from 'snappyjs';
import { ByteReader } from './bytes.ts';
import { lz4Decompress } from './lz4.ts';

export type LogRecord = {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
};

/** A record batch of a log, its records decompressed. Offsets missing from it were removed by compaction. */
export type LogBatch = {
  readonly baseOffset: bigint;
  /** Of the batch as it was written: what compaction removed counts. */
  readonly lastOffset: bigint;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  /** Holds a transaction's marker instead of data. */
  readonly isControl: boolean;
  readonly records: readonly LogRecord[];
};

/** Length of what stands before the records of a batch: KIP-98, magic 2. */
const headLength = 61;
/** Offset and length, which the length does not count. */
const prefixLength = 12;

/** Batches as a fetch answers them; one that is cut off at the end is left out, to be fetched again. */
export const readBatches = (bytes: Buffer): LogBatch[] => {
  const batches: LogBatch[] = [];
  let at = 0;
  while (at + headLength <= bytes.length) {
    const end = at + prefixLength + bytes.readInt32BE(at + 8);
    if (end > bytes.length || end < at + headLength) break;
    batches.push(readBatch(bytes.subarray(at, end)));
    at = end;
  }
  return batches;
};

const readBatch = (bytes: Buffer): LogBatch => {
  const reader = new ByteReader(bytes);
  const baseOffset = reader.int64();
  reader.int32();
  reader.int32();
  const magic = reader.int8();
  if (magic !== 2) throw new Error(`a record batch of format ${magic}; Kafka 0.11 and later write format 2`);
  reader.int32();
  const attributes = reader.int16();
  const lastOffset = baseOffset + BigInt(reader.int32());
  const firstMs = Number(reader.int64());
  const lastMs = Number(reader.int64());
  const producerId = reader.int64();
  reader.int16();
  reader.int32();
  const count = reader.int32();
  const records = new ByteReader(decompress(attributes & 7, reader.bytes(reader.left)));
  const isAppendTime = (attributes & 8) !== 0;
  return {
    baseOffset,
    lastOffset,
    producerId,
    isTransactional: (attributes & 16) !== 0,
    isControl: (attributes & 32) !== 0,
    records: Array.from({ length: count }, () =>
      readRecord(records, baseOffset, isAppendTime ? () => lastMs : (delta) => firstMs + delta),
    ),
  };
};

const readRecord = (
  batch: ByteReader,
  baseOffset: bigint,
  timestampOf: (delta: number) => number,
): LogRecord => {
  const reader = new ByteReader(batch.bytes(batch.varint()));
  reader.int8();
  const timestampMs = timestampOf(reader.varint());
  const offset = baseOffset + BigInt(reader.varint());
  return { offset, timestampMs, key: field(reader), value: field(reader) };
};

const field = (reader: ByteReader): Buffer | null => {
  const length = reader.varint();
  return length < 0 ? null : reader.bytes(length);
};

/** Codecs by their number in a batch's attributes. */
const decompress = (codec: number, bytes: Buffer): Buffer => {
  switch (codec) {
    case 0:
      return bytes;
    case 1:
      return gunzipSync(bytes);
    case 2:
      return unsnappy(bytes);
    case 3:
      return lz4Decompress(bytes);
    case 4:
      return zstdDecompressSync(bytes);
    default:
      throw new Error(`record batches compressed with codec ${codec} cannot be read`);
  }
};

const xerial = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const xerialHeadLength = 16;

/** Java's snappy cuts what it compresses into blocks, each with its length before it. */
const unsnappy = (bytes: Buffer): Buffer => {
  if (!bytes.subarray(0, xerial.length).equals(xerial)) return Buffer.from(uncompress(bytes));
  const reader = new ByteReader(bytes.subarray(xerialHeadLength));
  const blocks: Buffer[] = [];
  while (reader.left > 0) blocks.push(Buffer.from(uncompress(reader.bytes(reader.int32()))));
  return Buffer.concat(blocks);
};
