import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test, type TestContext } from 'node:test';
import { freeAddress } from '../../../fixtures/tcp-peers.ts';
import { startFaultProxy } from './fault-proxy.ts';

type Answer = { readonly status: number; readonly body: unknown };

/** Over node:http, for `fetch` sends a user agent of its own choice. */
const ask = (base: string, method: string, path: string, body?: unknown, agent = 'test'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = request(`${base}${path}`, { method, headers: { 'user-agent': agent } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          body: text === '' ? undefined : (JSON.parse(text) as unknown),
        });
      });
    });
    call.on('error', reject);
    call.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  });

const startApi = async (t: TestContext) => {
  const proxy = await startFaultProxy();
  t.after(() => proxy.close());
  return (method: string, path: string, body?: unknown, agent?: string): Promise<Answer> =>
    ask(proxy.adminUrl, method, path, body, agent);
};

const upstream = '127.0.0.1:6379';

test('it says which version of the API it speaks', async (t) => {
  const api = await startApi(t);
  assert.deepEqual(await api('GET', '/version'), { status: 200, body: { version: '2.12.0+lagline' } });
});

test('a proxy is created, listed, shown, changed and deleted in the shapes of Toxiproxy', async (t) => {
  const api = await startApi(t);
  assert.deepEqual(await api('GET', '/proxies'), { status: 200, body: {} });
  const created = await api('POST', '/proxies', { name: 'redis', listen: '127.0.0.1:0', upstream });
  const { listen } = created.body as { listen: string };
  assert.match(listen, /^127\.0\.0\.1:[1-9]\d+$/);
  const redis = { name: 'redis', listen, upstream, enabled: true, toxics: [] };
  assert.deepEqual(created, { status: 201, body: redis });
  assert.deepEqual(await api('GET', '/proxies'), { status: 200, body: { redis } });
  assert.deepEqual(await api('GET', '/proxies/redis'), { status: 200, body: redis });
  assert.deepEqual(await api('POST', '/proxies/redis', { enabled: false }), {
    status: 200,
    body: { ...redis, enabled: false },
  });
  const moved = await freeAddress();
  assert.deepEqual(await api('PATCH', '/proxies/redis', { enabled: true, listen: moved }), {
    status: 200,
    body: { ...redis, listen: moved },
  });
  assert.deepEqual(await api('DELETE', '/proxies/redis'), { status: 204, body: undefined });
  assert.deepEqual(await api('GET', '/proxies/redis'), {
    status: 404,
    body: { error: 'proxy not found', status: 404 },
  });
});

test('a toxic is created with its defaults, listed, shown, changed and deleted', async (t) => {
  const api = await startApi(t);
  await api('POST', '/proxies', { name: 'pg', upstream });
  const latency = {
    attributes: { latency: 1000, jitter: 0 },
    name: 'latency_downstream',
    type: 'latency',
    stream: 'downstream',
    toxicity: 1,
  };
  assert.deepEqual(
    await api('POST', '/proxies/pg/toxics', { type: 'latency', attributes: { latency: 1000 } }),
    { status: 200, body: latency },
  );
  assert.deepEqual(await api('GET', '/proxies/pg/toxics'), { status: 200, body: [latency] });
  assert.deepEqual(
    await api('POST', '/proxies/pg/toxics/latency_downstream', { attributes: { jitter: 10 }, toxicity: 0.5 }),
    { status: 200, body: { ...latency, toxicity: 0.5, attributes: { latency: 1000, jitter: 10 } } },
  );
  assert.equal((await api('PATCH', '/proxies/pg/toxics/latency_downstream', { toxicity: 1 })).status, 200);
  const shown = { ...latency, attributes: { latency: 1000, jitter: 10 } };
  assert.deepEqual(await api('GET', '/proxies/pg/toxics/latency_downstream'), { status: 200, body: shown });
  assert.deepEqual((await api('GET', '/proxies/pg')).body, {
    ...((await api('GET', '/proxies/pg')).body as object),
    toxics: [shown],
  });
  assert.deepEqual(await api('DELETE', '/proxies/pg/toxics/latency_downstream'), {
    status: 204,
    body: undefined,
  });
  assert.deepEqual(await api('GET', '/proxies/pg/toxics'), { status: 200, body: [] });
});

test('populate makes what is not there and leaves alone what is; reset takes every fault away', async (t) => {
  const api = await startApi(t);
  const list = [
    { name: 'a', listen: await freeAddress(), upstream },
    { name: 'b', listen: (await freeAddress()).replace('127.0.0.1', 'localhost'), upstream, enabled: false },
  ];
  const populated = await api('POST', '/populate', list);
  assert.equal(populated.status, 201);
  await api('POST', '/proxies/a/toxics', { type: 'timeout', name: 'hang', stream: 'upstream' });
  const again = (await api('POST', '/populate', list)).body as { proxies: { toxics: unknown[] }[] };
  assert.deepEqual(
    again.proxies.map(({ toxics }) => toxics.length),
    [1, 0],
  );
  assert.deepEqual(await api('POST', '/reset'), { status: 204, body: undefined });
  const after = (await api('GET', '/proxies')).body as Record<string, { enabled: boolean; toxics: [] }>;
  assert.deepEqual(
    Object.values(after).map(({ enabled, toxics }) => [enabled, toxics]),
    [
      [true, []],
      [true, []],
    ],
  );
});

test('what it cannot do it refuses with a reason, and stays as it was', async (t) => {
  const api = await startApi(t);
  await api('POST', '/proxies', { name: 'pg', upstream });
  await api('POST', '/proxies/pg/toxics', { type: 'latency', name: 'slow', attributes: { latency: 5 } });
  const toxics = '/proxies/pg/toxics';
  const refusals: [method: string, path: string, body: unknown, status: number, naming: RegExp][] = [
    ['POST', '/proxies', { name: 'pg', upstream }, 409, /^proxy already exists$/],
    ['POST', '/proxies', { upstream }, 400, /^missing required field: name$/],
    ['POST', '/proxies', { name: 'x' }, 400, /^missing required field: upstream$/],
    ['POST', '/proxies', { name: 'x', upstream: 'nowhere' }, 400, /'nowhere'/],
    ['POST', '/proxies', { name: 'x', upstream, listen: '0.0.0.0:0' }, 400, /'0\.0\.0\.0:0'.*loopback/],
    ['POST', '/proxies', { name: 'x', upstream, listen: ':0' }, 400, /':0'/],
    ['POST', '/proxies', { name: 'x', upstream, listen: '[::]:0' }, 400, /loopback/],
    ['PATCH', '/proxies/pg', { listen: '192.0.2.1:80' }, 400, /loopback/],
    ['POST', '/proxies', '{', 400, /^bad request body: /],
    ['POST', '/populate', { name: 'x' }, 400, /list/],
    ['POST', toxics, { type: 'noise' }, 400, /^invalid toxic type$/],
    ['POST', toxics, { type: 'latency', stream: 'sideways' }, 400, /^stream was invalid/],
    ['POST', toxics, { type: 'latency', name: 'slow' }, 409, /^toxic already exists$/],
    ['POST', toxics, { type: 'latency', attributes: { latency: -1 } }, 400, /latency/],
    ['POST', toxics, { type: 'latency', toxicity: 2 }, 400, /toxicity/],
    ['POST', toxics, { type: 'slicer', attributes: { average_size: 5, size_variation: 5 } }, 400, /below/],
    ['POST', `${toxics}/slow`, { attributes: { latency: 'much' } }, 400, /latency/],
    ['GET', `${toxics}/gone`, undefined, 404, /^toxic not found$/],
    ['DELETE', `${toxics}/gone`, undefined, 404, /^toxic not found$/],
    ['GET', '/proxies/gone/toxics', undefined, 404, /^proxy not found$/],
    ['PUT', '/proxies', undefined, 405, /method/],
    ['GET', '/metrics', undefined, 404, /not found/],
    ['GET', '/proxies/%zz', undefined, 400, /%zz/],
  ];
  for (const [method, path, body, status, naming] of refusals) {
    const answer = await api(method, path, body);
    const what = `${method} ${path} ${JSON.stringify(body)}`;
    assert.equal(answer.status, status, what);
    const { error, ...rest } = answer.body as { error: string; status: number };
    assert.match(error, naming, what);
    assert.deepEqual(rest, { status });
  }
  const left = (await api('GET', '/proxies')).body as Record<string, { toxics: object[] }>;
  assert.deepEqual(Object.keys(left), ['pg']);
  assert.deepEqual(left['pg']?.toxics, [
    {
      attributes: { latency: 5, jitter: 0 },
      name: 'slow',
      type: 'latency',
      stream: 'downstream',
      toxicity: 1,
    },
  ]);
});

test('a web page in a browser can set no fault', async (t) => {
  const api = await startApi(t);
  const answer = await api('POST', '/reset', undefined, 'Mozilla/5.0 (X11; Linux x86_64)');
  assert.equal(answer.status, 403);
});

test('a name may hold anything a path can carry', async (t) => {
  const api = await startApi(t);
  await api('POST', '/proxies', { name: 'a/b 한', upstream });
  const answer = await api('GET', `/proxies/${encodeURIComponent('a/b 한')}`);
  assert.equal((answer.body as { name: string }).name, 'a/b 한');
});
