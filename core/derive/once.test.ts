import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onceFor } from './once.ts';

it('something is derived once for each thing, and nothing is derived again where it was undefined', () => {
  let times = 0;
  const lengthOf = onceFor((of: readonly number[]) => {
    times += 1;
    return of.length === 0 ? undefined : of.length;
  });
  const [some, none] = [[1, 2], []];
  assert.deepEqual(
    [lengthOf(some), lengthOf(some), lengthOf(none), lengthOf(none)],
    [2, 2, undefined, undefined],
  );
  assert.equal(times, 2);
  assert.equal(lengthOf([1, 2]), 2);
  assert.equal(times, 3);
});
