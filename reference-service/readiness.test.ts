import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROLES } from './config.ts';
import { admissionObstacles, readinessObstacles } from './readiness.ts';
import type { ReadinessFacts } from './readiness.ts';

const READY: ReadinessFacts = {
  roles: new Set(ROLES),
  broker: { producerConnected: true, consumerJoined: true, lastProgressMs: 1_000 },
  admission: [],
  isStopping: false,
};

test('is ready when the broker acknowledges and the consumer moves', () => {
  assert.deepEqual(readinessObstacles(READY, 2_000), []);
});

for (const { name, change, nowMs, says, admits } of [
  { name: 'stopping', change: { isStopping: true }, nowMs: 1_000, says: /stopping/, admits: false },
  {
    name: 'a closed ledger',
    change: { admission: ['Redis cannot be reached'] },
    nowMs: 1_000,
    says: /Redis cannot/,
    admits: false,
  },
  { name: 'a stuck consumer', change: {}, nowMs: 40_000, says: /no progress for 39 s/, admits: true },
  {
    name: 'a silent broker',
    change: { broker: { ...READY.broker, producerConnected: false } },
    nowMs: 1_000,
    says: /acknowledge/,
    admits: true,
  },
  {
    name: 'no membership',
    change: { broker: { ...READY.broker, consumerJoined: false } },
    nowMs: 1_000,
    says: /not a member/,
    admits: true,
  },
]) {
  test(`${name}: not ready, and ${admits ? 'still' : 'not'} admitting`, () => {
    const facts: ReadinessFacts = { ...READY, ...change };
    assert.match(readinessObstacles(facts, nowMs).join(), says);
    assert.equal(admissionObstacles(facts).length === 0, admits);
  });
}

test('a process that only admits does not answer for the consumer or the producer of another', () => {
  const broker = { producerConnected: false, consumerJoined: false, lastProgressMs: undefined };
  assert.deepEqual(readinessObstacles({ ...READY, roles: new Set(['api']), broker }, 99_000), []);
});
