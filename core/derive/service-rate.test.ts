import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { partition, type Reading } from '../../fixtures/build-record.ts';
import { groupCurves } from './offset-curves.ts';
import { serviceRate } from './service-rate.ts';

const rateOf = (readings: readonly Reading[], fromMs?: number) =>
  serviceRate(groupCurves([partition(readings)])[0]?.points ?? [], fromMs);

const steady: Reading[] = [
  [0, 0, 100],
  [1000, 10, 100],
  [2000, 20, 100],
  [3000, 30, 100],
];

describe('serviceRate', () => {
  it('is what was consumed per second while a backlog stood', () => {
    assert.equal(rateOf(steady)?.perSecond, 10);
    assert.equal(rateOf(steady)?.spans, 3);
  });

  for (const [what, readings] of [
    ['with fewer than three spans', steady.slice(0, 3)],
    ['where no backlog stood', steady.map(([atMs, , end]): Reading => [atMs, end, end])],
    ['where the lag was never a number', steady.map(([atMs, , end]): Reading => [atMs, null, end])],
  ] as const) {
    it(`is not known ${what}`, () => assert.equal(rateOf(readings), undefined));
  }

  it('leaves out spans in which the consumer may have idled', () => {
    const readings: Reading[] = [...steady, [4000, 100, 100], [60_000, 100, 100]];
    assert.equal(rateOf(readings)?.perSecond, 10);
  });

  it('leaves out the span in which the group was set back', () => {
    const readings: Reading[] = [...steady, [4000, 0, 100], [5000, 10, 100]];
    assert.equal(rateOf(readings)?.perSecond, 10);
  });

  it('looks only at what begins after the given time', () => {
    const readings: Reading[] = [[-1000, 0, 100], ...steady];
    assert.equal(rateOf(readings, 0)?.spans, 3);
    assert.equal(rateOf(readings, 500), undefined);
  });
});
