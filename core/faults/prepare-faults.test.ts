import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test, type TestContext } from 'node:test';
import { serveLocally } from '../../fixtures/local-http.ts';
import { freeAddress } from '../../fixtures/tcp-peers.ts';
import { KnownError } from '../errors.ts';
import { prepareFaults } from './prepare-faults.ts';
import { startFaultProxy } from './proxy/fault-proxy.ts';

const proxiesOf = async (t: TestContext, ...names: string[]) => {
  const proxy = await startFaultProxy({
    proxies: names.map((name) => ({ name, listen: '127.0.0.1:0', upstream: '127.0.0.1:9' })),
  });
  t.after(() => proxy.close());
  return {
    url: proxy.adminUrl,
    shown: () => proxy.describe().map(({ name, enabled, toxics }) => ({ name, enabled, toxics })),
  };
};

type Switch = { name: string; unit: string; value: number; oneShot: boolean };

/** A service with these switches, as its API shows and sets them. */
const serviceOf = async (t: TestContext, ...switches: Switch[]) => {
  const asked: string[] = [];
  const server = await serveLocally((request, response) => {
    void readText(request).then((body) => {
      if (request.method !== 'GET') asked.push(`${request.method} ${request.url} ${body}`.trim());
      const name = decodeURIComponent(request.url?.split('/')[2] ?? '');
      const found = switches.find((each) => each.name === name);
      if (request.method !== 'GET' && found === undefined) response.statusCode = 404;
      if (request.method === 'PUT' && found !== undefined) {
        found.value = (JSON.parse(body) as { value: number }).value;
      }
      if (request.method === 'DELETE' && found !== undefined) found.value = 0;
      response.end(JSON.stringify({ faults: switches }));
    });
  });
  t.after(() => server.close());
  return { url: server.url, asked };
};

const readText = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

const delaySwitch = (): Switch => ({ name: 'consumer.delay', unit: 'ms', value: 0, oneShot: false });
const crashSwitch = (): Switch => ({ name: 'consumer.crash', unit: 'count', value: 0, oneShot: true });

test('a fault of a proxy is a toxic of its own while it is set, and leaves nothing behind', async (t) => {
  const { url, shown } = await proxiesOf(t, 'redis', 'postgres');
  const [latency, down] = await prepareFaults(
    {
      toxiproxy: `${url}/`,
      services: [],
      faults: ['postgres.latency:upstream=200ms±50ms@1s-2s', 'redis.down@1s-2s'],
    },
    undefined,
  );
  const clean = [
    { name: 'redis', enabled: true, toxics: [] },
    { name: 'postgres', enabled: true, toxics: [] },
  ];
  assert.deepEqual(shown(), clean);
  await latency?.apply();
  await down?.apply();
  assert.deepEqual(shown(), [
    { name: 'redis', enabled: false, toxics: [] },
    {
      name: 'postgres',
      enabled: true,
      toxics: [
        {
          name: 'lagline-1-latency',
          type: 'latency',
          stream: 'upstream',
          toxicity: 1,
          attributes: { latency: 200, jitter: 50 },
        },
      ],
    },
  ]);
  await latency?.remove();
  await down?.remove();
  assert.deepEqual(shown(), clean);
  await latency?.remove();
  assert.deepEqual(shown(), clean, 'to take it away again does no harm');
});

test('a switch is set in its own unit and reset, at every service that has it', async (t) => {
  const services = [await serviceOf(t, delaySwitch()), await serviceOf(t, crashSwitch(), delaySwitch())];
  const [delay, crash] = await prepareFaults(
    { services: services.map(({ url }) => url), faults: ['consumer.delay=2s@1s-2s', 'consumer.crash@1s'] },
    undefined,
  );
  assert.deepEqual([delay?.isOneShot, crash?.isOneShot], [false, true]);
  await delay?.apply();
  await delay?.remove();
  await crash?.apply();
  const changes = ['PUT /faults/consumer.delay {"value":2000}', 'DELETE /faults/consumer.delay'];
  assert.deepEqual(services[0]?.asked, changes);
  assert.deepEqual(services[1]?.asked, [...changes, 'PUT /faults/consumer.crash {"value":1}']);
});

test('what the API refuses, and an API that is gone, is an error that says so', async (t) => {
  const { url } = await serveThenRefuse(t);
  const [delay] = await prepareFaults({ services: [url], faults: ['consumer.delay=1s@1s'] }, undefined);
  await assert.rejects(async () => delay?.apply(), /consumer\.delay.*HTTP 409 not now/);
  const proxy = await startFaultProxy({ proxies: [{ name: 'pg', listen: '0', upstream: '127.0.0.1:9' }] });
  const [hang] = await prepareFaults(
    { toxiproxy: proxy.adminUrl, services: [], faults: ['pg.timeout@1s'] },
    undefined,
  );
  await proxy.close();
  await assert.rejects(async () => hang?.apply(), /ECONNREFUSED/);
  await assert.rejects(async () => hang?.remove(), /ECONNREFUSED/);
});

const serveThenRefuse = async (t: TestContext): Promise<{ url: string }> => {
  const server = await serveLocally((request, response) => {
    if (request.method !== 'GET') response.statusCode = 409;
    response.end(JSON.stringify({ message: 'not now', faults: [delaySwitch()] }));
  });
  t.after(() => server.close());
  return server;
};

test('everything that could not be set is refused before any load', async (t) => {
  const { url: toxiproxy } = await proxiesOf(t, 'redis', 'consumer');
  const { url: service } = await serviceOf(t, delaySwitch(), crashSwitch(), {
    name: 'consumer.latency',
    unit: 'ms',
    value: 0,
    oneShot: false,
  });
  const nobody = `http://${await freeAddress()}`;
  const web = await serveLocally((_, response) => response.end('<h1>hello</h1>'));
  t.after(() => web.close());
  const both = { toxiproxy, services: [service] };
  const refusals: [plan: Parameters<typeof prepareFaults>[0], naming: RegExp, remedy: RegExp][] = [
    [
      { ...both, faults: ['postgrs.latency=1s@1s-2s'] },
      /no proxy 'postgrs' and no switch 'postgrs\.latency'/,
      /redis.*consumer\.delay/,
    ],
    [{ ...both, faults: ['redis.lag=1s@1s'] }, /'lag', which is no fault of a proxy/, /latency.*limit_data/],
    [{ ...both, faults: ['consumer.latency=1s@1s'] }, /may mean a proxy or a switch/, /rename/],
    [{ ...both, faults: ['consumer.delay:upstream=1s@1s'] }, /a switch has none/, /leave it out/],
    [{ ...both, faults: ['consumer.crash@1s-5s'] }, /happens once/, /'consumer\.crash@20s'/],
    [{ ...both, faults: ['consumer.delay=soon@1s'] }, /a duration such as 200ms/, /postgres/],
    [{ ...both, faults: ['redis.down@1m-2m'] }, /begins after the end of the run.*30 s/, /earlier/],
    [
      { ...both, faults: ['redis.down@1s-9s', 'redis.down@8s-20s'] },
      /together with 'redis\.down@1s-9s'/,
      /end before/,
    ],
    [{ ...both, faults: ['redis.down@1s', 'redis.down@8s-20s'] }, /together with/, /end before/],
    [{ toxiproxy: nobody, services: [], faults: ['a.down@1s'] }, /no Toxiproxy.*ECONNREFUSED/, /--toxiproxy/],
    [{ toxiproxy: web.url, services: [], faults: ['a.down@1s'] }, /not a list of proxies/, /--toxiproxy/],
    [{ services: [nobody], faults: ['a.b=1@1s'] }, /no fault switches.*ECONNREFUSED/, /--fault-api/],
    [{ services: [web.url], faults: ['a.b=1@1s'] }, /its answer is not/, /--fault-api/],
    [
      { toxiproxy: 'http://192.0.2.7:8474', services: [], faults: ['a.down@1s'] },
      /--toxiproxy 'http:\/\/192\.0\.2\.7:8474' is not an address of this machine/,
      /this machine only/,
    ],
    [
      { services: ['http://example.org'], faults: ['a.b=1@1s'] },
      /--fault-api.*not an address of this/,
      /only/,
    ],
    [{ services: ['127.0.0.1:80'], faults: ['a.b=1@1s'] }, /not an http address/, /in full/],
  ];
  for (const [plan, naming, remedy] of refusals) {
    await assert.rejects(prepareFaults(plan, 30_000), (error: unknown) => {
      assert.ok(error instanceof KnownError, String(error));
      assert.match(error.message, naming);
      assert.match(error.remedy ?? '', remedy);
      return true;
    });
  }
});

test('what a killed run left behind is refused, with the way to take it away', async (t) => {
  const { url } = await proxiesOf(t, 'redis', 'postgres');
  const plan = { toxiproxy: url, services: [], faults: ['postgres.timeout@1s'] };
  const [left] = await prepareFaults({ ...plan, faults: ['redis.latency=1s@1s'] }, undefined);
  await left?.apply();
  await assert.rejects(prepareFaults(plan, undefined), (error: unknown) => {
    assert.ok(error instanceof KnownError);
    assert.match(error.message, /'redis' still has the toxic 'lagline-1-latency'/);
    assert.equal(error.remedy?.endsWith(`curl -X POST ${url}/reset`), true);
    return true;
  });
  await left?.remove();
  const [down] = await prepareFaults({ ...plan, faults: ['redis.down@1s'] }, undefined);
  await down?.apply();
  for (const fault of ['redis.down@1s', 'redis.latency=1s@1s']) {
    await assert.rejects(
      prepareFaults({ ...plan, faults: [fault] }, undefined),
      /a proxy that is down already/,
    );
  }
});

test('a switch that is set already is refused: taking it away after the run would undo what somebody set', async (t) => {
  const { url, asked } = await serviceOf(t, { ...delaySwitch(), value: 50 });
  const plan = { services: [url], faults: ['consumer.delay=200ms@1s-2s'] };
  await assert.rejects(prepareFaults(plan, undefined), (error: unknown) => {
    assert.ok(error instanceof KnownError);
    assert.match(error.message, /'consumer\.delay=200ms@1s-2s'.*a switch that is at 50 already/s);
    assert.equal(error.remedy, `take it back first: curl -X DELETE ${url}/faults/consumer.delay`);
    return true;
  });
  assert.deepEqual(asked, []);
});
