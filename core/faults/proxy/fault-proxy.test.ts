import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import {
  connectTo,
  nextChunk,
  readToEnd,
  startTcpServer,
  type TcpServer,
} from '../../../fixtures/tcp-peers.ts';
import { until } from '../../../fixtures/processes.ts';
import { startFaultProxy, type FaultProxyOptions } from './fault-proxy.ts';

const options = { timeout: 240_000 };

type Proxied = {
  readonly server: TcpServer;
  readonly api: string;
  /** Where the proxy listens. */
  readonly address: string;
  readonly toxic: (toxic: object) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  readonly enable: (enabled: boolean) => Promise<void>;
  readonly client: () => Promise<Socket>;
};

const send = async (method: string, url: string, body?: unknown): Promise<void> => {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${url}: ${response.status} ${text}`);
};

/** One proxy called `it`, in front of a server that echoes unless told otherwise. */
const startProxied = async (
  t: Pick<TestContext, 'after'>,
  serve?: (socket: Socket) => void,
  more: FaultProxyOptions = {},
): Promise<Proxied> => {
  const server = await startTcpServer(t, serve);
  const proxy = await startFaultProxy({
    ...more,
    proxies: [{ name: 'it', listen: '127.0.0.1:0', upstream: server.address }],
  });
  t.after(() => proxy.close());
  const address = proxy.describe()[0]?.listen ?? '';
  const api = `${proxy.adminUrl}/proxies/it`;
  return {
    server,
    api,
    address,
    toxic: (toxic) => send('POST', `${api}/toxics`, toxic),
    remove: (name) => send('DELETE', `${api}/toxics/${name}`),
    enable: (enabled) => send('PATCH', api, { enabled }),
    client: () => connectTo(t, address),
  };
};

/** Milliseconds until what was sent came back. */
const roundTripMs = async (client: Socket): Promise<number> => {
  const sentMs = performance.now();
  client.write('ping');
  assert.equal(String(await nextChunk(client)), 'ping');
  return performance.now() - sentMs;
};

/** The fastest round trip of several, until one takes less: a busy machine may hold up one or the other. */
const fastestRoundTripMs = async (client: Socket, limitMs: number): Promise<number> => {
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 50 && fastestMs >= limitMs; turn += 1) {
    fastestMs = Math.min(fastestMs, await roundTripMs(client));
  }
  return fastestMs;
};

const isOpen = async (client: Socket, forMs: number): Promise<boolean> => {
  const closed = once(client, 'close').then(() => false);
  const ended = once(client, 'end').then(() => false);
  return Promise.race([closed, ended, sleep(forMs, true, { ref: false })]);
};

const errorOf = async (client: Socket): Promise<string | undefined> => {
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  return error.code;
};

test('without a toxic, data goes through both ways, and each side may end by itself', options, async (t) => {
  const { client, server } = await startProxied(t, (socket) => {
    void readToEnd(socket).then((all) => socket.end(`got ${all.length}`));
  });
  const socket = await client();
  socket.end(Buffer.alloc(3_000_000, 7));
  assert.equal(String(await readToEnd(socket)), 'got 3000000');
  const isGone = (): boolean => server.sockets[0]?.destroyed === true;
  assert.ok(await until(isGone, 60_000), 'nothing is left open behind the proxy');
});

test(
  'latency holds answers back, on connections there are and on new ones, until it goes',
  options,
  async (t) => {
    const { client, toxic, remove } = await startProxied(t);
    const before = await client();
    assert.ok((await fastestRoundTripMs(before, 190)) < 190);
    await toxic({ type: 'latency', attributes: { latency: 200 } });
    for (const socket of [before, await client()]) {
      const ms = await fastestRoundTripMs(socket, 1000);
      assert.ok(ms >= 199 && ms < 1000, `${ms} ms`);
    }
    await remove('latency_downstream');
    assert.ok((await fastestRoundTripMs(before, 190)) < 190);
  },
);

test('latency delays, and takes no throughput: chunks sent together arrive together', options, async (t) => {
  const { client, toxic } = await startProxied(t);
  await toxic({ type: 'latency', stream: 'upstream', attributes: { latency: 150 } });
  const socket = await client();
  const startMs = performance.now();
  for (let chunk = 0; chunk < 100; chunk += 1) {
    socket.write(Buffer.alloc(1000, chunk));
    await sleep(5);
  }
  socket.end();
  assert.equal((await readToEnd(socket)).length, 100_000);
  assert.ok(performance.now() - startMs < 12_000, `${performance.now() - startMs} ms, not 100 times 150`);
});

test('what latency still holds back is sent at once when the toxic is removed', options, async (t) => {
  const { client, toxic, remove } = await startProxied(t);
  await toxic({ name: 'long', type: 'latency', attributes: { latency: 60_000 } });
  const socket = await client();
  socket.write('held');
  await sleep(100);
  const [chunk] = await Promise.all([nextChunk(socket), remove('long')]);
  assert.equal(String(chunk), 'held');
});

test('jitter is drawn around the latency, by the randomness that the proxy was given', options, async (t) => {
  for (const [draw, low, high] of [
    [0, 95, 280],
    [0.999, 295, 1000],
  ] as const) {
    const { client, toxic } = await startProxied(t, undefined, { random: () => draw });
    await toxic({ type: 'latency', toxicity: 1, attributes: { latency: 200, jitter: 100 } });
    const ms = await fastestRoundTripMs(await client(), high);
    assert.ok(ms >= low && ms < high, `${ms} ms at ${draw}`);
  }
});

test('toxicity is the share of connections a toxic acts on', options, async (t) => {
  const draws = [0.1, 0.9, 0.2, 0.8];
  let index = 0;
  const random = (): number => draws[index++ % draws.length] ?? 0;
  const { client, toxic } = await startProxied(t, undefined, { random });
  await toxic({ type: 'timeout', toxicity: 0.5, attributes: { timeout: 1 } });
  const closed: number[] = [];
  for (let count = 0; count < 4; count += 1) {
    const socket = await client();
    socket.resume().once('end', () => closed.push(count));
  }
  assert.ok(await until(() => closed.length >= 2, 60_000));
  await sleep(300);
  // Both are closed at the same time; which end is seen first is nobody's promise.
  assert.deepEqual(
    closed.toSorted((left, right) => left - right),
    [0, 2],
  );
});

test('timeout 0 hangs: nothing arrives and nothing is closed, until it is removed', options, async (t) => {
  const { client, toxic, remove, server } = await startProxied(t);
  const socket = await client();
  await roundTripMs(socket);
  await toxic({ type: 'timeout', attributes: { timeout: 0 } });
  let received = 0;
  socket.on('data', (chunk: Buffer) => (received += chunk.length));
  socket.write('ping');
  assert.equal(await isOpen(socket, 400), true);
  assert.equal(received, 0);
  assert.ok(await until(() => server.sockets[0]?.bytesRead === 8, 60_000), 'the request itself got through');
  assert.equal(received, 0);
  const [, stillOpen] = await Promise.all([remove('timeout_downstream'), isOpen(socket, 60_000)]);
  assert.equal(stillOpen, false, 'an answer was lost, so the connection cannot go on');
  await roundTripMs(await client());
});

test('timeout closes the connection after its time', options, async (t) => {
  const { client, toxic } = await startProxied(t);
  await toxic({ type: 'timeout', attributes: { timeout: 200 } });
  const socket = await client();
  const startMs = performance.now();
  socket.write('ping');
  await once(socket.resume(), 'end');
  const ms = performance.now() - startMs;
  assert.ok(ms >= 150 && ms < 60_000, `${ms} ms`);
});

test('down cuts what is connected and refuses what comes, and up again all is well', options, async (t) => {
  const { client, enable, address, server } = await startProxied(t);
  const socket = await client();
  await roundTripMs(socket);
  const [isStillOpen] = await Promise.all([isOpen(socket, 60_000), enable(false)]);
  assert.equal(isStillOpen, false);
  await assert.rejects(connectTo(t, address), { code: 'ECONNREFUSED' });
  assert.equal(server.sockets.length, 1);
  await enable(true);
  await roundTripMs(await client());
});

test('reset_peer resets a connection as soon as data wants to pass', options, async (t) => {
  const { client, toxic, server } = await startProxied(t);
  const socket = await client();
  await roundTripMs(socket);
  await toxic({ type: 'reset_peer', attributes: { timeout: 0 } });
  const serverReset = errorOf(server.sockets[0] as Socket);
  const reset = errorOf(socket);
  socket.write('ping');
  assert.deepEqual(await Promise.all([reset, serverReset]), ['ECONNRESET', 'ECONNRESET']);
});

test('a reset by the server reaches the client as a reset', options, async (t) => {
  const { client } = await startProxied(t, (socket) => {
    socket.on('data', () => socket.resetAndDestroy());
  });
  const socket = await client();
  const reset = errorOf(socket);
  socket.write('ping');
  assert.equal(await reset, 'ECONNRESET');
});

test('a server that refuses is a connection that is closed at once', options, async (t) => {
  const proxy = await startFaultProxy({
    proxies: [{ name: 'nowhere', listen: '127.0.0.1:0', upstream: '127.0.0.1:1' }],
  });
  t.after(() => proxy.close());
  const socket = await connectTo(t, proxy.describe()[0]?.listen ?? '');
  assert.equal(await isOpen(socket.resume(), 60_000), false);
});

test('bandwidth lets so many thousand bytes a second through', options, async (t) => {
  const { client, toxic } = await startProxied(t, (socket) => void socket.end(Buffer.alloc(100_000, 1)));
  await toxic({ type: 'bandwidth', attributes: { rate: 200 } });
  const startMs = performance.now();
  assert.equal((await readToEnd(await client())).length, 100_000);
  const ms = performance.now() - startMs;
  assert.ok(ms >= 480 && ms < 60_000, `${ms} ms for 100 kB at 200 kB/s`);
});

test('slow_close holds back the end, and nothing but the end', options, async (t) => {
  const { client, toxic, remove } = await startProxied(t, (socket) => void socket.end('bye'));
  await toxic({ name: 'long', type: 'slow_close', attributes: { delay: 200_000 } });
  const held = await client();
  assert.equal(String(await nextChunk(held)), 'bye');
  assert.equal(await isOpen(held, 100), true);
  await remove('long');
  await toxic({ type: 'slow_close', attributes: { delay: 600 } });
  const socket = await client();
  const startMs = performance.now();
  assert.equal(String(await nextChunk(socket)), 'bye');
  await once(socket, 'end');
  const ms = performance.now() - startMs;
  assert.ok(ms >= 590 && ms < 60_000, `${ms} ms`);
});

test('limit_data closes after so many bytes, all of which arrive', options, async (t) => {
  const { client, toxic } = await startProxied(t, (socket) => {
    socket.resume();
    socket.write(Buffer.alloc(50_000, 3));
  });
  await toxic({ type: 'limit_data', attributes: { bytes: 12_345 } });
  const socket = await client();
  socket.write('something that the server never answers to');
  assert.equal((await readToEnd(socket)).length, 12_345);
});

test('slicer sends small pieces, and with a delay takes its time', options, async (t) => {
  const { client, toxic } = await startProxied(t, (socket) => void socket.end(Buffer.alloc(2000, 5)));
  await toxic({ type: 'slicer', attributes: { average_size: 100, size_variation: 20, delay: 5000 } });
  const socket = await client();
  const sizes: number[] = [];
  socket.on('data', (chunk: Buffer) => sizes.push(chunk.length));
  const startMs = performance.now();
  await once(socket, 'end');
  const ms = performance.now() - startMs;
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    2000,
  );
  assert.ok(sizes.length >= 3 && Math.max(...sizes) < 2000, `pieces of ${sizes.join(', ')}`);
  assert.ok(ms >= 70 && ms < 60_000, `${ms} ms for some 20 pieces, 5 ms apart`);
});

test('an update of a toxic is felt by the connections there are', options, async (t) => {
  const { client, toxic, api } = await startProxied(t);
  await toxic({ name: 'slow', type: 'latency', attributes: { latency: 10 } });
  const socket = await client();
  assert.ok((await fastestRoundTripMs(socket, 240)) < 240);
  await send('PATCH', `${api}/toxics/slow`, { attributes: { latency: 250 } });
  assert.ok((await roundTripMs(socket)) >= 249);
});

test('a reader that does not read stops the sender, and the proxy holds little', options, async (t) => {
  let sent = 0;
  let isFull = false;
  const { client, toxic } = await startProxied(t, (socket) => {
    const chunk = Buffer.alloc(64 * 1024, 9);
    const fill = (): void => {
      isFull = false;
      for (let count = 0; count < 4000 && !isFull; count += 1) {
        sent += chunk.length;
        isFull = !socket.write(chunk);
      }
    };
    socket.on('drain', fill);
    fill();
  });
  await toxic({ type: 'latency', attributes: { latency: 1 } });
  const socket = await client();
  socket.pause();
  const hasStopped = async (): Promise<boolean> => {
    const before = sent;
    await sleep(300);
    return isFull && sent === before;
  };
  assert.ok(await until(hasStopped, 60_000), 'the sender has stopped');
  const sentWhilePaused = sent;
  assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes are on their way`);
  let received = 0;
  socket.on('data', (data: Buffer) => (received += data.length)).resume();
  assert.ok(await until(() => received > sentWhilePaused, 60_000), 'and goes on when it is read');
});

const preserving = fc.oneof(
  fc.record({
    type: fc.constant('latency'),
    attributes: fc.record({
      latency: fc.integer({ min: 0, max: 8 }),
      jitter: fc.integer({ min: 0, max: 8 }),
    }),
  }),
  fc.record({
    type: fc.constant('bandwidth'),
    attributes: fc.record({ rate: fc.integer({ min: 2000, max: 50_000 }) }),
  }),
  fc.record({
    type: fc.constant('slicer'),
    attributes: fc.record({
      average_size: fc.integer({ min: 20, max: 3000 }),
      size_variation: fc.integer({ min: 0, max: 19 }),
      delay: fc.integer({ min: 0, max: 20 }),
    }),
  }),
  fc.record({
    type: fc.constant('slow_close'),
    attributes: fc.record({ delay: fc.integer({ min: 0, max: 10 }) }),
  }),
);

test(
  'whatever toxics delay or slice, and whenever they come and go, no byte is lost or moved',
  options,
  async (t) => {
    const { client, api } = await startProxied(t);
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20_000, size: 'max' }), {
      minLength: 1,
      maxLength: 8,
    });
    const toxics = fc.array(fc.tuple(preserving, fc.constantFrom('upstream', 'downstream'), fc.boolean()), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(chunks, toxics, async (data, chosen) => {
        const named = chosen.map(([toxic, stream, isLate], index) => ({
          toxic: { ...toxic, stream, name: `t${index}` },
          isLate,
        }));
        const add = (isLate: boolean): Promise<void[]> =>
          Promise.all(
            named
              .filter((each) => each.isLate === isLate)
              .map(({ toxic }) => send('POST', `${api}/toxics`, toxic)),
          );
        await add(false);
        const socket = await client();
        const echoed = readToEnd(socket);
        for (const [index, chunk] of data.entries()) {
          socket.write(chunk);
          if (index === 0) await add(true);
        }
        socket.end();
        const [first] = named;
        if (first !== undefined) await send('DELETE', `${api}/toxics/${first.toxic.name}`);
        const all = await echoed;
        for (const { toxic } of named.slice(1)) await send('DELETE', `${api}/toxics/${toxic.name}`);
        assert.ok(all.equals(Buffer.concat(data)));
      }),
      { numRuns: 60, interruptAfterTimeLimit: 15_000 },
    );
  },
);
