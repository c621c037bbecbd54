import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { change, digits, medianOf, quantileOf, spreadOf } from './statistics.ts';

describe('statistics of the benches', () => {
  it('takes the middle of a list, or between its two middles', () => {
    assert.equal(medianOf([9, 1, 4]), 4);
    assert.equal(medianOf([10, 1, 4, 2]), 3);
    assert.ok(Number.isNaN(medianOf([])));
  });

  it('takes the value at a rank', () => {
    assert.equal(quantileOf([5, 1, 4, 2, 3], 0.5), 3);
    assert.equal(quantileOf([5, 1, 4, 2, 3], 1), 5);
    assert.equal(quantileOf([5, 1, 4, 2, 3], 0), 1);
  });

  it('writes a median with what lies around it', () => {
    assert.equal(spreadOf([1200, 1000, 1100], digits(0)), '1,100 (1,000 … 1,200)');
    assert.equal(spreadOf([-0.01, 0.02, 0.013], change), '+1.3 % (-1.0 % … +2.0 %)');
    assert.equal(spreadOf([], change), 'no figures');
  });
});
