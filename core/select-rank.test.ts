import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { selectRank } from './select-rank.ts';

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));

describe('the value of a rank', () => {
  it('is that of the sorted list, and divides the list', () =>
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }).chain((values) =>
          fc.record({
            values: fc.constant(values),
            ranks: fc.array(fc.nat({ max: values.length - 1 }), { minLength: 1, maxLength: 4 }),
          }),
        ),
        ({ values, ranks }) => {
          const list = Float64Array.from(values);
          const sorted = list.toSorted();
          let from = 0;
          for (const rank of ranks.toSorted((left, right) => left - right)) {
            // 0 and -0 are one value.
            assert.ok(selectRank(list, rank, from) === sorted[rank]);
            from = rank;
          }
          const last = list[from] ?? 0;
          assert.ok(list.subarray(0, from).every((each) => each <= last));
          assert.ok(list.subarray(from).every((each) => each >= last));
          assert.deepEqual(
            [...list].sort((left, right) => left - right).map((each) => each + 0),
            [...sorted].map((each) => each + 0),
          );
        },
      ),
    ));

  it('is found in a list that is sorted, all alike, or goes up and down', () => {
    const length = 100_000;
    for (const at of [
      (index: number) => index,
      (index: number) => -index,
      () => 7,
      (index: number) => Math.min(index, length - index),
      (index: number) => (index * 7919) % 1009,
    ]) {
      const list = Float64Array.from({ length }, (_, index) => at(index));
      assert.equal(selectRank(list.slice(), 95_000), list.toSorted()[95_000]);
    }
  });
});
