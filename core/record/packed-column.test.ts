import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PackedColumn } from './packed-column.ts';
import type { Whole } from './whole.ts';

const columnOf = (values: readonly Whole[]): PackedColumn => {
  const column = new PackedColumn();
  for (const value of values) column.push(value);
  return column;
};

describe('a packed column', () => {
  it('gives back every value, however far apart neighbours are', () => {
    const step = fc.oneof(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: -70_000, max: 70_000 }),
      fc.constantFrom(2 ** 40, -(2 ** 33), 2 ** 52),
    );
    const value = fc.oneof(
      { weight: 30, arbitrary: step.map((by) => ({ by, of: 'before' as const })) },
      { weight: 1, arbitrary: fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }) },
      { weight: 1, arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER) },
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 40, size: 'max' }),
        fc.integer({ min: 1, max: 60 }),
        (drawn, times) => {
          // Several blocks of them, each with something else in it.
          let latest = 0;
          const values = Array.from({ length: times }, () => drawn)
            .flat()
            .map((each): Whole => {
              if (typeof each !== 'object') return each;
              const next = latest + each.by;
              return (latest = Number.isSafeInteger(next) ? next : 0);
            });
          const column = columnOf(values);
          assert.equal(column.length, values.length);
          assert.deepEqual(
            values.map((_, index) => column.at(index)),
            values,
          );
          assert.equal(column.at(values.length), undefined);
        },
      ),
    );
  });
});
