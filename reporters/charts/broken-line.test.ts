import assert from 'node:assert/strict';
import test from 'node:test';
import { walkBroken } from './broken-line.ts';
import { pointColumns, type LinePoint } from './series-points.ts';

const broken = (line: readonly LinePoint[], gaps: Parameters<typeof walkBroken>[1]): LinePoint[] => {
  const points: LinePoint[] = [];
  walkBroken(pointColumns(line), gaps, (elapsedMs, value) =>
    points.push([elapsedMs, Number.isNaN(value) ? null : value]),
  );
  return points;
};

const line: LinePoint[] = [
  [0, 1],
  [1000, 1],
  [2000, 1],
  [9000, 1],
];

test('a line is broken where points stay away for long', () => {
  assert.deepEqual(broken(line, [])[3], [5500, null]);
});

test('a line is broken where a gap was noted between two points, and nowhere else', () => {
  assert.deepEqual(
    broken(line.slice(0, 3), [{ fromMs: 1200, toMs: 1900 }]).map(([atMs, value]) => [atMs, value === null]),
    [
      [0, false],
      [1000, false],
      [1500, true],
      [2000, false],
    ],
  );
});

test('a line of one point, and one of none, have no break', () => {
  assert.deepEqual(broken(line.slice(0, 1), []), [[0, 1]]);
  assert.deepEqual(broken([], []), []);
});
