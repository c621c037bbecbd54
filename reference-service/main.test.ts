import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const start = (env: Record<string, string>) =>
  spawnSync(process.execPath, [MAIN], { env, encoding: 'utf8', timeout: 240_000 });

test('a wrong setting ends in one line on stderr and exit code 2', () => {
  const { status, stdout, stderr } = start({ KAFKA_BROKERS: '127.0.0.1:9092', PORT: 'here' });
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^coupon-service: PORT: must be an integer .*\n$/);
});

test('a broker that refuses is named, with exit code 2', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { status, stderr } = start({ KAFKA_BROKERS: `127.0.0.1:${port}` });
  assert.equal(status, 2);
  assert.match(stderr, new RegExp(`Kafka at 127\\.0\\.0\\.1:${port} cannot be used: .*ECONNREFUSED`));
  assert.ok(!stderr.includes('TimeoutNegativeWarning'));
});
