import assert from 'node:assert/strict';
import test from 'node:test';
import { aRecord } from '../../fixtures/build-report.ts';
import { counterRate, windowQuantiles, type LineColumns } from './series-points.ts';

const pairs = ({ elapsedMs, values }: LineColumns) =>
  Array.from(elapsedMs, (atMs, index) => [atMs, Number.isNaN(values[index]) ? null : values[index]]);

const story = {
  scenario: 'stress',
  loadMs: 4000,
  durationMs: 4000,
  requestsPerSecond: 50,
  failedPerSecond: 2,
};

test('a counter becomes its increase per second, at the middle of each interval', () => {
  assert.deepEqual(pairs(counterRate(aRecord(story), 'http_reqs')).slice(0, 2), [
    [500, 50],
    [1500, 50],
  ]);
  assert.equal(counterRate(aRecord(story), 'http_reqs{expected_response:false}').values[0], 2);
});

test('a counter that was reset has no rate in that interval', () => {
  const record = {
    ...aRecord(story),
    series: [
      {
        kind: 'counter' as const,
        name: 'http_reqs',
        labels: {},
        unit: 'count' as const,
        points: [
          [0, 10],
          [1000, 4],
          [2000, 9],
        ] as [number, number][],
      },
    ],
  };
  assert.deepEqual(pairs(counterRate(record, 'http_reqs')), [
    [500, null],
    [1500, 5],
  ]);
});

test('a series that the record lacks gives no points', () => {
  assert.deepEqual(pairs(counterRate(aRecord(story), 'nothing')), []);
  assert.deepEqual(windowQuantiles(aRecord(story), 'nothing', [0.5]).map(pairs), [[]]);
});
