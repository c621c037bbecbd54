import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { addressOfNobody, serveLocally } from '../../fixtures/local-http.ts';
import { useRealPrometheus } from '../../fixtures/real-prometheus.ts';
import { KnownError } from '../errors.ts';
import { readPrometheusPast } from './prometheus-range.ts';

const prometheus = await useRealPrometheus();

const read = (url: string, queries: Record<string, string>, seconds = 10) => {
  const toMs = Math.floor(Date.now() / 1000) * 1000;
  const period = { fromMs: toMs - seconds * 1000, toMs, stepMs: 1000 };
  return readPrometheusPast({ url, queries, scrape: [] }, period);
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

describe('readPrometheusPast on a real server', { skip: prometheus.skip }, () => {
  it('has a value at every step of the period, however many answers it takes', async () => {
    const seconds = 25_000;
    const { observations, gaps } = await read(prometheus.address, { clock: 'time()' }, seconds);
    assert.deepEqual(gaps, []);
    assert.equal(observations.length, seconds + 1);
    const [first] = observations;
    assert.ok(first?.kind === 'gauge');
    assert.deepEqual(first.series, { name: 'prometheus', labels: { query: 'clock' }, unit: 'none' });
    observations.forEach((seen, index) => {
      assert.ok(seen.kind === 'gauge' && seen.atMs === index * 1000);
      assert.equal(seen.value - first.value, index);
    });
  });

  it('takes a query without values for a gap, and names one that is refused', async () => {
    const { gaps } = await read(prometheus.address, { nothing: 'no_such_metric' });
    assert.deepEqual(gaps, [{ source: 'prometheus:nothing', fromMs: 0, toMs: 10_000, reason: 'no-samples' }]);
    const error = await refusal(() => read(prometheus.address, { bad: 'sum(' }));
    assert.equal(error.code, 'config-invalid');
    assert.match(error.message, /'bad' \(sum\(\).*parse error/);
  });
});

describe('readPrometheusPast', () => {
  it('asks nobody where no server is planned', async () => {
    const period = { fromMs: 0, toMs: 1000, stepMs: 1000 };
    assert.deepEqual(await readPrometheusPast(undefined, period), { observations: [], gaps: [] });
  });

  it('keeps labels, and leaves NaN and infinities out', async () => {
    const values = (...list: string[]) => list.map((value, index) => [1000 + index, value]);
    const body = JSON.stringify({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [{ metric: { __name__: 'heap', pod: 'a' }, values: values('1.5', 'NaN', '+Inf', '2') }],
      },
    });
    const server = await serveLocally((_request, response: ServerResponse) => response.end(body));
    const period = { fromMs: 1_000_000, toMs: 1_003_000, stepMs: 1000 };
    const { observations } = await readPrometheusPast(
      { url: server.url, queries: { heap: 'heap' }, scrape: [] },
      period,
    );
    await server.close();
    assert.deepEqual(
      observations.map((seen) => seen.kind === 'gauge' && [seen.series.labels, seen.atMs, seen.value]),
      [
        [{ pod: 'a', query: 'heap' }, 0, 1.5],
        [{ pod: 'a', query: 'heap' }, 3000, 2],
      ],
    );
  });

  it('names a server that is not there, or that is none', async () => {
    const nobody = await addressOfNobody();
    const gone = await refusal(() => read(nobody, { heap: 'heap' }));
    assert.equal(gone.code, 'prometheus-unreachable');
    assert.match(gone.message, new RegExp(nobody));
    const server = await serveLocally((_request, response) => response.end('<html>'));
    const other = await refusal(() => read(server.url, { heap: 'heap' }));
    await server.close();
    assert.equal(other.code, 'prometheus-unreachable');
  });
});
