import assert from 'node:assert/strict';
import test from 'node:test';
import { simulate } from './compare-power/simulate.ts';
import { createRandom } from './random.ts';

test('simulated comparisons without a change are seldom wrong, and a change of 20 % is seen', () => {
  const random = createRandom(11);
  const cell = { cv: 0.05, runs: 7, metrics: 4, correlation: 0 };
  const none = simulate({ ...cell, effect: 0 }, 400, random);
  // 5 % and three standard errors of counting 400.
  assert.ok(none.any <= 0.05 + 3 * Math.sqrt((0.05 * 0.95) / 400), String(none.any));
  const much = simulate({ ...cell, effect: 0.2 }, 100, random);
  assert.ok(much.found >= 0.95, String(much.found));
});
