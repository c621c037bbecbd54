import { PGlite } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import type { StorePort } from '../ports.ts';
import { migrate } from './migrations.ts';
import type { MigrationTarget } from './migrations.ts';
import { createSqlStore } from './sql-store.ts';
import type { RunSql } from './sql-store.ts';

/**
 * A Postgres-compatible store inside this process, in a folder or, without one, in memory. One statement
 * runs at a time, on the main thread: a batch delays requests for as long as it takes.
 */
export async function openEmbeddedStore(directory: string | undefined): Promise<StorePort> {
  const database = await PGlite.create(directory === undefined ? 'memory://' : `file://${directory}`);
  try {
    await migrate(migrationTarget(database));
  } catch (error) {
    await database.close();
    throw error;
  }
  const run = runOn(database);
  return createSqlStore(
    {
      run,
      runLong: run,
      transaction: (work) => database.transaction((transaction) => work(runOn(transaction))),
      close: () => database.close(),
    },
    { kind: 'embedded', caveats: caveatsOf(directory) },
  );
}

/** Lets the migrations run on an embedded database. */
export function migrationTarget(database: PGlite): MigrationTarget {
  return {
    transaction: (work) =>
      database.transaction((transaction) =>
        work({
          run: async (text) => {
            await transaction.exec(text);
          },
          versions: async () => {
            const rows = await runOn(transaction)<{ version: number }>(
              'SELECT version FROM schema_migrations',
              [],
            );
            return rows.map((row) => row.version);
          },
        }),
      ),
  };
}

function runOn(database: PGlite | Transaction): RunSql {
  return async <Row>(text: string, parameters: readonly unknown[]) =>
    (await database.query<Row>(text, [...parameters])).rows;
}

function caveatsOf(directory: string | undefined): string[] {
  return [
    directory === undefined
      ? 'the rows are in memory: they are lost when this process ends'
      : 'the rows are in a folder that only one process may use, and a power cut may take the last of them',
    'rows are written on the thread that answers requests',
  ];
}
