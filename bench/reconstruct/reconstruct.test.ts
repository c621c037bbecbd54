import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { requireTools } from '../../fixtures/real-broker.ts';

const skip = await requireTools('java', 'kafka');

test('a run that was sampled is rebuilt to the same figures', { skip, timeout: 180_000 }, async () => {
  const bench = join(import.meta.dirname, '..', 'reconstruct.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--short', '--seed', '1']);
  assert.match(stdout, /^result: met 5 of 5$/m);
});
