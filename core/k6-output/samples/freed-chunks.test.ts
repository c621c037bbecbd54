import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { freedChunks, unzippedChunks } from './freed-chunks.ts';

/** As streams give them: each in memory of its own. */
async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes)
    yield new Uint8Array(bytes.subarray(at, at + pieceBytes));
}

const whole = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const kept: Uint8Array[] = [];
  for await (const chunk of chunks) kept.push(new Uint8Array(chunk));
  return Buffer.concat(kept);
};

describe('chunks of a stream', () => {
  const bytes = Buffer.concat([randomBytes(700_000), Buffer.alloc(3_000_000, 'k6'), randomBytes(5)]);

  it('are all there, and their memory is given back when the next one is asked for', async () => {
    const given: Uint8Array[] = [];
    const remembered = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of inPieces(bytes, 65_536)) {
        given.push(chunk);
        yield chunk;
      }
    };
    assert.ok(bytes.equals(await whole(freedChunks(remembered()))));
    assert.deepEqual(new Set(given.map(({ length }) => length)), new Set([0]));
  });

  it('that share their memory with others stay as they are', async () => {
    const shared = Buffer.from('abcdef');
    const parts = [shared.subarray(0, 3), shared.subarray(3)];
    assert.equal(String(await whole(freedChunks(Readable.from(parts, { objectMode: true })))), 'abcdef');
    assert.equal(String(shared), 'abcdef');
  });

  for (const pieceBytes of [1000, 65_536, 10_000_000])
    it(`are unzipped, from pieces of ${pieceBytes} bytes`, async () => {
      const zipped = gzipSync(bytes);
      assert.ok(bytes.equals(await whole(unzippedChunks(inPieces(zipped, pieceBytes)))));
    });

  it('of several zipped files behind each other are those of all', async () => {
    const zipped = Buffer.concat([gzipSync(bytes), gzipSync('end')]);
    assert.ok(
      Buffer.concat([bytes, Buffer.from('end')]).equals(
        await whole(unzippedChunks(inPieces(zipped, 30_000))),
      ),
    );
  });

  it('that are cut or no gzip are refused, and the source is closed', async () => {
    const zipped = gzipSync(bytes);
    await assert.rejects(whole(unzippedChunks(inPieces(zipped.subarray(0, -20), 30_000))), /unexpected end/);
    const source = Readable.from([zipped.subarray(0, 100_000), Buffer.alloc(100_000, 'x'), zipped], {
      objectMode: true,
    });
    await assert.rejects(whole(unzippedChunks(source)), { code: 'Z_DATA_ERROR' });
    if (!source.closed) await new Promise((resolve) => source.once('close', resolve));
  });

  it('whose source fails end with its error', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield gzipSync(bytes).subarray(0, 1000);
      throw new Error('disk gone');
    };
    await assert.rejects(whole(unzippedChunks(failing())), /disk gone/);
  });
});
