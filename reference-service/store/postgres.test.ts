import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { createDatabase, withPostgres } from '../../fixtures/postgres-databases.ts';
import { until } from '../../fixtures/processes.ts';
import { useRealPostgres } from '../../fixtures/real-postgres.ts';
import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import { KnownError, StoreUnavailableError } from '../errors.ts';
import type { StorePort } from '../ports.ts';
import { MIGRATIONS } from './migrations.ts';
import { openPostgresStore } from './postgres.ts';
import type { PostgresStoreOptions } from './postgres.ts';
import { INSERT } from './statements.ts';

const postgres = await useRealPostgres();
const { skip } = postgres;

const NOW = '2026-01-01T00:00:01.000Z';
const coupon = (userId: string, serial: number): Coupon => ({
  issueId: issueIdOf('sale', userId),
  eventId: 'sale',
  userId,
  serial,
  acceptedAt: '2026-01-01T00:00:00.000Z',
});
const coupons = (count: number): Coupon[] =>
  Array.from({ length: count }, (_, index) => coupon(`u${index + 1}`, index + 1));

type Setting = { readonly store: StorePort; readonly url: string; readonly client: Client };

/** A store with the event `sale` of 100 coupons in a database of its own, and a connection beside it. */
const withStore = async (
  work: (setting: Setting) => Promise<void>,
  options: PostgresStoreOptions = {},
): Promise<void> => {
  const url = await createDatabase(postgres.url);
  const store = await openPostgresStore(url, options);
  try {
    await store.openEvent({ id: 'sale', stock: 100 });
    await withPostgres(url, (client) => work({ store, url, client }));
  } finally {
    await store.close();
  }
};

describe('by itself, without the service, Postgres refuses', { skip }, () => {
  const columns = 'issue_id, event_id, user_id, serial, stock, accepted_at, persisted_at';
  const cases = [
    { what: 'a second row of an issue', row: `'i1', 'sale', 'z', 99, 100`, constraint: 'coupons_pkey' },
    {
      what: 'a second row of a user',
      row: `'z', 'sale', 'u1', 99, 100`,
      constraint: 'coupons_event_id_user_id_key',
    },
    {
      what: 'a second holder of a serial',
      row: `'z', 'sale', 'z', 1, 100`,
      constraint: 'coupons_event_id_serial_key',
    },
    {
      what: 'a serial beyond the stock',
      row: `'z', 'sale', 'z', 101, 100`,
      constraint: 'coupons_serial_within_stock',
    },
    { what: 'a serial below 1', row: `'z', 'sale', 'z', 0, 100`, constraint: 'coupons_serial_within_stock' },
    {
      what: 'a row of an unknown event',
      row: `'z', 'other', 'z', 1, 100`,
      constraint: 'coupons_event_is_known',
    },
  ];
  for (const { what, row, constraint } of cases) {
    test(what, async () => {
      await withStore(async ({ client }) => {
        const insert = (values: string) =>
          client.query(`INSERT INTO coupons (${columns}) VALUES (${values}, now(), now())`);
        await insert(`'i1', 'sale', 'u1', 1, 100`);
        await assert.rejects(insert(row), { constraint });
        const { rows } = await client.query('SELECT issue_id FROM coupons');
        assert.deepEqual(rows, [{ issue_id: 'i1' }]);
      });
    });
  }

  test('an event without stock', async () => {
    await withStore(async ({ client }) => {
      await assert.rejects(client.query(`INSERT INTO coupon_events VALUES ('none', 0)`), {
        constraint: 'coupon_events_stock_check',
      });
    });
  });
});

const setDeadlockTimeout = async (client: Client, value: string): Promise<void> => {
  await client.query(`ALTER SYSTEM SET deadlock_timeout = ${value === 'DEFAULT' ? value : `'${value}'`}`);
  await client.query('SELECT pg_reload_conf()');
};

describe('several at once', { skip }, () => {
  test('processes that start together migrate once', async () => {
    const url = await createDatabase(postgres.url);
    const stores = await Promise.all(Array.from({ length: 8 }, () => openPostgresStore(url)));
    await Promise.all(stores.map((store) => store.openEvent({ id: 'sale', stock: 5 })));
    const applied = await withPostgres(url, (client) =>
      client.query('SELECT version FROM schema_migrations'),
    );
    assert.equal(applied.rowCount, MIGRATIONS.length);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('writers of the same coupons in other orders leave one row each, and each row is claimed once', async () => {
    // Other orders may meet in a deadlock, which takes Postgres a second to see.
    const patient = { statementTimeoutMs: 20_000 };
    await withStore(async ({ store }) => {
      const all = coupons(100);
      const orders = [all, all.toReversed(), [...all.slice(50), ...all.slice(0, 50)]];
      const results = await Promise.all(
        orders.map(async (order) => [
          await store.insert(order.slice(0, 60), NOW),
          await store.insert(order.slice(40), NOW),
        ]),
      );
      const claimed = results.flat().flatMap(({ inserted }) => inserted.map(({ serial }) => serial));
      assert.deepEqual(
        claimed.toSorted((a, b) => a - b),
        all.map(({ serial }) => serial),
      );
      assert.ok(results.flat().every(({ conflicting }) => conflicting.length === 0));
      assert.equal((await store.counts('sale')).rows, 100);
    }, patient);
  });

  test('a smaller stock waits for a batch under way and does not go below what it wrote', async () => {
    await withStore(async ({ store, client }) => {
      await client.query('BEGIN');
      await client.query(INSERT, [JSON.stringify([coupon('late', 90)]), NOW]);
      let isChanged = false;
      const changing = store.openEvent({ id: 'sale', stock: 10 }).then(() => {
        isChanged = true;
      });
      await sleep(300);
      assert.equal(isChanged, false);
      await client.query('COMMIT');
      await changing;
      const { rows } = await client.query('SELECT stock FROM coupon_events');
      assert.deepEqual(rows, [{ stock: '90' }]);
    });
  });

  test('a batch that waits for a smaller stock keeps to it', async () => {
    await withStore(async ({ store, client }) => {
      await client.query('BEGIN');
      await client.query(`UPDATE coupon_events SET stock = 2`);
      const writing = store.insert(coupons(3), NOW);
      await sleep(300);
      await client.query('COMMIT');
      const result = await writing;
      assert.deepEqual(result.inserted, coupons(2));
      assert.deepEqual(result.overAdmitted, [coupon('u3', 3)]);
    });
  });

  test('the victim of a deadlock writes its batch all the same', async () => {
    await withStore(async ({ store, client }) => {
      const [a, b] = [coupon('a', 1), coupon('b', 2)];
      // Whoever waits looks for a deadlock but once: when the other one waits for it already.
      await setDeadlockTimeout(client, '4s');
      await client.query(`BEGIN; SET LOCAL deadlock_timeout = '60s'`);
      await client.query(INSERT, [JSON.stringify([b]), NOW]);
      const writing = store.insert([a, b], NOW);
      const waiting = 'SELECT 1 FROM pg_locks WHERE NOT granted';
      assert.ok(await until(async () => (await client.query(waiting)).rowCount === 1, 60_000));
      // Waits for a, whose writer waits for b.
      await client.query(INSERT, [JSON.stringify([a]), NOW]);
      await client.query('ROLLBACK');
      assert.deepEqual((await writing).inserted, [a, b]);
      await setDeadlockTimeout(client, 'DEFAULT');
      const deadlocks = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()';
      assert.ok(await until(async () => (await client.query(deadlocks)).rows[0].deadlocks === '1', 60_000));
    });
  });
});

describe('a failing statement', { skip }, () => {
  /** Fails the next inserts with a SQLSTATE; a sequence counts also what is rolled back. */
  const failInserts = (client: Client, state: string, times: number): Promise<unknown> =>
    client.query(`
      CREATE SEQUENCE attempts;
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('attempts') <= ${times} THEN RAISE EXCEPTION USING ERRCODE = '${state}'; END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER fail BEFORE INSERT ON coupons FOR EACH STATEMENT EXECUTE FUNCTION fail();`);
  const attempts = async (client: Client): Promise<string> =>
    (await client.query(`SELECT last_value FROM attempts`)).rows[0].last_value;

  test('is repeated after a serialization failure', async () => {
    await withStore(async ({ store, client }) => {
      await failInserts(client, '40001', 5);
      assert.deepEqual((await store.insert(coupons(3), NOW)).inserted, coupons(3));
      assert.equal(await attempts(client), '6');
    });
  });

  test('is given up when it fails again and again', async () => {
    await withStore(async ({ store, client }) => {
      await failInserts(client, '40P01', 1_000);
      await assert.rejects(store.insert(coupons(3), NOW), { code: '40P01' });
      assert.equal(await attempts(client), '6');
      assert.equal((await store.counts('sale')).rows, 0);
    });
  });

  test('is not repeated for any other reason, which is told as it is', async () => {
    await withStore(async ({ store, client }) => {
      await failInserts(client, '22000', 1);
      await assert.rejects(store.insert(coupons(3), NOW), { code: '22000' });
    });
  });

  for (const state of ['53100', '57P03', '25006', '08006']) {
    test(`with ${state} means that the store cannot be asked now`, async () => {
      await withStore(async ({ store, client }) => {
        await failInserts(client, state, 1);
        await assert.rejects(store.insert(coupons(3), NOW), StoreUnavailableError);
        assert.deepEqual((await store.insert(coupons(3), NOW)).inserted, coupons(3));
      });
    });
  }

  test('that takes too long is undone, and means that the store cannot be asked now', async () => {
    await withStore(
      async ({ store, client }) => {
        await client.query('BEGIN; LOCK TABLE coupons IN ACCESS EXCLUSIVE MODE');
        await assert.rejects(store.insert(coupons(3), NOW), {
          name: 'StoreUnavailableError',
          message: /statement timeout/,
        });
        await client.query('ROLLBACK');
        assert.equal((await store.counts('sale')).rows, 0);
        assert.equal((await store.insert(coupons(3), NOW)).inserted.length, 3);
      },
      { statementTimeoutMs: 2_000 },
    );
  });
});

describe('a server', { skip }, () => {
  test('that dies and comes back is used again by the same store', async () => {
    await withStore(async ({ store, client }) => {
      client.on('error', () => undefined);
      await store.insert(coupons(3), NOW);
      const lost = Promise.allSettled([client.query('SELECT pg_sleep(60)'), store.insert(coupons(2), NOW)]);
      await postgres.kill9();
      await lost;
      await assert.rejects(store.insert(coupons(4), NOW), StoreUnavailableError);
      await assert.rejects(store.find('sale', 'u1'), StoreUnavailableError);
      await assert.rejects(store.counts('sale'), StoreUnavailableError);
      await postgres.restart();
      const result = await store.insert(coupons(4), NOW);
      assert.deepEqual(result.inserted, [coupon('u4', 4)]);
      assert.equal(result.redelivered.length, 3);
    });
  });

  test('that stops in the middle of a statement is given up, and asked over another connection', async () => {
    await withStore(
      async ({ store, client }) => {
        const { rows } = await client.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'coupon-service'`,
        );
        for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
        try {
          await assert.rejects(store.insert(coupons(3), NOW), StoreUnavailableError);
          assert.equal((await store.insert(coupons(3), NOW)).inserted.length, 3);
        } finally {
          for (const { pid } of rows) process.kill(pid, 'SIGCONT');
        }
      },
      { statementTimeoutMs: 2_000, maxConnections: 2 },
    );
  });

  test('that accepts a connection and says nothing is given up after a while', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const startedMs = performance.now();
    await assert.rejects(openPostgresStore(`postgres://me:geheim@127.0.0.1:${port}/db`), (error: Error) => {
      assert.ok(error instanceof KnownError);
      assert.match(
        error.message,
        new RegExp(`^Postgres at 127\\.0\\.0\\.1:${port} cannot be used: .*timeout`),
      );
      return true;
    });
    assert.ok(performance.now() - startedMs < 60_000);
    silent.close();
  });

  test('that does not let us in is named without the password', async () => {
    const url = new URL(await createDatabase(postgres.url));
    url.password = 'p%40ss wort';
    await assert.rejects(openPostgresStore(url.href), (error: Error) => {
      assert.ok(error instanceof KnownError);
      assert.match(error.message, /password authentication failed/);
      assert.match(error.remedy, /STORE_URL/);
      assert.ok(!/p(%40|@)ss/.test(JSON.stringify([error, error.message, error.stack, error.cause])));
      return true;
    });
  });

  test('with a database that cannot hold every text is refused', async () => {
    const latin = new URL(postgres.url);
    latin.pathname = '/latin';
    const create = `CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`;
    await withPostgres(postgres.url, (client) => client.query(create));
    await assert.rejects(openPostgresStore(latin.href), { message: /encoded in LATIN1/, name: 'KnownError' });
  });

  test('with a newer schema is left alone', async () => {
    await withStore(async ({ client, url }) => {
      await client.query(`INSERT INTO schema_migrations VALUES (99, 'from the future')`);
      await assert.rejects(openPostgresStore(url), /schema version 99, this program knows 2/);
    });
  });

  test('that may lose what it confirmed is told of', async () => {
    await withStore(async ({ store, client, url }) => {
      assert.deepEqual(store.caveats, []);
      const { rows } = await client.query('SELECT current_database() AS name');
      await client.query(`ALTER DATABASE ${rows[0].name} SET synchronous_commit = off`);
      const careless = await openPostgresStore(url);
      assert.match(careless.caveats.join(), /synchronous_commit = off/);
      await careless.close();
    });
  });
});

test('rows of schema version 1 are taken over', { skip }, async () => {
  const url = await createDatabase(postgres.url);
  await withPostgres(url, (client) =>
    client.query(`
      ${MIGRATIONS[0]?.sql}
      CREATE TABLE schema_migrations (
        version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
      );
      INSERT INTO schema_migrations VALUES (1, 'coupons');
      INSERT INTO coupons (issue_id, event_id, user_id, serial, accepted_at, persisted_at)
        VALUES ('i7', 'sale', 'b', 7, now(), now());`),
  );
  const store = await openPostgresStore(url);
  await store.openEvent({ id: 'sale', stock: 3 });
  const result = await store.insert([coupon('u7', 7), coupon('u6', 6), coupon('u8', 8)], NOW);
  assert.deepEqual(result.conflicting, [coupon('u7', 7)]);
  assert.deepEqual(result.inserted, [coupon('u6', 6)]);
  assert.deepEqual(result.overAdmitted, [coupon('u8', 8)]);
  await store.close();
});
