import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import { migrationTarget, openEmbeddedStore } from './embedded.ts';
import { migrate, MIGRATIONS } from './migrations.ts';

const NOW = '2026-01-01T00:00:01.000Z';
const coupon = (eventId: string, userId: string, serial: number): Coupon => ({
  issueId: issueIdOf(eventId, userId),
  eventId,
  userId,
  serial,
  acceptedAt: '2026-01-01T00:00:00.000Z',
});

test('rows in a folder outlive the process that wrote them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'coupon-store-'));
  try {
    const first = await openEmbeddedStore(directory);
    assert.ok(first.caveats.every((caveat) => !caveat.includes('in memory')));
    await first.openEvent({ id: 'demo', stock: 1 });
    await first.insert([coupon('demo', 'a', 1)], NOW);
    await first.close();
    const second = await openEmbeddedStore(directory);
    for await (const rows of second.coupons('demo')) assert.deepEqual(rows, [coupon('demo', 'a', 1)]);
    assert.equal((await second.counts('demo')).rows, 1);
    await second.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a store in memory says so', async () => {
  const store = await openEmbeddedStore(undefined);
  assert.match(store.caveats.join('\n'), /in memory: they are lost/);
  await store.close();
});

test('migrations are applied once, all or none, and never backwards', async () => {
  const database = await PGlite.create();
  try {
    const target = migrationTarget(database);
    const broken = [
      { version: 1, name: 'good', sql: 'CREATE TABLE one (id integer);' },
      { version: 2, name: 'bad', sql: 'CREATE TABLE;' },
    ];
    await assert.rejects(migrate(target, broken), /syntax error/);
    await assert.rejects(database.query('SELECT * FROM one'), /does not exist/);
    await migrate(target);
    await migrate(target);
    const applied = await database.query<{ version: number }>('SELECT version FROM schema_migrations');
    assert.deepEqual(
      applied.rows.map(({ version }) => version),
      MIGRATIONS.map(({ version }) => version),
    );
    await assert.rejects(migrate(target, []), /schema version 2, this program knows 0/);
  } finally {
    await database.close();
  }
});

test('rows of schema version 1 give their events the stock they have used up', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'coupon-store-'));
  try {
    const old = await PGlite.create(`file://${directory}`);
    await migrate(migrationTarget(old), MIGRATIONS.slice(0, 1));
    await old.exec(`
      INSERT INTO coupons (issue_id, event_id, user_id, serial, accepted_at, persisted_at) VALUES
        ('i1', 'sale', 'a', 1, now(), now()), ('i7', 'sale', 'b', 7, now(), now()),
        ('j1', 'other', 'a', 1, now(), now());`);
    await old.close();

    const store = await openEmbeddedStore(directory);
    assert.equal((await store.counts('sale')).rows, 2);
    const [used, next, last] = [3, 8, 9].map((serial) => coupon('sale', `u${serial}`, serial));
    assert.ok(used && next && last);
    assert.deepEqual((await store.insert([used, next], NOW)).inserted, [used]);
    await store.openEvent({ id: 'sale', stock: 5 });
    assert.deepEqual((await store.insert([next], NOW)).overAdmitted, [next]);
    await store.openEvent({ id: 'sale', stock: 8 });
    const afterwards = await store.insert([next, last], NOW);
    assert.deepEqual(afterwards.inserted, [next]);
    assert.deepEqual(afterwards.overAdmitted, [last]);
    await store.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});
