import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTruthLog } from './truth-log.ts';

test('a change is possible from when it was asked for, and certain from when it was done', () => {
  let nowMs = 0;
  const log = createTruthLog(() => nowMs, 0);
  nowMs = 10;
  const first = log.begin(1);
  nowMs = 20;
  first.done();
  nowMs = 30;
  log.begin(2);
  nowMs = 40;
  log.begin(3).done();
  const possible = (fromMs: number, toMs: number): number[] => log.possible(fromMs, toMs);
  assert.deepEqual(possible(0, 9), [0]);
  assert.deepEqual(possible(0, 15), [0, 1]);
  assert.deepEqual(possible(15, 25), [0, 1]);
  assert.deepEqual(possible(20, 25), [1]);
  // The second was never answered: it may have been done until the third was.
  assert.deepEqual(possible(30, 39), [1, 2]);
  assert.deepEqual(possible(39, 40), [1, 2, 3]);
  assert.deepEqual(possible(40, 99), [3]);
});
