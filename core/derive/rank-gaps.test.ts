import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRecord, distribution, histogramOf } from '../../fixtures/build-record.ts';
import { rankGaps } from './rank-gaps.ts';

const second = (fast: number, slow: number) =>
  histogramOf([...Array.from({ length: fast }, () => 10), ...Array.from({ length: slow }, () => 900)]);

test('windows in which a rank lies between fast and slow answers are counted, quantile by quantile', () => {
  const windows = [second(95, 5), second(90, 10), second(50, 50), second(100, 0)];
  assert.deepEqual(rankGaps(buildRecord({ series: [distribution('http_req_duration', ...windows)] })), {
    windows: 4,
    p50: 1,
    p95: 1,
    p99: 0,
  });
});

test('there are none to count without a timeline', () => {
  assert.equal(rankGaps(buildRecord({ series: [] })), null);
});
