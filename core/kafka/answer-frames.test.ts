import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AnswerFrames, giveUp } from './answer-frames.ts';

const framed = (content: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length);
  return Buffer.concat([length, content]);
};

/** Each chunk as a socket tells it: in a memory of its own. */
const chunksOf = (bytes: Buffer, lengths: readonly number[]): Buffer[] => {
  const chunks: Buffer[] = [];
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const length = Math.min(lengths[index % lengths.length] ?? 1, bytes.length - at);
    const chunk = Buffer.allocUnsafeSlow(length);
    bytes.copy(chunk, 0, at);
    chunks.push(chunk);
    at += length;
  }
  return chunks;
};

const take = (chunks: readonly Buffer[]): Buffer[] => {
  const frames = new AnswerFrames();
  const told: Buffer[] = [];
  for (const chunk of chunks) frames.take(chunk, (frame) => told.push(frame));
  return told;
};

describe('answers of a broker', () => {
  it('are told whole and in their order, however they are cut', () =>
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        (contents, lengths) => {
          const answers = contents.map(framed);
          assert.deepEqual(take(chunksOf(Buffer.concat(answers), lengths)), answers);
        },
      ),
    ));

  it('of many megabytes are told as they came, and their chunks given up', () => {
    const answer = framed(Buffer.alloc(40_000_000, 'lag'));
    const chunks = chunksOf(Buffer.concat([answer, answer]), [65_536]);
    const told = take(chunks);
    assert.equal(told.length, 2);
    for (const each of told) assert.equal(each.compare(answer), 0);
    assert.ok(chunks.slice(0, -1).every(({ length }) => length === 0));
  });

  it('of another protocol, whose first bytes are no length, take no room for that length', () => {
    const before = process.memoryUsage().arrayBuffers;
    assert.deepEqual(take([Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]), []);
    assert.ok(process.memoryUsage().arrayBuffers - before < 100_000_000);
  });

  it('cannot have less than no bytes', () => {
    assert.throws(() => take([Buffer.from([0xff, 0xff, 0xff, 0xfe])]), /an answer of -2 bytes/);
  });
});

describe('bytes that are given up', () => {
  it('go back at once where they have their memory to themselves, but for the head of an answer', () => {
    const alone = Buffer.allocUnsafeSlow(100_000);
    giveUp(alone.subarray(9));
    assert.equal(alone.length, 0);
  });

  it('stay where others share their memory', () => {
    const shared = Buffer.allocUnsafeSlow(100_000);
    giveUp(shared.subarray(0, 50_000));
    assert.equal(shared.length, 100_000);
    const small = Buffer.from('from the pool of small buffers');
    giveUp(small);
    assert.equal(small.toString(), 'from the pool of small buffers');
  });
});
