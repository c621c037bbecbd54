import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPacer, waitUntil } from './pacing.ts';

test('slots lie one interval apart from the first on', () => {
  const pacer = createPacer({ ratePerSecond: 50, nowMs: () => 1_000 });
  assert.deepEqual([pacer.reserve(1), pacer.reserve(1), pacer.reserve(1)], [1_000, 1_020, 1_040]);
});

test('work that takes time and timers that are late do not lower the rate', () => {
  let now = 0;
  const pacer = createPacer({ ratePerSecond: 35, nowMs: () => now });
  let rows = 0;
  while (now < 60_000) {
    const slotMs = pacer.reserve(1);
    now = Math.max(now, slotMs) + 1.7 + (rows % 3) * 4;
    rows += 1;
  }
  assert.ok(Math.abs(rows / 60 - 35) < 0.1, `${rows / 60} rows/s`);
});

test('catches up after a short stall and forgets a long one', () => {
  let now = 0;
  const pacer = createPacer({ ratePerSecond: 10, nowMs: () => now, maxCatchUpMs: 250 });
  pacer.reserve(1);
  now = 250;
  assert.equal(pacer.reserve(1), 100);
  now = 60_000;
  assert.deepEqual([pacer.reserve(1), pacer.reserve(1), pacer.reserve(1)], [59_750, 59_850, 59_950]);
  assert.equal(pacer.reserve(1), 60_050);
});

test('a batch takes as many slots as it has rows', () => {
  const pacer = createPacer({ ratePerSecond: 100, nowMs: () => 0 });
  assert.deepEqual([pacer.reserve(20), pacer.reserve(1)], [0, 200]);
});

test('without a rate nothing waits', () => {
  const pacer = createPacer({ ratePerSecond: undefined, nowMs: () => 7 });
  assert.deepEqual([pacer.reserve(500), pacer.reserve(500)], [7, 7]);
});

test('a long wait gives signs of life and ends when the work is called off', async () => {
  let signs = 0;
  const work = {
    keepAlive: async () => {
      signs += 1;
    },
    isRunning: () => signs < 1,
  };
  assert.equal(await waitUntil(performance.now() + 60_000, work, () => performance.now()), false);
  assert.equal(signs, 1);
});
