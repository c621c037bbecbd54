import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMicroBatches } from './micro-batches.ts';

test('items of one moment travel in one request, and each gets its own outcome', async () => {
  const requests: number[][] = [];
  const batches = createMicroBatches<number, string>({
    send: async (items) => {
      requests.push([...items]);
      return items.map((item) => `${item} in request ${requests.length}`);
    },
    maxItems: 3,
    maxInFlight: 2,
  });
  const outcomes = await Promise.all([1, 2, 3, 4].map((item) => batches.add(item)));
  assert.deepEqual(requests, [[1, 2, 3], [4]]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome[0]),
    ['1', '2', '3', '4'],
  );
});

test('beyond the requests under way items gather until one is answered', async () => {
  const answers: (() => void)[] = [];
  const sizes: number[] = [];
  const batches = createMicroBatches<number, string>({
    send: (items) => {
      sizes.push(items.length);
      return new Promise((resolve) => answers.push(() => resolve(items.map(() => 'done'))));
    },
    maxItems: 10,
    maxInFlight: 1,
    schedule: (work) => work(),
  });
  const added = [batches.add(1), batches.add(2), batches.add(3)];
  assert.deepEqual(sizes, [1]);
  answers[0]?.();
  await added[0];
  await new Promise(setImmediate);
  assert.deepEqual(sizes, [1, 2]);
  answers[1]?.();
  assert.deepEqual(await Promise.all(added), ['done', 'done', 'done']);
});
