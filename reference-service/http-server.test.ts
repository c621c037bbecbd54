import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../fixtures/processes.ts';
import { createServer } from './http-server.ts';
import type { ServerLimits } from './http-server.ts';

const MIB = 1024 * 1024;
const BRISK: ServerLimits = {
  maxConnections: 1_000,
  headersTimeoutMs: 1_000,
  requestTimeoutMs: 2_000,
  keepAliveTimeoutMs: 60_000,
  checkEveryMs: 100,
};

describe('what clients can take of the server', () => {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  const listen = async (limits?: ServerLimits) => {
    const app = createServer(new PassThrough().resume(), limits);
    app.post('/echo', (request, reply) => reply.send(request.body));
    app.get('/health', async () => ({ status: 'alive' }));
    const slow = Promise.withResolvers<void>();
    app.get('/slow', async () => {
      await slow.promise;
      return {};
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    cleanUps.push(() => app.close());
    const { port } = app.server.address() as AddressInfo;
    const health = async (): Promise<number> => {
      const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers: { connection: 'close' } });
      await answer.arrayBuffer();
      return answer.status;
    };
    const open = async (): Promise<Client> => {
      const client = await aClient(port);
      cleanUps.push(() => client.socket.destroy());
      return client;
    };
    const connections = () =>
      new Promise<number>((resolve, reject) => {
        app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      });
    return { app, port, health, open, connections, goOn: slow.resolve };
  };

  /**
   * Sends a byte now and then on every other connection, which keeps it from looking idle. One that crosses the answer makes
   * the system reset the connection and drop the answer unread.
   */
  const drip = (clients: readonly Client[], byte: string) => {
    const [dripped, silent] = [0, 1].map((odd) => clients.filter((_, index) => index % 2 === odd));
    assert.ok(dripped !== undefined && silent !== undefined);
    const dripping = setInterval(
      () => dripped.forEach(({ socket }) => socket.writable && socket.write(byte)),
      50,
    );
    cleanUps.push(() => clearInterval(dripping));
    return { dripped, silent };
  };

  test('300 clients that never finish their headers end with 408; the others do not notice them', async () => {
    const { health, open, connections } = await listen(BRISK);
    const before = process.memoryUsage().rss;
    const slow = await Promise.all(Array.from({ length: 300 }, open));
    for (const { socket } of slow) {
      socket.write(`GET /health HTTP/1.1\r\nhost: here\r\nx-filler: ${'x'.repeat(12_000)}`);
    }
    const { dripped, silent } = drip(slow, 'x');
    let answered = 0;
    const deadlineMs = performance.now() + 60_000;
    while (slow.some(({ isClosed }) => !isClosed())) {
      assert.ok(performance.now() < deadlineMs, 'slow clients are still connected');
      assert.equal(await health(), 200);
      answered += 1;
      // Requests without a pause would fill the memory that is measured below with what they leave behind.
      await sleep(20);
    }
    assert.ok(answered > 0);
    const answer = /^HTTP\/1\.1 408 [\s\S]*\r\n\r\n\{"code":"request_timeout","message":"[^"]+"\}$/;
    for (const { received } of silent) assert.match(received(), answer);
    for (const { received } of dripped) if (received() !== '') assert.match(received(), answer);
    assert.ok(process.memoryUsage().rss - before < 128 * MIB);
    while ((await connections()) > 0) {
      assert.ok(performance.now() < deadlineMs, 'connections are left');
      await sleep(10);
    }
  });

  test('bodies that trickle in end with 408 too', async () => {
    const { health, open } = await listen(BRISK);
    const slow = await Promise.all(Array.from({ length: 100 }, open));
    for (const { socket } of slow) {
      socket.write(
        'POST /echo HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{',
      );
    }
    const { dripped, silent } = drip(slow, ' ');
    const startedMs = performance.now();
    while (slow.some(({ isClosed }) => !isClosed())) {
      assert.ok(performance.now() - startedMs < 60_000, 'slow clients are still connected');
      assert.equal(await health(), 200);
    }
    assert.ok(performance.now() - startedMs > BRISK.requestTimeoutMs / 2, 'a body has its time');
    for (const { received } of silent) assert.match(received(), /^HTTP\/1\.1 408 /);
    for (const { received } of dripped) if (received() !== '') assert.match(received(), /^HTTP\/1\.1 408 /);
  });

  test('idle connections make room for new ones, and there are never more than the cap', async () => {
    const { app, health, open, connections } = await listen({ ...BRISK, maxConnections: 100 });
    for (let round = 0; round < 10; round += 1) {
      const idle = await Promise.all(Array.from({ length: 40 }, open));
      for (const client of idle) client.socket.write('GET /health HTTP/1.1\r\nhost: here\r\n\r\n');
      await Promise.all(idle.map(({ answered }) => answered));
      assert.ok((await connections()) <= 100);
      assert.equal(await health(), 200);
    }
    assert.equal(app.server.maxConnections, 100);
  });

  test('a cap that is full of silent connections is free again once they have had their time', async () => {
    const { health, open } = await listen({ ...BRISK, maxConnections: 50 });
    await Promise.all(Array.from({ length: 60 }, open));
    const startedMs = performance.now();
    for (;;) {
      const status = await health().catch(() => undefined);
      if (status === 200) break;
      assert.ok(performance.now() - startedMs < 60_000, 'no new connection is taken');
      await sleep(50);
    }
  });

  test('a request under way is answered while idle connections around it are ended', async () => {
    const { port, open, goOn } = await listen({ ...BRISK, requestTimeoutMs: 60_000, maxConnections: 50 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    cleanUps.push(() => agent.destroy());
    const underWay = new Promise<number | undefined>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path: '/slow', agent }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      }).on('error', reject);
    });
    const idle = await Promise.all(Array.from({ length: 40 }, open));
    for (const client of idle) client.socket.write('GET /health HTTP/1.1\r\nhost: here\r\n\r\n');
    await Promise.all(idle.map(({ answered }) => answered));
    await Promise.all(Array.from({ length: 20 }, open));
    assert.ok(await until(() => idle.every(({ isClosed }) => isClosed()), 60_000));
    goOn();
    assert.equal(await underWay, 200);
  });

  test('without anything said, connections are bounded in number and time', async () => {
    const { app } = await listen();
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxConnections } = app.server;
    assert.ok(headersTimeout > 0 && headersTimeout <= requestTimeout && requestTimeout <= 30_000);
    assert.ok(keepAliveTimeout > 0 && keepAliveTimeout <= 75_000);
    assert.ok(maxConnections >= 1_000 && maxConnections <= 20_000);
  });
});

type Client = {
  readonly socket: Socket;
  /** All it was sent. */
  readonly received: () => string;
  readonly isClosed: () => boolean;
  /** Resolves with the first bytes, or when the connection has ended. */
  readonly answered: Promise<unknown>;
};

async function aClient(port: number): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port });
  let text = '';
  let isClosed = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
  });
  await once(socket, 'connect');
  const answered = new Promise((resolve) => {
    socket.on('close', resolve);
    socket.on('data', (bytes) => {
      text += bytes.toString();
      resolve(undefined);
    });
  });
  return { socket, received: () => text, isClosed: () => isClosed, answered };
}
