import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { issueIdOf, parseCoupon } from './coupon.ts';
import { openEmbeddedStore } from './store/embedded.ts';

const coupon = {
  issueId: issueIdOf('demo', 'a'),
  eventId: 'demo',
  userId: 'a',
  serial: 1,
  acceptedAt: '2026-01-01T00:00:00.000Z',
};
const parse = (value: unknown) => parseCoupon(Buffer.from(JSON.stringify(value)));

test('a coupon comes out as it went in, without what does not belong to it', () => {
  assert.deepEqual(parse({ ...coupon, campaign: 'spring' }), coupon);
});

test('what is no coupon is refused', () => {
  const broken: [string, Buffer | null][] = [
    ['nothing', null],
    ['empty', Buffer.alloc(0)],
    ['no JSON', Buffer.from('{"issueId":')],
    ['no object', Buffer.from('null')],
    ['no UTF-8', Buffer.from(JSON.stringify({ ...coupon, userId: 'é' }), 'latin1')],
    ['far too long', Buffer.from(JSON.stringify({ ...coupon, note: 'x'.repeat(2_000_000) }))],
  ];
  for (const [what, value] of broken) assert.equal(parseCoupon(value), undefined, what);
});

test('a coupon with a field that no store could keep is refused', () => {
  const odd: Record<string, unknown>[] = [
    { serial: 0 },
    { serial: 1.5 },
    { serial: '1' },
    { serial: 2 ** 53 },
    { userId: '' },
    { userId: 'a\0b' },
    { userId: '\ud800' },
    { userId: 'x'.repeat(513) },
    { issueId: undefined },
    { eventId: {} },
    { acceptedAt: 'yesterday' },
    { acceptedAt: '2026-02-30T00:00:00Z' },
    { acceptedAt: '0000-01-01T00:00:00Z' },
    { acceptedAt: '0099-01-01T00:00:00Z' },
  ];
  for (const field of odd) assert.equal(parse({ ...coupon, ...field }), undefined, JSON.stringify(field));
});

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        parseCoupon(Buffer.from(bytes));
      },
    ),
  );
});

test('whatever it accepts, the store keeps as it is', async () => {
  const store = await openEmbeddedStore(undefined);
  const anyText = (maxLength: number) => fc.string({ minLength: 1, maxLength, unit: 'binary' });
  const anyDate = fc.date({
    min: new Date('1969-12-31T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  const anyCoupon = fc.record({
    issueId: anyText(64),
    eventId: anyText(64),
    userId: anyText(512),
    serial: fc.maxSafeInteger(),
    acceptedAt: anyDate.map((date) => date.toISOString()),
  });
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(anyCoupon, async (given) => {
      const parsed = parse(given);
      if (parsed === undefined) return;
      await store.openEvent({ id: parsed.eventId, stock: Number.MAX_SAFE_INTEGER });
      const { inserted, conflicting, redelivered } = await store.insert([parsed], '2026-01-01T00:00:00.000Z');
      if (conflicting.length + redelivered.length > 0) return;
      assert.deepEqual(inserted, [parsed]);
      const { persistedAt: _, ...row } = (await store.find(parsed.eventId, parsed.userId)) ?? {};
      assert.deepEqual(row, parsed);
      accepted += 1;
    }),
    { numRuns: 200 },
  );
  assert.ok(accepted > 20, `${accepted} of 200 were coupons`);
  await store.close();
});
