import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { holm, leastP, rankTestP, shiftOf } from './rank-test.ts';

const values = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 });

/** All ways to divide, one by one. */
const byHand = (base: readonly number[], candidate: readonly number[]): number => {
  const all = [...base, ...candidate];
  const u = (chosen: ReadonlySet<number>): number => {
    let total = 0;
    for (const [i, left] of all.entries())
      for (const [j, right] of all.entries())
        if (chosen.has(i) && !chosen.has(j)) total += left > right ? 1 : left === right ? 0.5 : 0;
    return Math.abs(total - (base.length * candidate.length) / 2);
  };
  const seen = u(new Set(base.keys()));
  let [extreme, count] = [0, 0];
  for (let mask = 0; mask < 2 ** all.length; mask += 1) {
    const chosen = new Set(all.flatMap((_, index) => ((mask >> index) & 1 ? [index] : [])));
    if (chosen.size !== base.length) continue;
    count += 1;
    if (u(chosen) >= seen - 1e-9) extreme += 1;
  }
  return extreme / count;
};

describe('the rank test', () => {
  it('gives the exact p-values of textbooks', () => {
    assert.equal(rankTestP([1, 2, 3], [4, 5, 6]), 0.1);
    assert.ok(Math.abs(rankTestP([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) - 2 / 252) < 1e-12);
    assert.equal(rankTestP([1], [2]), 1);
    assert.equal(leastP([1, 1], [1, 1]), 1);
  });

  it('counts the same as going through all divisions, ties included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }),
        (base, candidate) => Math.abs(rankTestP(base, candidate) - byHand(base, candidate)) < 1e-9,
      ),
    );
  });

  it('is never below the least p-value of the same numbers', () => {
    fc.assert(
      fc.property(
        values,
        values,
        (base, candidate) => rankTestP(base, candidate) >= leastP(base, candidate) - 1e-12,
      ),
    );
  });

  it('goes over to the normal distribution without a jump', () => {
    const base = Array.from({ length: 51 }, (_, index) => index * 2);
    const shifted = (by: number, size: number) => base.slice(0, size).map((value) => value + by);
    const exact = rankTestP(base.slice(0, 50), shifted(15, 50));
    const normal = rankTestP(base, shifted(15, 51));
    assert.ok(Math.abs(exact - normal) < 0.01, `${exact} and ${normal}`);
  });
});

describe('the shift', () => {
  it('has the interval of the tables: 5 and 5 runs at 95 % leave out 2 differences an end', () => {
    const { value, low, high } = shiftOf([1, 2, 3, 4, 5], [11, 12, 13, 14, 15], 0.05);
    assert.deepEqual([value, low, high], [10, 7, 13]);
  });

  it('has no bounds where the runs are too few for any', () => {
    assert.deepEqual(shiftOf([1], [3], 0.05), { value: 2, low: -Infinity, high: Infinity });
  });
});

describe('the correction of Holm', () => {
  it('steps down, and never falls below an earlier step', () => {
    assert.deepEqual(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
  });
});
