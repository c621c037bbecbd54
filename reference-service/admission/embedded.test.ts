import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Coupon } from '../coupon.ts';
import type { AdmissionPort } from '../ports.ts';
import { openEmbeddedAdmission } from './embedded.ts';
import type { EmbeddedAdmissionOptions } from './embedded.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00.000Z');

function open(
  stock: number,
  {
    rows = [],
    unread = [],
    ...rest
  }: { rows?: Coupon[]; unread?: Coupon[] } & Partial<
    Pick<EmbeddedAdmissionOptions, 'now' | 'outboxCap' | 'event'>
  > = {},
): Promise<AdmissionPort> {
  return openEmbeddedAdmission({
    event: { id: 'demo', stock, opensAtMs: undefined, closesAtMs: undefined },
    outboxCap: 1_000,
    now: () => NOW_MS,
    sources: {
      unread: async () => unread,
      async *stored() {
        yield rows;
      },
    },
    ...rest,
  });
}

const coupon = (userId: string, serial: number, eventId = 'demo'): Coupon => ({
  issueId: `id-${userId}`,
  eventId,
  userId,
  serial,
  acceptedAt: '2026-01-01T00:00:00.000Z',
});

test('never admits more than the stock, and serials are 1..N without a repetition', async () => {
  const request = fc.record({ user: fc.integer({ min: 0, max: 30 }), isRevoked: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.array(request), async (stock, requests) => {
      const admission = await open(stock);
      const held = new Map<string, Coupon>();
      for (const { user, isRevoked } of requests) {
        const userId = `u${user}`;
        const decision = await admission.admit(userId);
        if (held.has(userId)) assert.equal(decision.kind, 'duplicate');
        else if (held.size === stock) assert.equal(decision.kind, 'sold-out');
        else assert.equal(decision.kind, 'admitted');
        if (decision.kind !== 'admitted') continue;
        const [entry] = await admission.outbox.take(1);
        assert.equal(entry?.coupon.userId, userId);
        if (isRevoked) await admission.outbox.revoke(entry);
        else held.set(userId, decision.coupon);
      }
      const serials = [...held.values()].map(({ serial }) => serial);
      assert.equal(new Set(serials).size, serials.length);
      assert.ok(serials.every((serial) => serial >= 1 && serial <= stock));
      assert.equal((await admission.counts()).admitted, held.size);
    }),
  );
});

test('says duplicate before sold out to a user who has a coupon', async () => {
  const admission = await open(1);
  await admission.admit('first');
  assert.equal((await admission.admit('first')).kind, 'duplicate');
  assert.equal((await admission.admit('second')).kind, 'sold-out');
});

test('rows and unread records of an earlier process keep their users and serials', async () => {
  const admission = await open(5, {
    rows: [coupon('old', 3), coupon('stranger', 9, 'other')],
    unread: [coupon('old', 3), coupon('on-its-way', 4)],
  });
  assert.equal((await admission.admit('old')).kind, 'duplicate');
  assert.equal((await admission.admit('on-its-way')).kind, 'duplicate');
  const decision = await admission.admit('new');
  assert.equal(decision.kind === 'admitted' && decision.coupon.serial, 5);
  assert.equal((await admission.admit('later')).kind, 'sold-out');
  assert.equal((await admission.counts()).admitted, 3);
});

test('before the sale and after it nobody is admitted', async () => {
  let nowMs = NOW_MS - 1;
  const admission = await open(5, {
    event: { id: 'demo', stock: 5, opensAtMs: NOW_MS, closesAtMs: NOW_MS + 10 },
    now: () => nowMs,
  });
  assert.equal((await admission.admit('a')).kind, 'not-open');
  nowMs = NOW_MS;
  assert.equal((await admission.admit('a')).kind, 'admitted');
  nowMs = NOW_MS + 10;
  assert.equal((await admission.admit('b')).kind, 'over');
});

test('a full outbox takes no stock', async () => {
  const admission = await open(5, { outboxCap: 1 });
  await admission.admit('a');
  assert.equal((await admission.admit('b')).kind, 'backlog-full');
  assert.equal((await admission.admit('a')).kind, 'duplicate');
  await admission.outbox.acknowledge(await admission.outbox.take(10));
  assert.equal((await admission.admit('b')).kind, 'admitted');
  assert.deepEqual(await admission.counts(), { stock: 5, admitted: 2, revoked: 0, unrelayed: 1 });
});
