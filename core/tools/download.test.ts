import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { until } from '../../fixtures/processes.ts';
import { download } from './download.ts';

const content = Buffer.alloc(300_000, 'lagline ');
const checksum = { algorithm: 'sha256', hex: createHash('sha256').update(content).digest('hex') } as const;

let folder = '';
let file = '';
let servers: Server[] = [];
let requests: IncomingMessage[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lagline-download-'));
});
after(async () => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  requests = [];
  file = join(await mkdtemp(join(folder, 'to-')), 'k6.tar.gz');
});
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

const serve = async (
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> => {
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/k6.tar.gz`;
};

const startOf = (request: IncomingMessage): number =>
  Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);

const sendFrom = (response: ServerResponse, start: number): void => {
  const body = content.subarray(start);
  const range = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': body.length, ...(start > 0 ? range : {}) });
  response.end(body);
};

/** Announces all, sends a piece, hangs up. */
const cut = (response: ServerResponse, piece: Buffer): void => {
  response.writeHead(200, { 'content-length': content.length });
  response.write(piece, () => setTimeout(() => response.destroy(), 20));
};

test('a file comes whole, with its progress', async () => {
  const url = await serve((_request, response) => sendFrom(response, 0));
  const seen: [number, number | undefined][] = [];
  await download({ url, file, checksum }, (done, total) => seen.push([done, total]));
  assert.deepEqual(await readFile(file), content);
  assert.deepEqual(seen.at(-1), [content.length, content.length]);
  assert.deepEqual(await readdir(join(file, '..')), ['k6.tar.gz']);
});

test('a connection that is cut half way is taken up where it broke off', async () => {
  // What has come and was not written yet goes with the connection.
  const isWritten = async (): Promise<boolean> =>
    (await stat(`${file}.part`).catch(() => undefined))?.size === 150_000;
  const url = await serve((request, response) => {
    if (requests.length > 1) return sendFrom(response, startOf(request));
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 150_000));
    void until(isWritten, 60_000).then(() => response.destroy());
  });
  await download({ url, file, checksum });
  assert.deepEqual(await readFile(file), content);
  assert.equal(requests.length, 2);
  assert.equal(requests[1]?.headers.range, 'bytes=150000-');
});

test('a piece of an earlier run is used', async () => {
  await writeFile(`${file}.part`, content.subarray(0, 200_000));
  const url = await serve((request, response) => sendFrom(response, startOf(request)));
  await download({ url, file, checksum });
  assert.deepEqual(await readFile(file), content);
  assert.equal(requests[0]?.headers.range, 'bytes=200000-');
});

test('a piece that is whole already only needs its checksum looked at', async () => {
  await writeFile(`${file}.part`, content);
  const url = await serve((_request, response) => response.writeHead(416).end());
  await download({ url, file, checksum });
  assert.deepEqual(await readFile(file), content);
});

test('a server without ranges sends all again', async () => {
  const url = await serve((_request, response) =>
    requests.length === 1 ? cut(response, content.subarray(0, 150_000)) : sendFrom(response, 0),
  );
  await download({ url, file, checksum });
  assert.deepEqual(await readFile(file), content);
});

test('redirects are followed', async () => {
  const target = await serve((_request, response) => sendFrom(response, 0));
  const url = await serve((_request, response) => response.writeHead(302, { location: target }).end());
  await download({ url, file, checksum });
  assert.deepEqual(await readFile(file), content);
});

test('other content than pinned is refused and deleted', async () => {
  const url = await serve((_request, response) => response.end('not k6'));
  await assert.rejects(download({ url, file, checksum }), {
    code: 'tool-download',
    message: /sha256 .* must be/,
  });
  assert.deepEqual(await readdir(join(file, '..')), []);
});

test('a server that keeps hanging up is given up', async () => {
  const url = await serve((_request, response) => cut(response, content.subarray(0, 10)));
  await assert.rejects(download({ url, file, checksum }), { message: /cut each time/ });
});

test('an answer that is no file is an error at once', async () => {
  const url = await serve((_request, response) => response.writeHead(404).end());
  await assert.rejects(download({ url, file, checksum }), { message: /answered 404/ });
  assert.equal(requests.length, 1);
});

test('a server that falls silent is given up after the idle time', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.flushHeaders();
  });
  const startedMs = performance.now();
  await assert.rejects(download({ url, file, checksum, idleTimeoutMs: 50 }), { code: 'tool-download' });
  assert.ok(performance.now() - startedMs < 60_000);
});

test('a name that does not exist or a closed port fails within seconds, not minutes', async () => {
  const closed = createTcpServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const startedMs = performance.now();
  for (const host of ['lagline.invalid', '127.0.0.1'])
    await assert.rejects(download({ url: `http://${host}:${port}/k6`, file, checksum }), {
      code: 'tool-download',
    });
  assert.ok(performance.now() - startedMs < 60_000);
});
