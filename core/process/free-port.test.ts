import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { freePorts, isPortFree } from './free-port.ts';

test('several free ports are all different and free', async () => {
  const ports = await freePorts(5);
  assert.equal(new Set(ports).size, 5);
  for (const port of ports) assert.equal(await isPortFree(port), true);
});

test('a port somebody listens on is not free', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  assert.equal(await isPortFree((server.address() as AddressInfo).port), false);
  server.close();
});
