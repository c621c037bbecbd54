import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { timeTicks } from './time-ticks.ts';

test('ticks are round times', () => {
  assert.deepEqual(timeTicks(72_000), [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000]);
});

test('there are few enough ticks to be read, from a second to a month', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 2_678_400_000 }), (durationMs) => {
      const ticks = timeTicks(durationMs);
      assert.ok(ticks.length >= 1 && ticks.length <= 14);
      assert.ok(ticks.every((tick) => tick <= durationMs));
    }),
  );
});
