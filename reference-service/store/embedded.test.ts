import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import type { StorePort } from '../ports.ts';
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

describe('the embedded store', () => {
  let store: StorePort;
  before(async () => {
    store = await openEmbeddedStore(undefined);
  });
  after(() => store.close());

  test('keeps one row per issue, however often and in whatever batches it is delivered', async () => {
    const [a, b] = [coupon('once', 'a', 1), coupon('once', '나', 2)];
    assert.deepEqual(await store.insert([a, b, a], NOW), {
      inserted: [a, b],
      redelivered: [a],
      conflicting: [],
    });
    assert.deepEqual((await store.insert([a], NOW)).redelivered, [a]);
    assert.equal((await store.counts('once')).rows, 2);
    assert.deepEqual(await store.find('once', '나'), { ...b, persistedAt: NOW });
  });

  test('refuses a second coupon of a user and a second holder of a serial', async () => {
    await store.insert([coupon('guarded', 'a', 1)], NOW);
    const sameUser = { ...coupon('guarded', 'a', 2), issueId: 'another' };
    const sameSerial = coupon('guarded', 'b', 1);
    const result = await store.insert([sameUser, sameSerial], NOW);
    assert.deepEqual(result.conflicting, [sameUser, sameSerial]);
    assert.deepEqual(await store.counts('guarded'), {
      rows: 1,
      distinctUsers: 1,
      distinctSerials: 1,
      highestSerial: 1,
    });
  });

  test('keeps events apart, and counts 0 for one it does not know', async () => {
    await store.insert([coupon('left', 'a', 1), coupon('right', 'a', 1)], NOW);
    assert.equal((await store.counts('left')).rows, 1);
    assert.equal((await store.counts('nothing')).rows, 0);
    assert.equal(await store.find('nothing', 'a'), undefined);
  });

  test('refuses a serial below 1', async () => {
    await assert.rejects(store.insert([coupon('checked', 'a', 0)], NOW), /check constraint/);
  });
});

test('rows in a folder outlive the process that wrote them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'coupon-store-'));
  try {
    const first = await openEmbeddedStore(directory);
    await first.insert([coupon('demo', 'a', 1)], NOW);
    await first.close();
    const second = await openEmbeddedStore(directory);
    assert.deepEqual(
      (await second.coupons('demo')).map(({ userId }) => userId),
      ['a'],
    );
    await second.close();
  } finally {
    await rm(directory, { recursive: true });
  }
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
    await assert.rejects(migrate(target, []), /schema version 1, this program knows 0/);
  } finally {
    await database.close();
  }
});
