import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { serveLocally } from '../../fixtures/local-http.ts';
import { startClock } from '../clock.ts';
import { KnownError } from '../errors.ts';
import { runPlanSchema } from '../plan.ts';
import type { Observation } from '../record/observation.ts';
import { prometheusMetrics } from './prometheus-metrics.ts';

const sampleOnce = async (prometheus: object): Promise<readonly Observation[]> => {
  const plan = runPlanSchema.parse({ scenario: { name: 'test', script: 'test.js' }, prometheus });
  const session = await prometheusMetrics.open({ plan, clock: startClock(), watchedProcesses: () => [] });
  const seen = await session.sample();
  await session.close();
  return seen;
};

const refusal = async (act: () => Promise<unknown>): Promise<KnownError> => {
  try {
    await act();
  } catch (error) {
    if (error instanceof KnownError) return error;
    throw error;
  }
  return assert.fail('expected a KnownError');
};

const withServer = async <T>(
  answer: (response: ServerResponse, path: string) => void,
  act: (url: string) => Promise<T>,
): Promise<T> => {
  const server = await serveLocally((request, response) => answer(response, request.url ?? ''));
  try {
    return await act(server.url);
  } finally {
    await server.close();
  }
};

const vector = (...values: [labels: object, value: string][]) =>
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'vector',
      result: values.map(([metric, value]) => ({ metric, value: [1.5, value] })),
    },
  });

describe('prometheusMetrics', () => {
  it('keeps the answer of a query under its id, and leaves NaN and infinities out', async () => {
    const seen = await withServer(
      (response) =>
        response.end(
          vector([{ __name__: 'heap', pod: 'a' }, '12.5'], [{ pod: 'b' }, 'NaN'], [{ pod: 'c' }, '+Inf']),
        ),
      (url) => sampleOnce({ url, queries: { heap: 'heap_bytes' } }),
    );
    assert.equal(seen.length, 1);
    const [sample] = seen;
    assert.ok(sample?.kind === 'gauge');
    assert.deepEqual(sample.series, {
      name: 'prometheus',
      labels: { pod: 'a', query: 'heap' },
      unit: 'none',
    });
    assert.equal(sample.value, 12.5);
  });

  it('leaves a gap only for the query that gives nothing', async () => {
    let isBroken = false;
    const server = await serveLocally((request, response) => {
      const path = request.url ?? '';
      if (isBroken && path.includes('cold')) response.writeHead(503).end('busy');
      else response.end(vector([{}, '1']));
    });
    const plan = runPlanSchema.parse({
      scenario: { name: 'test', script: 'test.js' },
      prometheus: { url: server.url, queries: { warm: 'warm', cold: 'cold' } },
    });
    const session = await prometheusMetrics.open({ plan, clock: startClock(), watchedProcesses: () => [] });
    isBroken = true;
    const seen = await session.sample();
    await session.close();
    await server.close();
    assert.deepEqual(
      seen.map((each) =>
        each.kind === 'gauge'
          ? each.series.labels
          : each.kind === 'gap'
            ? each.gap.reason.split(':')[0]
            : each.kind,
      ),
      [{ query: 'warm' }, 'cold'],
    );
  });

  it('scrapes an exposition and tells counters from gauges', async () => {
    const text =
      '# TYPE a_total counter\na_total 3\n# TYPE b gauge\nb{x="y"} 4\n# TYPE c histogram\nc_bucket{le="1"} 1\nc_count 1\n';
    const seen = await withServer(
      (response) => response.end(text),
      (url) => sampleOnce({ scrape: [`${url}/metrics`] }),
    );
    assert.deepEqual(
      seen.map((each) =>
        each.kind === 'gauge' || each.kind === 'counter' ? [each.kind, each.series.name, each.value] : each,
      ),
      [
        ['counter', 'a_total', 3],
        ['gauge', 'b', 4],
        ['counter', 'c_count', 1],
      ],
    );
  });

  it('reads what a real Prometheus and a real service answered', async () => {
    const captured = (name: string) =>
      readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'prometheus', name), 'utf8');
    const queried = await withServer(
      (response) => response.end(captured('instant-query.json')),
      (url) => sampleOnce({ url, queries: { memory: 'process_resident_memory_bytes' } }),
    );
    assert.ok(queried[0]?.kind === 'gauge' && queried[0].value === 474_091_520);
    const scraped = await withServer(
      (response) => response.end(captured('coupon-service-metrics.txt')),
      (url) => sampleOnce({ scrape: [`${url}/metrics`] }),
    );
    const issued = scraped.find(
      (seen) => seen.kind === 'counter' && seen.series.name === 'coupon_issued_total',
    );
    assert.ok(issued?.kind === 'counter' && issued.value > 0);
  });

  it('refuses, before the load, a query that Prometheus refuses, with its reason', async () => {
    const error = await refusal(() =>
      withServer(
        (response) =>
          response.writeHead(400).end(
            JSON.stringify({
              status: 'error',
              errorType: 'bad_data',
              error: 'parse error: unexpected end',
            }),
          ),
        (url) => sampleOnce({ url, queries: { heap: 'sum(' } }),
      ),
    );
    assert.equal(error.code, 'config-invalid');
    assert.match(error.message, /'heap' \(sum\(\): parse error/);
  });

  for (const [what, answer] of [
    ['a login page', (response: ServerResponse) => response.end('<html>please log in</html>')],
    ['a redirect', (response: ServerResponse) => response.writeHead(302, { location: '/login' }).end()],
    ['an error status', (response: ServerResponse) => response.writeHead(503).end('starting')],
  ] as const) {
    it(`refuses ${what} in place of metrics`, async () => {
      const scrape = await refusal(() =>
        withServer(answer, (url) => sampleOnce({ scrape: [`${url}/metrics`] })),
      );
      assert.equal(scrape.code, 'prometheus-unreachable');
      const query = await refusal(() => withServer(answer, (url) => sampleOnce({ url })));
      assert.equal(query.code, 'prometheus-unreachable');
    });
  }

  it('names the address that nobody answers, without its password', async () => {
    const error = await refusal(() => sampleOnce({ url: 'http://user:canary@127.0.0.1:1' }));
    assert.equal(error.code, 'prometheus-unreachable');
    assert.doesNotMatch(error.message, /canary/);
  });

  it('sends user and password of an address as basic authorization', async () => {
    const server = await serveLocally((request, response) => {
      response
        .writeHead(request.headers.authorization === 'Basic dXNlcjpwYXNz' ? 200 : 401)
        .end(vector([{}, '1']));
    });
    const url = server.url.replace('//', '//user:pass@');
    try {
      assert.equal((await sampleOnce({ url, queries: { up: 'up' } })).length, 1);
    } finally {
      await server.close();
    }
  });

  it('refuses what is no http address', async () => {
    assert.equal((await refusal(() => sampleOnce({ url: 'localhost:9090' }))).code, 'config-invalid');
  });
});
