import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { compress } from 'snappyjs';
import { readBatches } from './record-batch.ts';

/**
 * A segment of __consumer_offsets as Kafka 4.1.1 wrote it: 'billing' commits, as a member and without one, in a committed
 * and in an aborted transaction, and is deleted; 'modern' is a group of the consumer protocol.
 */
const segment = readFileSync(new URL('../../fixtures/kafka/consumer-offsets-segment.bin', import.meta.url));

const lengthOf = (bytes: Buffer): number => 12 + bytes.readInt32BE(8);
/** Where the records of a batch begin. */
const headLength = 61;

/** A batch with the same records under a codec. */
const recompressed = (batch: Buffer, codec: number, pack: (records: Buffer) => Buffer): Buffer => {
  const records = pack(batch.subarray(headLength));
  const packed = Buffer.concat([batch.subarray(0, headLength), records]);
  packed.writeInt32BE(packed.length - 12, 8);
  packed.writeInt16BE(packed.readInt16BE(21) | codec, 21);
  return packed;
};

/** As Java's snappy writes it: a head, then blocks of at most 32 KiB with their lengths. */
const xerialSnappy = (records: Buffer): Buffer => {
  const half = records.length >> 1;
  const blocks = [records.subarray(0, half), records.subarray(half)].flatMap((part) => {
    const block = Buffer.from(compress(part));
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    return [length, block];
  });
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  return Buffer.concat([head, ...blocks]);
};

describe('readBatches', () => {
  it('reads every record of a real segment, and what it says of transactions', () => {
    const batches = readBatches(segment);
    const offsets = batches.flatMap(({ records }) => records.map(({ offset }) => offset));
    assert.deepEqual(
      offsets,
      Array.from({ length: 64 }, (_, index) => BigInt(index)),
    );
    assert.deepEqual(
      batches.filter(({ isControl }) => isControl).map(({ baseOffset }) => baseOffset),
      [15n, 17n],
    );
    assert.equal(batches.filter(({ isTransactional }) => isTransactional).length, 4);
  });

  it('leaves out a batch that is cut off', () => {
    const first = lengthOf(segment);
    for (const length of [0, 1, 60, first - 1])
      assert.deepEqual(readBatches(segment.subarray(0, length)), []);
    assert.equal(readBatches(segment.subarray(0, first + 30)).length, 1);
  });

  for (const [name, codec, pack] of [
    ['gzip', 1, gzipSync],
    ['snappy', 2, (records: Buffer) => Buffer.from(compress(records))],
    ["Java's snappy", 2, xerialSnappy],
    ['zstd', 4, zstdCompressSync],
  ] as const) {
    it(`reads batches compressed with ${name}`, () => {
      const batch = segment.subarray(0, lengthOf(segment));
      const [plain] = readBatches(batch);
      assert.deepEqual(readBatches(recompressed(batch, codec, pack)), [plain]);
    });
  }

  it('names a codec that it cannot read', () => {
    const batch = segment.subarray(0, lengthOf(segment));
    assert.throws(() => readBatches(recompressed(batch, 5, (records) => records)), /codec 5/);
  });
});
