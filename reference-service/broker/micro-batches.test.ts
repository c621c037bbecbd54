import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMicroBatches } from './micro-batches.ts';

test('items of one moment travel in one request, and each gets its outcome', async () => {
  const requests: number[][] = [];
  const batches = createMicroBatches<number, string>({
    send: async (items) => {
      requests.push([...items]);
      return `request ${requests.length}`;
    },
    lingerMs: 1,
    maxItems: 3,
    maxInFlight: 2,
  });
  const outcomes = await Promise.all([1, 2, 3, 4].map((item) => batches.add(item)));
  assert.deepEqual(requests, [[1, 2, 3], [4]]);
  assert.deepEqual(outcomes, ['request 1', 'request 1', 'request 1', 'request 2']);
});

test('beyond the requests under way items gather until one is answered', async () => {
  const answers: (() => void)[] = [];
  const sizes: number[] = [];
  const batches = createMicroBatches<number, string>({
    send: (items) => {
      sizes.push(items.length);
      return new Promise((resolve) => answers.push(() => resolve('done')));
    },
    lingerMs: 0,
    maxItems: 10,
    maxInFlight: 1,
    schedule: (work) => work(),
  });
  const added = [batches.add(1), batches.add(2), batches.add(3)];
  assert.deepEqual(sizes, [1]);
  const flushed = batches.flush();
  answers[0]?.();
  await added[0];
  await new Promise(setImmediate);
  assert.deepEqual(sizes, [1, 2]);
  answers[1]?.();
  await flushed;
  assert.deepEqual(await Promise.all(added), ['done', 'done', 'done']);
});
