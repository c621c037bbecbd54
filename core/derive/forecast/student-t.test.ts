import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { studentTCdf } from './student-t.ts';

describe('studentTCdf', () => {
  // From printed tables of Student's t.
  for (const [t, degrees, chance] of [
    [6.314, 1, 0.95],
    [2.92, 2, 0.95],
    [2.015, 5, 0.95],
    [2.228, 10, 0.975],
    [1.697, 30, 0.95],
    [1.658, 120, 0.95],
    [0, 7, 0.5],
  ] as const) {
    it(`is ${chance} at ${t} with ${degrees} degrees of freedom`, () =>
      assert.ok(Math.abs(studentTCdf(t, degrees) - chance) < 1e-4));
  }

  it('is symmetric, rises, and stays between 0 and 1', () => {
    const t = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(t, t, fc.integer({ min: 1, max: 500 }), (one, other, degrees) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        assert.ok(studentTCdf(low, degrees) <= studentTCdf(high, degrees) + 1e-12);
        assert.ok(Math.abs(studentTCdf(one, degrees) + studentTCdf(-one, degrees) - 1) < 1e-12);
        assert.ok(studentTCdf(low, degrees) >= 0 && studentTCdf(high, degrees) <= 1);
      }),
    );
  });

  it('ends at 0 and 1', () => {
    assert.equal(studentTCdf(Number.NEGATIVE_INFINITY, 3), 0);
    assert.equal(studentTCdf(Number.POSITIVE_INFINITY, 3), 1);
  });
});
