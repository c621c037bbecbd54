import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Coupon } from '../coupon.ts';
import { embeddedAdmission } from './embedded.ts';

const NOW = '2026-01-01T00:00:00.000Z';

test('never admits more than the stock, and serials are 1..N without a repetition', async () => {
  const request = fc.record({ user: fc.integer({ min: 0, max: 30 }), giveBack: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.array(request), async (stock, requests) => {
      const admission = embeddedAdmission({ id: 'demo', stock }, []);
      const held = new Map<string, Coupon>();
      for (const { user, giveBack } of requests) {
        const userId = `u${user}`;
        const decision = await admission.admit('demo', userId, NOW);
        if (held.has(userId)) assert.equal(decision.kind, 'duplicate');
        else if (held.size === stock) assert.equal(decision.kind, 'sold-out');
        else assert.equal(decision.kind, 'admitted');
        if (decision.kind === 'admitted' && !giveBack) held.set(userId, decision.coupon);
        if (decision.kind === 'admitted' && giveBack) await admission.giveBack(decision.coupon);
      }
      const serials = [...held.values()].map(({ serial }) => serial);
      assert.equal(new Set(serials).size, serials.length);
      assert.ok(serials.every((serial) => serial >= 1 && serial <= stock));
      assert.equal((await admission.counts('demo')).admitted, held.size);
    }),
  );
});

test('hands out exactly the stock when more users ask at once', async () => {
  const admission = embeddedAdmission({ id: 'demo', stock: 100 }, []);
  const users = Array.from({ length: 1_000 }, (_, index) => `u${index}`);
  const decisions = await Promise.all(users.map((user) => admission.admit('demo', user, NOW)));
  const serials = decisions.flatMap((decision) =>
    decision.kind === 'admitted' ? [decision.coupon.serial] : [],
  );
  assert.deepEqual(
    serials,
    Array.from({ length: 100 }, (_, index) => index + 1),
  );
});

test('says duplicate before sold out to a user who has a coupon', async () => {
  const admission = embeddedAdmission({ id: 'demo', stock: 1 }, []);
  await admission.admit('demo', 'first', NOW);
  assert.equal((await admission.admit('demo', 'first', NOW)).kind, 'duplicate');
  assert.equal((await admission.admit('demo', 'second', NOW)).kind, 'sold-out');
});

test('does not give back a coupon whose client was told that the outcome is unknown', async () => {
  const admission = embeddedAdmission({ id: 'demo', stock: 1 }, []);
  const decision = await admission.admit('demo', 'first', NOW);
  assert.equal(decision.kind, 'admitted');
  await admission.recordAnswer(decision.coupon, 'unknown');
  await admission.giveBack(decision.coupon);
  assert.equal((await admission.admit('demo', 'second', NOW)).kind, 'sold-out');
});

test('a recovered row keeps its user and its serial', async () => {
  const row = { issueId: 'x', eventId: 'demo', userId: 'old', serial: 3, acceptedAt: NOW };
  const admission = embeddedAdmission({ id: 'demo', stock: 4 }, [row]);
  assert.equal((await admission.admit('demo', 'old', NOW)).kind, 'duplicate');
  const decision = await admission.admit('demo', 'new', NOW);
  assert.equal(decision.kind === 'admitted' && decision.coupon.serial, 4);
  assert.equal((await admission.admit('demo', 'later', NOW)).kind, 'sold-out');
  assert.equal((await admission.counts('demo')).pending, 1);
});

test('a row of another event does not enter the ledger', async () => {
  const admission = embeddedAdmission({ id: 'demo', stock: 1 }, []);
  await admission.recordPersisted([
    { issueId: 'x', eventId: 'other', userId: 'u', serial: 1, acceptedAt: NOW },
  ]);
  assert.equal((await admission.counts('demo')).admitted, 0);
  assert.equal((await admission.admit('other', 'u', NOW)).kind, 'unknown-event');
});
