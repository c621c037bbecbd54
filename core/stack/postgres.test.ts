import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client } from 'pg';
import { toolForTest } from '../../fixtures/real-broker.ts';
import { useRealPostgres } from '../../fixtures/real-postgres.ts';
import { stopMember } from './member.ts';
import { startPostgres } from './postgres.ts';

const postgres = await useRealPostgres();
const { skip } = postgres;

const query = async (sql: string, url = postgres.url): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

test('it is a UTF-8 database of its own in the C locale that commits to the disk', { skip }, async () => {
  const [row] = await query(`
    SELECT current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
           current_setting('synchronous_commit') AS commit, datcollate AS collate
    FROM pg_database WHERE datname = current_database()`);
  assert.deepEqual(row, { encoding: 'UTF8', fsync: 'on', commit: 'on', collate: 'C' });
  assert.deepEqual(await query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`), []);
});

test('it asks for the password', { skip }, async () => {
  const stranger = new URL(postgres.url);
  stranger.password = 'guessed';
  await assert.rejects(query('SELECT 1', stranger.href), { code: '28P01' });
});

test('folders that are closed to the user it runs as do not keep it out', { skip }, async (t) => {
  const closed = await mkdtemp(join(tmpdir(), 'lagline-closed-'));
  const options = { postgres: await toolForTest('postgres'), dir: join(closed, 'in', 'here'), guarded: true };
  const first = await startPostgres(options);
  t.after(async () => {
    await stopMember(first);
    await rm(closed, { recursive: true, force: true });
  });
  await query('CREATE TABLE kept (id int)', first.address);
  assert.equal(await stopMember(first), 'terminated');
  const again = await startPostgres({ ...options, port: first.port, fresh: false });
  assert.deepEqual(await query('SELECT * FROM kept', again.address), []);
  assert.equal(await stopMember(again), 'terminated');
  const anew = await startPostgres({ ...options, port: first.port });
  t.after(() => stopMember(anew));
  await assert.rejects(query('SELECT * FROM kept', anew.address), { code: '42P01' });
  assert.notEqual(anew.address, first.address);
});

test('it does not run as root, and its data is closed to others', { skip }, async () => {
  const [row] = await query(`SELECT current_setting('data_directory') AS dir`);
  const { uid, mode } = await stat(String(row?.['dir']));
  assert.notEqual(uid, 0);
  assert.equal(mode & 0o077, 0);
});

test('what was committed is there after kill -9 and a restart on the same port', { skip }, async () => {
  const { url } = postgres;
  await query('CREATE TABLE issues (id int PRIMARY KEY)');
  await query('INSERT INTO issues VALUES (1), (2)');
  // A client that is busy at that moment: its backend must not outlive the server and stop the next from starting.
  const busy = query('SELECT pg_sleep(60)');
  const ended = assert.rejects(busy);
  await postgres.kill9();
  await ended;
  await assert.rejects(query('SELECT 1'), { code: 'ECONNREFUSED' });
  await postgres.restart();
  assert.equal(postgres.url, url);
  assert.deepEqual(await query('SELECT count(*)::int AS rows FROM issues'), [{ rows: 2 }]);
});

test('a client that stays connected does not keep it from stopping', { skip, timeout: 240_000 }, async () => {
  const client = new Client({ connectionString: postgres.url });
  const shutdown = Promise.withResolvers<Error & { code?: string }>();
  client.on('error', shutdown.resolve);
  await client.connect();
  await postgres.restart();
  // Told by the server, which was not killed after waiting in vain.
  assert.equal((await shutdown.promise).code, '57P01');
  await client.end().catch(() => {});
});
