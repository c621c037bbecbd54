import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readHeads } from './batch-head.ts';
import { lz4Decompress } from './lz4.ts';

/** A run of literals, then a match. */
type Sequence = { readonly literals: Buffer; readonly back: number; readonly length: number };

/** The rest of a length that the four bits of a token cannot hold. */
const lengthBytes = (length: number): number[] => {
  if (length < 15) return [];
  const bytes: number[] = [];
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) bytes.push(255);
  return [...bytes, rest];
};

const token = (literals: number, match: number): number =>
  (Math.min(15, literals) << 4) | Math.min(15, match);

/** A block by the description of the format, and what it stands for behind `before`. */
const blockOf = (
  sequences: readonly Sequence[],
  last: Buffer,
  before: Buffer,
): { block: Buffer; plain: Buffer } => {
  let plain = before;
  const parts: Buffer[] = [];
  for (const { literals, back, length } of sequences) {
    plain = Buffer.concat([plain, literals]);
    const offset = 1 + (back % Math.min(0xffff, Math.max(1, plain.length)));
    if (offset > plain.length) continue;
    const distance = Buffer.alloc(2);
    distance.writeUInt16LE(offset);
    parts.push(
      Buffer.from([token(literals.length, length), ...lengthBytes(literals.length)]),
      literals,
      distance,
      Buffer.from(lengthBytes(length)),
    );
    const copied: number[] = [];
    for (let index = 0; index < length + 4; index += 1)
      copied.push(
        index < offset ? (plain[plain.length - offset + index] ?? 0) : (copied[index - offset] ?? 0),
      );
    plain = Buffer.concat([plain, Buffer.from(copied)]);
  }
  parts.push(Buffer.from([token(last.length, 0), ...lengthBytes(last.length)]), last);
  return { block: Buffer.concat(parts), plain: Buffer.concat([plain, last]) };
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

type Options = { readonly checksums: boolean; readonly size: boolean; readonly content: boolean };

const frameOf = (blocks: readonly Buffer[], { checksums, size, content }: Options): Buffer =>
  Buffer.concat([
    int32(0x184d2204),
    Buffer.from([0x40 | (checksums ? 0x10 : 0) | (size ? 8 : 0) | (content ? 4 : 0), 0x40]),
    size ? Buffer.alloc(8) : Buffer.alloc(0),
    Buffer.from([0]),
    ...blocks.flatMap((block) => [int32(block.length), block, checksums ? int32(1) : Buffer.alloc(0)]),
    int32(0),
    content ? int32(2) : Buffer.alloc(0),
  ]);

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

const sequence = fc.record({
  literals: bytes(40),
  back: fc.nat({ max: 70_000 }),
  length: fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 600 })),
});

describe('lz4Decompress', () => {
  it('gives back what a frame was made of: matches that overlap, long lengths, blocks that go back to earlier ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(sequence, { maxLength: 8 }), bytes(300)), { minLength: 1, maxLength: 3 }),
        fc.record({ checksums: fc.boolean(), size: fc.boolean(), content: fc.boolean() }),
        (given, options) => {
          let plain: Buffer = Buffer.alloc(0);
          const blocks = given.map(([sequences, last]) => {
            const made = blockOf(sequences, last, plain);
            plain = made.plain;
            return made.block;
          });
          assert.deepEqual(lz4Decompress(frameOf(blocks, options)), plain);
        },
      ),
    );
  });

  it('takes blocks that are not compressed, and frames one after the other', () => {
    const stored = Buffer.concat([
      int32(0x184d2204),
      Buffer.from([0x60, 0x40, 0]),
      int32(0x80000003),
      Buffer.from('abc'),
      int32(0),
    ]);
    assert.equal(lz4Decompress(Buffer.concat([stored, stored])).toString(), 'abcabc');
  });

  it('ends with a RangeError, and soon, whatever the bytes', () => {
    const batches = readFileSync(new URL('../../fixtures/kafka/lz4-batches.bin', import.meta.url));
    const real = batches.subarray(61, readHeads(batches)[0]?.length);
    assert.ok(lz4Decompress(real).length > real.length);
    fc.assert(
      fc.property(
        fc.nat({ max: 20_000 }),
        fc.array(fc.tuple(fc.nat({ max: 20_000 }), fc.nat({ max: 255 })), { maxLength: 5 }),
        (cut, changes) => {
          const broken = Buffer.from(real.subarray(0, cut));
          for (const [at, value] of changes) if (at < broken.length) broken[at] = value;
          try {
            lz4Decompress(broken);
          } catch (error) {
            assert.ok(error instanceof RangeError, String(error));
          }
        },
      ),
    );
  });
});
