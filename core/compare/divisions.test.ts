import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { divisionsOf, type Divisions } from './divisions.ts';

const basesOf = ({ count, baseRuns, bases }: Divisions): string[] =>
  Array.from({ length: count }, (_, row) =>
    [...bases.subarray(row * baseRuns, (row + 1) * baseRuns)].sort((a, b) => a - b).join(),
  );

describe('the divisions of runs', () => {
  it('are all there are, each once, the observed one first', () => {
    const divisions = divisionsOf(2, 4);
    const found = basesOf(divisions);
    assert.deepEqual([divisions.count, divisions.isExact, found[0]], [15, true, '0,1']);
    assert.equal(new Set(found).size, 15);
  });

  it('are half of them where the sides have one size, for the other half mirrors it', () => {
    const found = basesOf(divisionsOf(5, 5));
    assert.equal(new Set(found).size, 126);
    assert.ok(found.every((base) => base.startsWith('0,')));
    assert.equal(divisionsOf(10, 10).count, 92_378);
  });

  it('are the observed one alone where a side has no run', () => {
    for (const [base, candidate] of [
      [0, 0],
      [0, 3],
      [3, 0],
    ] as const)
      assert.equal(divisionsOf(base, candidate).count, 1);
  });

  it('are a sample, the same each time, where they are too many', () => {
    const divisions = divisionsOf(20, 15);
    const found = basesOf(divisions);
    assert.equal(divisions.isExact, false);
    assert.equal(found[0], Array.from({ length: 20 }, (_, index) => index).join());
    divisionsOf(2, 2);
    assert.deepEqual(basesOf(divisionsOf(20, 15)), found);
    // Each run is a base in 20 of 35 cases; 6 standard errors.
    const times = Array<number>(35).fill(0);
    for (const run of divisions.bases) times[run] = (times[run] ?? 0) + 1;
    for (const [run, seen] of times.entries())
      assert.ok(Math.abs(seen / found.length - 20 / 35) < 0.014, `${run}: ${seen}`);
  });
});
