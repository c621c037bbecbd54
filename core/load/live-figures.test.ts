import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../record/observation.ts';
import { createLiveFigures } from './live-figures.ts';

const counter = (name: string, atMs: number, value: number, labels = {}): Observation => ({
  kind: 'counter',
  series: { name, labels, unit: 'count' },
  atMs,
  value,
});
const failed = { expected_response: 'false' };

test('shows rate, share of failures and p95 of the newest interval', () => {
  const live = createLiveFigures();
  assert.deepEqual(live.read().requestsPerSecond, undefined);
  live.take([
    counter('http_reqs', 0, 0),
    counter('http_reqs', 1000, 100),
    counter('http_reqs', 0, 0, failed),
    counter('http_reqs', 1000, 0, failed),
    { kind: 'gauge', series: { name: 'vus', labels: {}, unit: 'count' }, atMs: 1000, value: 7 },
  ]);
  live.take([
    counter('http_reqs', 3000, 500),
    counter('http_reqs', 3000, 40, failed),
    counter('dropped_iterations', 3000, 3),
    {
      kind: 'window',
      series: { name: 'http_req_duration', labels: {}, unit: 'ms' },
      fromMs: 1000,
      toMs: 3000,
      histogram: { schema: 0, count: 1, sum: 3, zeroCount: 0, buckets: [[2, 1]] },
    },
  ]);
  assert.deepEqual(live.read(), {
    requestsPerSecond: 200,
    failedShare: 0.1,
    p95Ms: 2 ** 1.5,
    activeVUs: 7,
    requests: 500,
    failedRequests: 40,
    droppedIterations: 3,
  });
});

test('an interval without requests has a rate of 0 and no p95', () => {
  const live = createLiveFigures();
  live.take([counter('http_reqs', 1000, 100)]);
  live.take([counter('http_reqs', 2000, 100)]);
  assert.equal(live.read().requestsPerSecond, 0);
  assert.equal(live.read().failedShare, undefined);
  assert.equal(live.read().p95Ms, undefined);
});
