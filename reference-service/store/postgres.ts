import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import type { ClientBase, PoolConfig } from 'pg';
import { KnownError } from '../errors.ts';
import type { StorePort } from '../ports.ts';
import { migrate } from './migrations.ts';
import type { MigrationTarget } from './migrations.ts';
import { asStoreError, describe, hostOf, isRepeatable, isStarting } from './postgres-errors.ts';
import { createSqlStore } from './sql-store.ts';
import type { RunSql } from './sql-store.ts';

export type PostgresStoreOptions = {
  /** Connections for statements over few rows; whole events are read on two more. */
  readonly maxConnections?: number;
  /** After this long the server gives up a statement over few rows, and the client one second later. */
  readonly statementTimeoutMs?: number;
};

const CONNECT_TIMEOUT_MS = 2_000;
const LONG_STATEMENT_TIMEOUT_MS = 120_000;
/** The server is to answer first: then it is known that the statement was undone. */
const CLIENT_PATIENCE_MS = 1_000;
const CLOSE_DEADLINE_MS = 1_000;
/** How long a server that is there may take to start, in ms. */
const STARTING_PATIENCE_MS = 15_000;
const STARTING_PAUSE_MS = 250;
/** A statement that met a deadlock is repeated this often, after 20, 40, 80 … ms. */
const REPETITIONS = 5;
const FIRST_REPETITION_PAUSE_MS = 20;
/** Any number that no other program takes for a lock of its own. */
const MIGRATION_LOCK = 7_190_348_215;

/** A store in Postgres, migrated to the newest schema. The URL's password is in none of its errors. */
export async function openPostgresStore(url: string, options: PostgresStoreOptions = {}): Promise<StorePort> {
  const { maxConnections = 10, statementTimeoutMs = 5_000 } = options;
  const pool = createPool(url, { max: maxConnections, statementTimeoutMs });
  const longPool = createPool(url, { max: 2, statementTimeoutMs: LONG_STATEMENT_TIMEOUT_MS });
  const close = async (): Promise<void> => {
    const ending = Promise.all([pool.end(), longPool.end()]);
    await Promise.race([ending, sleep(CLOSE_DEADLINE_MS, undefined, { ref: false })]);
  };
  const translating = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      throw asStoreError(error, url);
    }
  };
  try {
    const run = runOn(pool);
    const runLong = runOn(longPool);
    await patiently(() => requireUnicode(run));
    await migrate(migrationTarget(longPool));
    const caveats = await readCaveats(run);
    return createSqlStore(
      {
        run: (text, parameters) => translating(repeating(() => run(text, parameters))),
        runLong: (text, parameters) => translating(repeating(() => runLong(text, parameters))),
        transaction: (work) =>
          translating(repeating(() => inTransaction(pool, (client) => work(runOn(client))))),
        close,
      },
      { kind: 'postgres', caveats },
    );
  } catch (error) {
    await close();
    if (error instanceof KnownError) throw error;
    throw new KnownError(
      `Postgres at ${hostOf(url)} cannot be used: ${describe(error, url)}`,
      'start the server or correct STORE_URL',
    );
  }
}

/** Lets the migrations run on Postgres, one process at a time. */
function migrationTarget(pool: Pool): MigrationTarget {
  return {
    transaction: (work) =>
      inTransaction(pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
        await work({
          run: async (text) => {
            await client.query(text);
          },
          versions: async () => {
            const rows = await runOn(client)<{ version: number }>(
              'SELECT version FROM schema_migrations',
              [],
            );
            return rows.map((row) => row.version);
          },
        });
      }),
  };
}

function createPool(
  url: string,
  limits: { readonly max: number; readonly statementTimeoutMs: number },
): Pool {
  const settings: PoolConfig = {
    connectionString: url,
    application_name: 'coupon-service',
    max: limits.max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: limits.statementTimeoutMs,
    query_timeout: limits.statementTimeoutMs + CLIENT_PATIENCE_MS,
    idle_in_transaction_session_timeout: limits.statementTimeoutMs,
    keepAlive: true,
    // The statements are written for it: each sees what was committed before it.
    options: '-c default_transaction_isolation=read\\ committed',
  };
  const pool = new Pool(settings);
  // An idle connection that breaks is replaced by the next statement, or that one fails.
  pool.on('error', () => undefined);
  return pool;
}

function runOn(connection: Pool | ClientBase): RunSql {
  return async <Row>(text: string, parameters: readonly unknown[]) =>
    (await connection.query(text, [...parameters])).rows as Row[];
}

async function inTransaction(pool: Pool, work: (client: ClientBase) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  // A connection that breaks between two statements is told by the next one.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
    client.off('error', ignore);
    client.release();
  } catch (error) {
    // The server undoes what is open when the connection ends.
    client.release(true);
    throw error;
  }
}

/** Alone, each of the store's statements is a transaction, and may be repeated after a deadlock. */
async function repeating<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let repetition = 0; ; repetition += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRepeatable(error) || repetition === REPETITIONS) throw error;
      await sleep(FIRST_REPETITION_PAUSE_MS * 2 ** repetition);
    }
  }
}

async function patiently(work: () => Promise<void>): Promise<void> {
  const deadlineMs = performance.now() + STARTING_PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isStarting(error) || performance.now() > deadlineMs) throw error;
      await sleep(STARTING_PAUSE_MS);
    }
  }
}

/** In another encoding, a user whose id it cannot write would stop the consumer for good. */
async function requireUnicode(run: RunSql): Promise<void> {
  const [row] = await run<{ server_encoding: string }>('SHOW server_encoding', []);
  if (row?.server_encoding === 'UTF8') return;
  throw new KnownError(
    `the database is encoded in ${row?.server_encoding}, and user ids may be any text`,
    "create one WITH ENCODING 'UTF8' and name it in STORE_URL",
  );
}

async function readCaveats(run: RunSql): Promise<string[]> {
  const rows = await run<{ name: string }>(
    `SELECT name FROM pg_settings
     WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off' ORDER BY name`,
    [],
  );
  return rows.map(
    ({ name }) => `Postgres runs with ${name} = off: rows whose offsets are committed may be lost in a crash`,
  );
}
