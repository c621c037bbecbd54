import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { k6ForTest } from '../fixtures/find-k6.ts';

const { needed } = await k6ForTest();

test('no lie passes the gate, and the controls do', { ...needed, timeout: 300_000 }, async (t) => {
  const bench = spawn(process.execPath, [join(import.meta.dirname, 'gate-mutations.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => bench.kill());
  const said = Promise.all([text(bench.stdout), text(bench.stderr)]);
  const [code] = (await once(bench, 'close')) as [number | null];
  const [stdout, stderr] = await said;
  assert.equal(code, 0, stdout + stderr);
  const [, count] = /^(\d+) lies; plain k6 ends with 0 on \d+ /m.exec(stdout) ?? [];
  assert.ok(Number(count) >= 25, stdout);
  t.diagnostic(stdout.split('\n').at(-2) ?? '');
});
