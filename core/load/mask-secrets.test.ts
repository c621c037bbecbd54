import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test from 'node:test';
import fc from 'fast-check';
import { maskFile, maskingStream, maskSecrets } from './mask-secrets.ts';

test('a secret is left out as it is, quoted, and within an address', () => {
  const secret = 'a "b"\\&c';
  const text = `plain ${secret} json ${JSON.stringify(secret)} url ?k=${encodeURIComponent(secret)} log ${JSON.stringify(JSON.stringify(secret))}`;
  const masked = maskSecrets(text, [secret]);
  assert.equal(masked, 'plain [REDACTED] json "[REDACTED]" url ?k=[REDACTED] log "\\"[REDACTED]\\""');
});

test('the longer of two secrets goes first', () => {
  assert.equal(maskSecrets('token-long token', ['token', 'token-long']), '[REDACTED] [REDACTED]');
});

test('however a text comes in pieces, no secret comes through, and nothing else is changed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('sécret-한글', 'x', '\n', 'sécret', '한', 'é-', 'q'.repeat(30)), {
        maxLength: 20,
      }),
      fc.integer({ min: 1, max: 9 }),
      async (parts, size) => {
        const bytes = Buffer.from(parts.join(''));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        const out = await buffer(Readable.from(pieces).pipe(maskingStream(['sécret-한글'])));
        assert.equal(out.toString(), parts.join('').replaceAll('sécret-한글', '[REDACTED]'));
      },
    ),
  );
});

test('bytes that are no text pass as they are', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x80]);
  assert.deepEqual(await buffer(Readable.from([bytes]).pipe(maskingStream(['secret']))), bytes);
});

test('a file is written anew, whole, with nothing beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lagline-mask-'));
  try {
    writeFileSync(join(folder, 'a.txt'), 'my secret is out');
    await maskFile(join(folder, 'a.txt'), ['secret']);
    await maskFile(join(folder, 'gone.txt'), ['secret']);
    assert.equal(readFileSync(join(folder, 'a.txt'), 'utf8'), 'my [REDACTED] is out');
    assert.deepEqual(readdirSync(folder), ['a.txt']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
