import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbeddedAdmission } from '../admission/embedded.ts';
import type { Coupon } from '../coupon.ts';
import { createFaultSwitches } from '../faults/switches.ts';
import { createMetrics } from '../metrics.ts';
import type { AdmissionPort, OutboxPort, ProduceOutcome } from '../ports.ts';
import { startRelay } from './relay.ts';

const silent = { warn: () => undefined, error: () => undefined };
const ACKNOWLEDGED = { kind: 'acknowledged' } as const;
const NO_ANSWER = { kind: 'unknown', reason: 'no answer' } as const;
const TOO_LARGE = { kind: 'refused', reason: 'too large' } as const;

type Setting = {
  readonly users: readonly string[];
  /** What the broker answers to each request. */
  readonly answer: (users: readonly string[], request: number) => ProduceOutcome;
  readonly outbox?: (admission: AdmissionPort) => OutboxPort;
};

/** A sale that nobody has asked anything of yet. */
function emptyAdmission(): Promise<AdmissionPort> {
  return openEmbeddedAdmission({
    event: { id: 'demo', stock: 100, opensAtMs: undefined, closesAtMs: undefined },
    outboxCap: 100,
    now: () => 0,
    sources: {
      unread: async () => [],
      async *stored() {
        yield [];
      },
    },
  });
}

/** Relays what the users were promised until nothing is left, or nothing changes any more. */
async function relay({ users, answer, outbox = (admission) => admission.outbox }: Setting) {
  const admission = await emptyAdmission();
  for (const user of users) await admission.admit(user);
  const requests: string[][] = [];
  const relaying = startRelay({
    outbox: outbox(admission),
    broker: {
      produce: async (coupons: readonly Coupon[]) => {
        requests.push(coupons.map(({ userId }) => userId));
        return answer(requests.at(-1) ?? [], requests.length);
      },
      produceRaw: async () => undefined,
    },
    metrics: createMetrics({ ledger: () => admission.counts() }),
    faults: createFaultSwitches(new Set(['relay'])),
    logger: silent,
  });
  for (let calm = 0, seen = 0; calm < 20; calm += 1) {
    const { unrelayed } = await admission.counts();
    if (unrelayed === 0) break;
    if (requests.length !== seen) calm = 0;
    seen = requests.length;
    await sleep(20);
  }
  await relaying.stop();
  return { requests, undecided: relaying.undecided(), ...(await admission.counts()) };
}

test('what was promised together is produced together, and removed once acknowledged', async () => {
  const { requests, unrelayed } = await relay({ users: ['a', 'b', 'c'], answer: () => ACKNOWLEDGED });
  assert.deepEqual(requests, [['a', 'b', 'c']]);
  assert.equal(unrelayed, 0);
});

test('a request without an answer is repeated with the same coupons, and nothing is taken back', async () => {
  const { requests, admitted, revoked } = await relay({
    users: ['a', 'b'],
    answer: (_, request) => (request < 3 ? NO_ANSWER : ACKNOWLEDGED),
  });
  assert.deepEqual(requests, [
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'b'],
  ]);
  assert.deepEqual([admitted, revoked], [2, 0]);
});

test('of a refused request each coupon is sent alone, and only the refused one is taken back', async () => {
  const { requests, admitted, revoked, unrelayed } = await relay({
    users: ['a', 'large', 'c'],
    answer: (users) => (users.includes('large') ? TOO_LARGE : ACKNOWLEDGED),
  });
  assert.deepEqual(requests, [['a', 'large', 'c'], ['a'], ['large'], ['c']]);
  assert.deepEqual([admitted, revoked, unrelayed], [2, 1, 0]);
});

test('a refusal after an attempt without an answer takes nothing back: that attempt may have got through', async () => {
  const { admitted, revoked, unrelayed, undecided } = await relay({
    users: ['a'],
    answer: (_, request) => (request === 1 ? NO_ANSWER : TOO_LARGE),
  });
  assert.deepEqual([admitted, revoked, unrelayed, undecided], [1, 0, 1, 1]);
});

test('nor is a coupon taken back that an earlier process may have produced', async () => {
  const { revoked, undecided } = await relay({
    users: ['a'],
    answer: () => TOO_LARGE,
    outbox: ({ outbox }) => ({
      ...outbox,
      take: async (maxCount) =>
        (await outbox.take(maxCount)).map((entry) => ({ ...entry, isRedelivered: true })),
    }),
  });
  assert.deepEqual([revoked, undecided], [0, 1]);
});

test('an outbox that fails to remove is asked again, and the coupon not produced again meanwhile', async () => {
  let failures = 2;
  const { requests, unrelayed } = await relay({
    users: ['a'],
    answer: () => ACKNOWLEDGED,
    outbox: ({ outbox }) => ({
      ...outbox,
      acknowledge: async (entries) => {
        failures -= 1;
        if (failures >= 0) throw new Error('not now');
        await outbox.acknowledge(entries);
      },
    }),
  });
  assert.equal(requests.length, 1);
  assert.equal(unrelayed, 0);
});

test('a coupon that waits to be taken back does not keep the ledger from being built anew', async () => {
  const admission = await emptyAdmission();
  await admission.admit('a');
  const refused = Promise.withResolvers<void>();
  const relaying = startRelay({
    outbox: {
      ...admission.outbox,
      revoke: async () => {
        refused.resolve();
        throw new Error('the ledger is closed');
      },
    },
    broker: { produce: async () => TOO_LARGE, produceRaw: async () => undefined },
    metrics: createMetrics({ ledger: () => admission.counts() }),
    faults: createFaultSwitches(new Set(['relay'])),
    logger: silent,
  });
  await refused.promise;
  await relaying.quiesce();
  await relaying.stop();
});
