import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRemoteWriteReceiver } from './remote-write-receiver.ts';

const push = readFileSync(join(import.meta.dirname, '../../fixtures/k6/remote-write-1.bin'));

test('takes a push of k6 and refuses everything else with its own status', async (t) => {
  let taken = 0;
  const receiver = await startRemoteWriteReceiver({
    onPush: (series) => (taken += series.length),
    maxBodyBytes: 10_000,
  });
  t.after(() => receiver.close());
  const Authorization = `Bearer ${receiver.token}`;
  const post = async (
    body: Uint8Array,
    headers: Record<string, string> = { Authorization },
  ): Promise<number> =>
    (await fetch(receiver.url, { method: 'POST', body: new Uint8Array(body), headers })).status;

  assert.equal(await post(push), 204);
  assert.ok(taken > 20);
  const before = taken;
  assert.equal(await post(push, { Authorization: 'Bearer guessed' }), 401);
  assert.equal(await post(push, {}), 401);
  const alike = `${Authorization.slice(0, -1)}${Authorization.endsWith('A') ? 'B' : 'A'}`;
  assert.equal(await post(push, { Authorization: alike }), 401);
  assert.equal(await post(push.subarray(0, 500)), 400);
  assert.equal(await post(Buffer.from('{"json":true}')), 400);
  assert.equal(await post(Buffer.alloc(20_000)), 413);
  assert.equal((await fetch(receiver.url, { headers: { Authorization } })).status, 405);
  assert.equal(
    (await fetch(`${receiver.url}/other`, { method: 'POST', headers: { Authorization } })).status,
    404,
  );
  assert.equal(taken, before);
  assert.deepEqual(
    { ...receiver.statistics },
    { accepted: 1, rejected: 8, lastRejection: 'unknown path', mostSeries: before },
  );
});

test('what is refused ends its connection, and the largest push is remembered', async (t) => {
  const receiver = await startRemoteWriteReceiver({ onPush: () => {} });
  t.after(() => receiver.close());
  const headers = { Authorization: `Bearer ${receiver.token}` };
  const post = (body: Uint8Array): Promise<Response> =>
    fetch(receiver.url, { method: 'POST', body: new Uint8Array(body), headers });
  const tooLarge = await post(Buffer.alloc(16 * 1024 * 1024 + 1));
  assert.deepEqual([tooLarge.status, tooLarge.headers.get('connection')], [413, 'close']);
  assert.equal((await post(push)).status, 204);
  const { mostSeries } = receiver.statistics;
  assert.ok(mostSeries > 20);
  // A body without any series.
  assert.equal((await post(Uint8Array.of(0))).status, 204);
  assert.equal(receiver.statistics.mostSeries, mostSeries);
});

test('a body may be as large as is said and no larger, and of the token every character counts', async (t) => {
  const receiver = await startRemoteWriteReceiver({ onPush: () => {} });
  t.after(() => receiver.close());
  const post = async (bytes: number, token = receiver.token): Promise<number> => {
    const headers = { Authorization: `Bearer ${token}` };
    return (await fetch(receiver.url, { method: 'POST', body: new Uint8Array(bytes), headers })).status;
  };
  const limit = 16 * 1024 * 1024;
  assert.deepEqual([await post(limit), await post(limit + 1)], [400, 413]);
  const { token } = receiver;
  for (const other of ['', token.slice(0, -1), token.slice(1), `${token}A`])
    assert.equal(await post(0, other), 401);
  assert.ok(token.length >= 32);
});

test('of histograms that are not used it reads no more than their count', async (t) => {
  const kinds = new Map<string, string>();
  const receiver = await startRemoteWriteReceiver({
    onPush: (series) => series.forEach(({ name, reading }) => kinds.set(name, reading.kind)),
    isUsed: (pushed) => pushed === 'k6_http_req_waiting_seconds',
  });
  t.after(() => receiver.close());
  const headers = { Authorization: `Bearer ${receiver.token}` };
  await fetch(receiver.url, { method: 'POST', body: new Uint8Array(push), headers });
  assert.equal(kinds.get('k6_http_req_waiting_seconds'), 'histogram');
  assert.equal(kinds.get('k6_http_req_duration_seconds'), 'unread');
});

const hasOtherLoopbacks = process.platform === 'linux';

test('listens at no other address than the one it tells', { skip: !hasOtherLoopbacks }, async (t) => {
  const receiver = await startRemoteWriteReceiver({ onPush: () => {} });
  t.after(() => receiver.close());
  const elsewhere = connect(Number(new URL(receiver.url).port), '127.0.0.2');
  const [error] = (await once(elsewhere, 'error')) as [NodeJS.ErrnoException];
  assert.ok(error.code !== undefined);
});

test('closing does not wait for a push that has stopped half-way', { timeout: 30_000 }, async () => {
  const receiver = await startRemoteWriteReceiver({ onPush: () => assert.fail('nothing was whole') });
  const { port, pathname } = new URL(receiver.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const ended = new Promise((resolve) => socket.on('error', () => {}).once('close', resolve));
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${receiver.token}\r\nContent-Length: 99\r\n\r\nx`,
  );
  await sleep(50);
  await receiver.close();
  await ended;
});

test('a connection that breaks in the middle of a push is counted and harms nothing', async (t) => {
  const receiver = await startRemoteWriteReceiver({ onPush: () => assert.fail('nothing was whole') });
  t.after(() => receiver.close());
  const { port, pathname } = new URL(receiver.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${receiver.token}\r\nContent-Length: ${push.length}\r\n\r\n`,
  );
  socket.write(push.subarray(0, 100));
  await sleep(50);
  socket.destroy();
  for (let tries = 0; receiver.statistics.rejected === 0 && tries < 3000; tries += 1) await sleep(20);
  assert.equal(receiver.statistics.rejected, 1);
  assert.equal(receiver.statistics.accepted, 0);
});
