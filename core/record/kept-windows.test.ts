import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { KeptWindows } from './kept-windows.ts';

const number = fc.oneof(
  fc.nat(900),
  fc.constantFrom(-0, 2 ** 31, -(2 ** 31), 2 ** 53, 0.5),
  fc.double({ noNaN: true }),
);
const windows = fc.array(
  fc.record(
    {
      fromMs: number,
      toMs: number,
      histogram: fc.record(
        {
          schema: fc.integer({ min: -4, max: 8 }),
          scale: number,
          count: number,
          sum: number,
          zeroCount: number,
          buckets: fc.oneof(
            fc.array(fc.tuple(fc.integer({ min: -900, max: 900 }), fc.nat(2 ** 31 - 1)), { maxLength: 9 }),
            fc.array(fc.tuple(number, number), { maxLength: 3 }),
            fc
              .integer({ min: 5000, max: 9000 })
              .map((length) => Array.from({ length }, (_, index): [number, number] => [index, 7])),
          ),
        },
        { requiredKeys: ['schema', 'count', 'sum', 'zeroCount', 'buckets'], noNullPrototype: true },
      ),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 12 },
);

it('gives windows back as they were', () => {
  fc.assert(
    fc.property(windows, (all) => {
      const keeper = new KeptWindows();
      const kept = all.map((window) => keeper.keep(window));
      assert.deepEqual(
        kept.map(({ fromMs, toMs, histogram }) => ({ fromMs, toMs, histogram })),
        all,
      );
    }),
  );
});
