import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { createDatabase } from '../../fixtures/postgres-databases.ts';
import { useRealPostgres } from '../../fixtures/real-postgres.ts';
import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import type { InsertResult, StorePort } from '../ports.ts';
import { openEmbeddedStore } from './embedded.ts';
import { openPostgresStore } from './postgres.ts';

const postgres = await useRealPostgres();

const NOW = '2026-01-01T00:00:01.000Z';
const NOTHING: InsertResult = {
  inserted: [],
  redelivered: [],
  conflicting: [],
  overAdmitted: [],
  unknownEvent: [],
};
const coupon = (eventId: string, userId: string, serial: number): Coupon => ({
  issueId: issueIdOf(eventId, userId),
  eventId,
  userId,
  serial,
  acceptedAt: '2026-01-01T00:00:00.000Z',
});

const chunksOf = async (rows: AsyncIterable<readonly Coupon[]>): Promise<(readonly Coupon[])[]> => {
  const chunks: (readonly Coupon[])[] = [];
  for await (const chunk of rows) chunks.push(chunk);
  return chunks;
};

const adapters = [
  { kind: 'embedded', skip: false, open: () => openEmbeddedStore(undefined) },
  {
    kind: 'postgres',
    skip: postgres.skip,
    open: async () => openPostgresStore(await createDatabase(postgres.url)),
  },
] as const;

for (const { kind, skip, open } of adapters) {
  describe(`the ${kind} store`, { skip }, () => {
    let store: StorePort;
    before(async () => {
      store = await open();
    });
    after(() => store.close());

    test('says what it is', () => {
      assert.equal(store.kind, kind);
    });

    test('keeps one row per issue, however often and in whatever batches it is delivered', async () => {
      await store.openEvent({ id: 'once', stock: 10 });
      const [a, b] = [coupon('once', 'a', 1), coupon('once', '나', 2)];
      const first = await store.insert([a, b, a], NOW);
      assert.deepEqual(first, { ...NOTHING, inserted: [a, b], redelivered: [a] });
      assert.deepEqual(await store.insert([a], NOW), { ...NOTHING, redelivered: [a] });
      assert.equal((await store.counts('once')).rows, 2);
      assert.deepEqual(await store.find('once', '나'), { ...b, persistedAt: NOW });
    });

    test('refuses a second coupon of a user and a second holder of a serial', async () => {
      await store.openEvent({ id: 'guarded', stock: 10 });
      await store.insert([coupon('guarded', 'a', 1)], NOW);
      const sameUser = { ...coupon('guarded', 'a', 2), issueId: 'another' };
      const sameSerial = coupon('guarded', 'b', 1);
      const result = await store.insert([sameUser, sameSerial], NOW);
      assert.deepEqual(result, { ...NOTHING, conflicting: [sameUser, sameSerial] });
      assert.deepEqual(await store.counts('guarded'), {
        rows: 1,
        distinctUsers: 1,
        distinctSerials: 1,
        highestSerial: 1,
      });
    });

    test('leaves out what is beyond the stock or of an unknown event, and writes the rest', async () => {
      await store.openEvent({ id: 'small', stock: 2 });
      const within = [coupon('small', 'a', 1), coupon('small', 'b', 2)];
      const beyond = coupon('small', 'c', 3);
      const stray = coupon('never opened', 'a', 1);
      const result = await store.insert([beyond, ...within, stray], NOW);
      assert.deepEqual(result, {
        ...NOTHING,
        inserted: within,
        overAdmitted: [beyond],
        unknownEvent: [stray],
      });
      assert.equal((await store.counts('small')).rows, 2);
      assert.equal((await store.counts('never opened')).rows, 0);
    });

    test('follows a change of stock, but not below a serial that was issued', async () => {
      await store.openEvent({ id: 'changed', stock: 1 });
      const [first, second, third] = [1, 2, 3].map((serial) => coupon('changed', `u${serial}`, serial));
      assert.ok(first && second && third);
      assert.deepEqual((await store.insert([second], NOW)).overAdmitted, [second]);
      await store.openEvent({ id: 'changed', stock: 2 });
      assert.deepEqual((await store.insert([second], NOW)).inserted, [second]);
      await store.openEvent({ id: 'changed', stock: 1 });
      assert.deepEqual(await store.insert([first, third], NOW), {
        ...NOTHING,
        inserted: [first],
        overAdmitted: [third],
      });
    });

    test('keeps events apart, and counts 0 for one it does not know', async () => {
      await store.openEvent({ id: 'left', stock: 1 });
      await store.openEvent({ id: 'right', stock: 1 });
      await store.insert([coupon('left', 'a', 1), coupon('right', 'a', 1)], NOW);
      assert.equal((await store.counts('left')).rows, 1);
      assert.deepEqual(await store.counts('nothing'), {
        rows: 0,
        distinctUsers: 0,
        distinctSerials: 0,
        highestSerial: 0,
      });
      assert.equal(await store.find('nothing', 'a'), undefined);
    });

    test('keeps any text it is given as a user', async () => {
      const users = ['{"a":1}', "'; DROP TABLE coupons; --", '\\u0041\\n', '🧾🧾', '가'.repeat(512), ' '];
      await store.openEvent({ id: 'texts', stock: 100 });
      const coupons = users.map((user, index) => coupon('texts', user, index + 1));
      assert.deepEqual(await store.insert(coupons, NOW), { ...NOTHING, inserted: coupons });
      assert.deepEqual((await chunksOf(store.coupons('texts'))).flat(), coupons);
    });

    test('reads an event in chunks by serial, and knows which issues are missing', async () => {
      const coupons = Array.from({ length: 10_000 }, (_, index) => coupon('long', `u${index}`, index + 1));
      await store.openEvent({ id: 'long', stock: 20_000 });
      for (let start = 0; start < coupons.length; start += 2_000) {
        await store.insert(coupons.slice(start, start + 2_000).reverse(), NOW);
      }
      const chunks = await chunksOf(store.coupons('long'));
      assert.deepEqual(
        chunks.map((chunk) => chunk.length),
        [5_000, 5_000],
      );
      assert.deepEqual(chunks.flat(), coupons);
      assert.deepEqual(await chunksOf(store.coupons('nothing')), []);
      const asked = ['gone', ...coupons.map(({ issueId }) => issueId), 'gone too'];
      assert.deepEqual(await store.missing(asked), ['gone', 'gone too']);
    });

    test('does nothing for an empty batch', async () => {
      assert.deepEqual(await store.insert([], NOW), NOTHING);
      assert.deepEqual(await store.missing([]), []);
    });

    test('says the same as a naive model, whatever is delivered in whatever order', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          run += 1;
          const events = { known: `model ${run}`, unknown: `model ${run}, never opened` };
          const model = createModel();
          for (const { batch, stock } of steps) {
            if (stock !== undefined) {
              await store.openEvent({ id: events.known, stock });
              model.openEvent(events.known, stock);
            }
            const coupons = batch.map(({ isKnown, user, serial, variant }) => {
              const eventId = isKnown ? events.known : events.unknown;
              const issueId = `${issueIdOf(events.known, `user ${user}`)}.${variant}`;
              return { ...coupon(eventId, `user ${user}`, serial), issueId };
            });
            assert.deepEqual(await store.insert(coupons, NOW), model.insert(coupons));
          }
          const rows = (await chunksOf(store.coupons(events.known))).flat();
          assert.deepEqual(rows, model.rows());
          assert.deepEqual(await store.missing(rows.map(({ issueId }) => issueId)), []);
        }),
        { numRuns: 60 },
      );
    });
  });
}

const step = fc.record({
  /** Undefined: the event is as it was; without any, nobody has opened it yet. */
  stock: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  batch: fc.array(
    fc.record({
      isKnown: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
      user: fc.integer({ min: 1, max: 5 }),
      serial: fc.integer({ min: 1, max: 7 }),
      /** Usually a user has one issue id; another one is a conflict. */
      variant: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constant(1)),
    }),
    { maxLength: 8 },
  ),
});

/** One coupon after the other; why one became no row is asked when the whole batch is written. */
function createModel() {
  const stocks = new Map<string, number>();
  const rows: Coupon[] = [];
  const reasonAgainst = (given: Coupon): Exclude<keyof InsertResult, 'inserted'> | undefined => {
    const stock = stocks.get(given.eventId);
    const isTaken = rows.some(
      (row) => row.eventId === given.eventId && (row.userId === given.userId || row.serial === given.serial),
    );
    if (rows.some((row) => row.issueId === given.issueId)) return 'redelivered';
    if (stock === undefined) return 'unknownEvent';
    if (given.serial > stock) return 'overAdmitted';
    return isTaken ? 'conflicting' : undefined;
  };
  return {
    openEvent: (id: string, stock: number) => {
      stocks.set(id, Math.max(stock, ...rows.map(({ serial }) => serial)));
    },
    insert: (coupons: readonly Coupon[]) => {
      const result = structuredClone(NOTHING) as Record<keyof InsertResult, Coupon[]>;
      const refused = coupons.filter((given) => {
        if (reasonAgainst(given) !== undefined) return true;
        rows.push(given);
        result.inserted.push(given);
        return false;
      });
      for (const given of refused) result[reasonAgainst(given) ?? 'inserted'].push(given);
      return result;
    },
    rows: () => rows.toSorted((a, b) => a.serial - b.serial),
  };
}
