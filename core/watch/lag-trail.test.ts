import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLagTrail, type LagPoint, type LagTrend } from './lag-trail.ts';

const seconds = (...lags: readonly (number | null | readonly [number, number])[]): LagPoint[] =>
  lags.map((lag, second) => {
    const [low, high] = lag === null || typeof lag === 'number' ? [lag, lag] : lag;
    return { atMs: second * 1000, low, high };
  });
const trailOf = (points: readonly LagPoint[]) => {
  const trail = createLagTrail(5000);
  for (const point of points) trail.take(point);
  return trail;
};

describe('the trend of a lag', () => {
  for (const [what, points, expected] of [
    ['nothing', [], null],
    ['one reading', seconds(5), null],
    ['more than before', seconds(5, 6), 'growing'],
    ['less than before', seconds(6, 5), 'shrinking'],
    ['the same', seconds(5, 5), 'steady'],
    ['intervals that overlap', seconds([3, 8], [7, 9]), 'steady'],
    ['intervals apart', seconds([3, 8], [9, 12]), 'growing'],
    ['one that is no number now', seconds(5, null), null],
    ['one that was no number', seconds(null, 5), null],
  ] as const satisfies readonly (readonly [string, LagPoint[], LagTrend])[])
    it(`of ${what} is ${expected}`, () => assert.equal(trailOf(points).trend(), expected));

  it('looks ten seconds back, not to the beginning', () => {
    const risenThenFallen = [...Array.from({ length: 30 }, (_, second) => second * 10), 280, 260, 240];
    assert.equal(trailOf(seconds(...risenThenFallen)).trend(), 'growing');
    assert.equal(trailOf(seconds(...risenThenFallen, ...Array(11).fill(100))).trend(), 'steady');
    assert.equal(trailOf(seconds(...risenThenFallen, 200, 180, 160, 140, 120, 100)).trend(), 'shrinking');
  });
});

describe('slices of a lag', () => {
  it('hold the greatest of each slice, oldest first, and null where nothing was read', () => {
    const points = seconds(1, 4, 2, 2, 2, 9).filter(({ atMs }) => atMs !== 1000);
    const trail = trailOf([...points, { atMs: 17_000, low: 0, high: 0 }]);
    assert.deepEqual(trail.slices(17_500, 5), [null, 2, 9, null, 0]);
    assert.deepEqual(trail.slices(27_000, 3), [0, null, null]);
  });

  it('have no number where the lag was none', () => {
    assert.deepEqual(trailOf(seconds(null, null)).slices(1000, 1), [null]);
    assert.deepEqual(trailOf(seconds(null, 0)).slices(1000, 1), [0]);
  });

  it('are bounded', () => {
    const trail = createLagTrail(1);
    for (let atMs = 0; atMs < 10_000; atMs += 1) trail.take({ atMs, low: 1, high: 1 });
    assert.equal(trail.slices(9999, 1000).filter((value) => value !== null).length, 120);
  });
});
