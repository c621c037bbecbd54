import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { selectAt } from './select-at.ts';

it('selects what sorting would put at a place', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ noNaN: true, min: 0.5 }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 200, size: 'max' }), fc.nat(220), (values, place) => {
      assert.equal(selectAt(Float64Array.from(values), place), Float64Array.from(values).sort()[place]);
    }),
  );
});
