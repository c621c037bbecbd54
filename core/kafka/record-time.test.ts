import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readHeads } from './batch-head.ts';
import { readBatches } from './record-batch.ts';
import { recordTimeAt } from './record-time.ts';

/** What Kafka's own console producer wrote 900 records of order n in, in batches of up to 200 kB. */
const captured = (codec: string): Buffer =>
  readFileSync(new URL(`../../fixtures/kafka/${codec}-batches.bin`, import.meta.url));
const codecs = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** The same batch with other attributes. */
const withAttributes = (batch: Buffer, set: number): Buffer => {
  const copy = Buffer.from(batch);
  copy.writeInt16BE(copy.readInt16BE(21) | set, 21);
  return copy;
};
const appendTime = 8;
const control = 32;
const deleteHorizon = 64;

for (const [codec, number] of Object.entries(codecs)) {
  describe(`batches that a Java producer compressed with ${codec}`, () => {
    const bytes = captured(codec);
    const records = readBatches(bytes).flatMap((batch) => batch.records);

    it('are what was written, byte by byte', () => {
      assert.equal(bytes.readInt16BE(21) & 7, number);
      assert.deepEqual(
        records.map(({ offset, value }) => [Number(offset), JSON.parse(value?.toString() ?? '').order]),
        Array.from({ length: 900 }, (_, index) => [index, index]),
      );
    });

    it('give the time of each record', () => {
      for (const { offset, timestampMs } of records) {
        const time = recordTimeAt(bytes, offset);
        assert.equal(time?.clock, 'producer');
        assert.equal(time.offset, offset);
        assert.ok(time.lowMs !== null && time.lowMs <= timestampMs && timestampMs <= time.highMs);
        assert.ok(time.highMs - time.lowMs <= 1);
      }
    });

    it('bound it by their heads alone where they are cut off', () => {
      const [head] = readHeads(bytes);
      assert.ok(head?.times?.firstMs != null);
      const time = recordTimeAt(bytes.subarray(0, 100), 5n);
      assert.deepEqual(time, {
        offset: 5n,
        lowMs: head.times.firstMs,
        highMs: head.times.maxMs,
        clock: 'producer',
      });
    });
  });
}

describe('recordTimeAt', () => {
  const bytes = captured('lz4');
  const [head] = readHeads(bytes);
  assert.ok(head?.times?.firstMs != null);
  const first = bytes.subarray(0, head.length);

  it('is the broker’s own time where the topic has LogAppendTime', () => {
    assert.deepEqual(recordTimeAt(withAttributes(first, appendTime), 5n), {
      offset: 5n,
      lowMs: head.times?.maxMs,
      highMs: head.times?.maxMs,
      clock: 'broker',
    });
  });

  it('passes over markers, and batches before the offset', () => {
    const marker = withAttributes(first, control);
    assert.equal(recordTimeAt(marker, 0n), undefined);
    const next = Buffer.from(first);
    next.writeBigInt64BE(900n, 0);
    assert.equal(recordTimeAt(Buffer.concat([marker, next]), 0n)?.offset, 900n);
    assert.equal(recordTimeAt(Buffer.concat([first, next]), 900n)?.offset, 900n);
  });

  it('does not take the time of a deletion for that of a record', () => {
    const cut = withAttributes(first, deleteHorizon).subarray(0, 100);
    assert.equal(recordTimeAt(cut, 0n)?.lowMs, null);
  });

  it('has none of what carries no timestamp, or is no batch', () => {
    const without = Buffer.from(first);
    without.writeBigInt64BE(-1n, 27);
    without.writeBigInt64BE(-1n, 35);
    assert.equal(recordTimeAt(without, 0n), undefined);
    assert.equal(recordTimeAt(Buffer.alloc(0), 0n), undefined);
  });

  it('takes the bounds of the head where the records cannot be read, and never throws', () => {
    const unknownCodec = withAttributes(first, 7);
    // Beyond 1 ms between its first record and its latest, it has to be read.
    unknownCodec.writeBigInt64BE(BigInt(head.times?.firstMs ?? 0) + 500n, 35);
    const time = recordTimeAt(unknownCodec, 5n);
    assert.deepEqual([time?.lowMs, time?.highMs], [head.times?.firstMs, (head.times?.firstMs ?? 0) + 500]);
    fc.assert(
      fc.property(
        fc.nat({ max: first.length }),
        fc.array(fc.tuple(fc.nat({ max: first.length - 1 }), fc.nat({ max: 255 })), { maxLength: 6 }),
        fc.bigInt({ min: 0n, max: 1000n }),
        (cut, changes, offset) => {
          const broken = Buffer.from(first.subarray(0, cut));
          for (const [at, value] of changes) if (at < broken.length) broken[at] = value;
          recordTimeAt(broken, offset);
        },
      ),
    );
  });
});
