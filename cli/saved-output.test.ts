import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { KnownError } from '../core/errors.ts';
import { temporaryFolder } from '../fixtures/cli.ts';
import { readSavedOutput } from './saved-output.ts';

const saved = join(import.meta.dirname, '..', 'fixtures', 'k6-output');
const text = (name: string): string => readFileSync(join(saved, name), 'utf8');

describe('a file that is no whole output of k6 is named, with what is wrong with it', () => {
  const whole = text('v1.8.1-multi.txt');
  const csv = text('v1.8.1-plain.csv');
  const given: Readonly<Record<string, readonly [content: string | Uint8Array, why: string]>> = {
    'empty.txt': ['', 'it is empty'],
    'blank.txt': [' \n\n', 'it is empty'],
    'other.txt': ['total 12\ndrwxr-xr-x 2 root root\n', 'no results of k6'],
    'cut.txt': [whole.slice(0, whole.indexOf('iterations.......')), "cut: it has no line for 'iterations'"],
    'cut-right.txt': [whole.replaceAll(/^(.{41}).*$/gm, '$1'), "cut or broken: of 'iterations' it has '"],
    'cut-early.txt': [whole.slice(0, whole.indexOf('TOTAL RESULTS')), 'no results of k6'],
    'cut.json': [text('v1.8.1-basic.export.json').slice(0, 400), 'its JSON is no summary of k6'],
    'other.json': ['{"scripts":{"k6":"1"}}', 'its JSON is no summary of k6'],
    'no-metrics.json': ['{"root_group":{},"metrics":{}}', "no line for 'iterations'"],
    'no-samples.json': ['{"type":"Point"}\n'.repeat(3), "no sample of k6's --out json"],
    'no-samples.csv': [`${csv.split('\n', 1)[0] ?? ''}\n`, "no sample of k6's --out csv"],
    'cut.gz': [gzipSync(csv).subarray(0, 1500), 'unexpected end of file'],
    'empty.gz': [gzipSync(''), 'it is empty'],
    'picture.png': [Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0, 0xff, 10]), 'no results of k6'],
  };
  for (const [name, [content, why]] of Object.entries(given))
    it(name, async (t) => {
      const path = join(temporaryFolder(t), name);
      writeFileSync(path, content);
      await assert.rejects(readSavedOutput([path], {}), (error) => {
        assert.ok(error instanceof KnownError && error.code === 'summary-unreadable');
        assert.ok(error.message.includes(path) && error.message.includes(why), error.message);
        assert.ok(!error.message.includes('\n') && error.remedy !== undefined);
        return true;
      });
    });
});

describe('console text', () => {
  it('is the same as PowerShell redirects it: UTF-16 with CRLF', async (t) => {
    const path = join(temporaryFolder(t), 'k6.txt');
    const whole = text('v2.2.0-multi.txt');
    writeFileSync(path, Buffer.from(`\uFEFF${whole.replaceAll('\n', '\r\n')}`, 'utf16le'));
    const [redirected] = await readSavedOutput([path], {});
    const [plain] = await readSavedOutput([join(saved, 'v2.2.0-multi.txt')], {});
    assert.ok(plain !== undefined);
    assert.deepEqual(redirected?.record.load, plain.record.load);
  });
});
