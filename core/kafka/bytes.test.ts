import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from './bytes.ts';

describe('fields of the protocol', () => {
  it('come back as they were written', () => {
    const fields = fc.record({
      byte: fc.integer({ min: -128, max: 127 }),
      short: fc.integer({ min: -32_768, max: 32_767 }),
      int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      long: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      varint: fc.maxSafeNat(),
      text: fc.option(fc.string({ unit: 'binary', maxLength: 300 })),
      list: fc.array(fc.nat(1000), { maxLength: 300 }),
    });
    fc.assert(
      fc.property(fields, ({ byte, short, int, long, varint, text, list }) => {
        const written = new ByteWriter()
          .int8(byte)
          .int16(short)
          .int32(int)
          .int64(long)
          .unsignedVarint(varint)
          .string(text)
          .compactString(text);
        written.array(list, (each) => written.int32(each));
        written.compactArray(list, (each) => written.int16(each)).noTags();
        const reader = new ByteReader(written.finish());
        assert.deepEqual(
          [
            reader.int8(),
            reader.int16(),
            reader.int32(),
            reader.int64(),
            reader.unsignedVarint(),
            reader.string(),
            reader.compactString(),
            reader.array(() => reader.int32()),
            reader.compactArray(() => reader.int16()),
          ],
          [byte, short, int, long, varint, text, text, list, list],
        );
        reader.tags();
        assert.equal(reader.left, 0);
      }),
    );
  });

  it('are as good where what is written outgrows the room there was, at whatever field', () => {
    const long = (1n << 40n) + 7n;
    for (let before = 500; before <= 512; before += 1) {
      const writer = new ByteWriter().zeros(before).int8(-3).int16(-300).int32(-70_000).int64(long);
      const text = 'é'.repeat(700);
      writer.unsignedVarint(300_000).string(text).compactString(text).zeros(5000).int8(9);
      const reader = new ByteReader(writer.finish());
      reader.bytes(before);
      assert.deepEqual(
        [reader.int8(), reader.int16(), reader.int32(), reader.int64(), reader.unsignedVarint()],
        [-3, -300, -70_000, long, 300_000],
      );
      assert.equal(reader.string(), text);
      assert.equal(reader.compactString(), text);
      assert.ok(reader.bytes(5000).every((byte) => byte === 0));
      assert.equal(reader.int8(), 9);
    }
  });

  it('that are cut off are a RangeError, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const reader = new ByteReader(Buffer.from(bytes));
        try {
          reader.compactArray(() => [
            reader.compactString(),
            reader.array(() => reader.int64()),
            reader.tags(),
          ]);
        } catch (error) {
          assert.ok(error instanceof RangeError);
        }
      }),
    );
  });
});
