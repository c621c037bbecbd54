import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOfFailure } from './produce-outcome.ts';
import { createRestartBudget } from './restart-budget.ts';

const failure = (facts: object): Error => Object.assign(new Error('failed'), facts);

for (const { name, error, kind } of [
  { name: 'a record too large', error: failure({ type: 'MESSAGE_TOO_LARGE' }), kind: 'refused' },
  {
    name: 'a refusal wrapped by the client',
    error: new Error('retries exceeded', { cause: failure({ type: 'INVALID_RECORD' }) }),
    kind: 'refused',
  },
  {
    name: 'too few replicas, which may pass',
    error: failure({ type: 'NOT_ENOUGH_REPLICAS' }),
    kind: 'unknown',
  },
  {
    name: 'written but not replicated',
    error: failure({ type: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND' }),
    kind: 'unknown',
  },
  { name: 'a connection refused', error: failure({ code: 'ECONNREFUSED' }), kind: 'unknown' },
  { name: 'something that is no error', error: 'gone', kind: 'unknown' },
]) {
  test(`${name} is ${kind}`, () => assert.equal(outcomeOfFailure(error).kind, kind));
}

test('restarts are bounded within the window and allowed again after it', () => {
  const budget = createRestartBudget({ maxRestarts: 2, windowMs: 1_000 });
  assert.deepEqual([budget.take(0), budget.take(500), budget.take(900)], [true, true, false]);
  assert.equal(budget.take(1_001), true);
});
