import assert from 'node:assert/strict';
import test from 'node:test';
import { aRecord } from '../../fixtures/build-report.ts';
import { breakAtGaps, counterRate, windowQuantile, type LinePoint } from './series-points.ts';

const story = {
  scenario: 'stress',
  loadMs: 4000,
  durationMs: 4000,
  requestsPerSecond: 50,
  failedPerSecond: 2,
};

test('a counter becomes its increase per second, at the middle of each interval', () => {
  assert.deepEqual(counterRate(aRecord(story), 'http_reqs').slice(0, 2), [
    [500, 50],
    [1500, 50],
  ]);
  assert.equal(counterRate(aRecord(story), 'http_reqs{expected_response:false}')[0]?.[1], 2);
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
  assert.deepEqual(counterRate(record, 'http_reqs'), [
    [500, null],
    [1500, 5],
  ]);
});

test('a series that the record lacks gives no points', () => {
  assert.deepEqual(counterRate(aRecord(story), 'nothing'), []);
  assert.deepEqual(windowQuantile(aRecord(story), 'nothing', 0.5), []);
});

const line: LinePoint[] = [
  [0, 1],
  [1000, 1],
  [2000, 1],
  [9000, 1],
];

test('a line is broken where points stay away for long', () => {
  assert.deepEqual(breakAtGaps(line, [])[3], [5500, null]);
});

test('a line is broken where a gap was noted between two points, and nowhere else', () => {
  const broken = breakAtGaps(line.slice(0, 3), [{ fromMs: 1200, toMs: 1900 }]);
  assert.deepEqual(
    broken.map(([atMs, value]) => [atMs, value === null]),
    [
      [0, false],
      [1000, false],
      [1500, true],
      [2000, false],
    ],
  );
});
