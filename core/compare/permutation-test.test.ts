import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { divisionsOf } from './divisions.ts';
import { detectableShift, intervalOf, mean, shiftOf, testColumns, type Column } from './permutation-test.ts';

const whole = (length: number) =>
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });

/** Welch's |t| from its definition. */
const welch = (base: readonly number[], candidate: readonly number[]): number => {
  const variance = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
  const difference = Math.abs(mean(base) - mean(candidate));
  const error = Math.sqrt(variance(base) / base.length + variance(candidate) / candidate.length);
  return difference < 1e-9 ? 0 : error < 1e-9 ? Infinity : difference / error;
};

/** All ways to divide, one by one. */
const byHand = (column: Column, baseRuns: number): number => {
  const of = (mask: number, bit: number): number[] =>
    column.filter((_, index) => ((mask >> index) & 1) === bit);
  const seen = welch(column.slice(0, baseRuns), column.slice(baseRuns));
  const masks = Array.from({ length: 2 ** column.length }, (_, mask) => mask).filter(
    (mask) => of(mask, 1).length === baseRuns,
  );
  return masks.filter((mask) => welch(of(mask, 1), of(mask, 0)) >= seen * (1 - 1e-9)).length / masks.length;
};

describe('the permutation test', () => {
  it('counts the same as going through all divisions, ties included', () => {
    fc.assert(
      fc.property(whole(4), whole(3), (base, candidate) => {
        const { p } = testColumns([[...base, ...candidate]], 4, 3);
        assert.ok(Math.abs((p[0] ?? 2) - byHand([...base, ...candidate], 4)) < 1e-12);
      }),
    );
  });

  it('has the p of a rank test where the sides do not overlap', () => {
    assert.equal(testColumns([[1, 2, 3, 11, 12, 13]], 3, 3).p[0], 0.1);
    assert.equal(testColumns([[1, 2, 3, 4, 5, 16, 17, 18, 19, 20]], 5, 5).p[0], 2 / 252);
  });

  it('finds nothing where nothing varies, however the numbers are rounded', () => {
    const third = [0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2];
    assert.deepEqual(
      testColumns(
        [
          [5, 5, 5, 5, 5, 5],
          [...third, 0.3, 0.3],
        ],
        3,
        3,
      ).p,
      [1, 1],
    );
  });

  it('holds its level for the whole family, whatever the metrics and the values that runs lack', () => {
    const value = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 12 }) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, 1000) },
    );
    const column = fc.array(value, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(3, 4),
        (columns, base) => {
          const { count, bases } = divisionsOf(base, 8 - base);
          const lowest = Array.from({ length: count }, (_, row) => {
            const chosen = [...bases.subarray(row * base, (row + 1) * base)];
            const order = [...chosen, ...[0, 1, 2, 3, 4, 5, 6, 7].filter((run) => !chosen.includes(run))];
            const divided = columns.map((each) => order.map((run) => each[run] ?? Number.NaN));
            return Math.min(...testColumns(divided, base, 8 - base).adjusted);
          });
          for (const alpha of [0.03, 0.05, 0.1, 0.3])
            assert.ok(lowest.filter((p) => p <= alpha + 1e-12).length <= alpha * count + 1e-9);
        },
      ),
    );
  });

  it('takes no more for metrics that move together than for one', () => {
    fc.assert(
      fc.property(whole(9), whole(9), (one, other) => {
        const alone = testColumns([one], 5, 4).p[0] ?? 2;
        const twice = one.map((value) => 3 * value + 1);
        assert.ok(Math.abs((testColumns([one, twice], 5, 4).adjusted[0] ?? 2) - alone) < 1e-12);
        const both = testColumns([one, other], 5, 4);
        for (const [at, adjusted] of both.adjusted.entries())
          assert.ok(adjusted >= (both.p[at] ?? 2) - 1e-12);
      }),
    );
  });

  it('steps down: what is certain does not hide what is less so', () => {
    const [certain, likely] = [
      [1, 2, 3, 4, 5, 101, 102, 103, 104, 105],
      [5, 1, 4, 2, 3, 7, 6, 9, 5, 8],
    ];
    const { p, adjusted } = testColumns([certain, likely], 5, 5);
    assert.equal(adjusted[0], 2 / 252);
    assert.equal(adjusted[1], p[1]);
  });

  it('says beyond which t the family shows something, and that too few runs never do', () => {
    const column = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    assert.equal(testColumns([column.slice(0, 6)], 3, 3).critical(0.05), Infinity);
    const critical = testColumns([column], 5, 5).critical(0.05);
    assert.ok(critical > 2 && critical < 4, String(critical));
  });

  it('never gives 0 from a sample of the divisions', () => {
    const column = Array.from({ length: 24 }, (_, index) => ((index * 7) % 24) + (index >= 12 ? 1000 : 0));
    assert.equal(testColumns([column], 12, 12).p[0], 1 / 50_001);
  });
});

const interval = (base: readonly number[], candidate: readonly number[], alpha: number) =>
  intervalOf(base, candidate, shiftOf(base, candidate), alpha);

describe('the shift', () => {
  it('has the interval of the shifts that the test does not reject', () => {
    fc.assert(
      fc.property(
        whole(5),
        whole(4),
        fc.double({ min: -30, max: 30, noNaN: true }),
        (base, candidate, by) => {
          const [low, high] = interval(base, candidate, 0.1);
          const p = testColumns([[...base, ...candidate.map((value) => value - by)]], 5, 4).p[0] ?? 2;
          if (by < low - 0.01 || by > high + 0.01)
            assert.ok(p <= 0.1, `${by} outside of ${low} … ${high}: ${p}`);
        },
      ),
    );
  });

  it('comes near to Student where runs are many', () => {
    const base = Array.from({ length: 10 }, (_, index) => index);
    const candidate = base.map((each) => each + 5);
    const { value, error } = shiftOf(base, candidate);
    const [low, high] = interval(base, candidate, 0.05);
    assert.equal(value, 5);
    const reach = 2.101 * (error ?? 0);
    assert.ok(Math.abs(low - (5 - reach)) < 0.1 * reach && Math.abs(high - (5 + reach)) < 0.1 * reach);
  });

  it('has no bounds where the runs are too few for any', () => {
    assert.deepEqual(shiftOf([1], [3]), { value: 2, error: null, freedom: 1 });
    assert.deepEqual(interval([1], [3], 0.05), [-Infinity, Infinity]);
    assert.deepEqual(interval([1, 2, 3], [4, 5, 6], 0.05), [-Infinity, Infinity]);
    assert.equal(detectableShift(shiftOf([1], [3]), 2), null);
  });

  it('is exact where nothing scatters', () => {
    assert.deepEqual(interval([1, 1, 1, 1], [3, 3, 3, 3], 0.05), [2, 2]);
  });
});
