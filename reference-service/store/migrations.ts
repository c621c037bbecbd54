import { KnownError } from '../errors.ts';

/** One step of the schema. Numbers rise by one and a published step never changes. */
export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

/** What a migration needs of a database; each adapter brings its own. */
export type MigrationTarget = {
  /** Runs the work in one transaction, rolled back if it throws; alone, where others could do the same. */
  transaction(
    work: (sql: { run(text: string): Promise<void>; versions(): Promise<number[]> }) => Promise<void>,
  ): Promise<void>;
};

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'coupons',
    sql: `
      CREATE TABLE coupons (
        issue_id text PRIMARY KEY,
        event_id text NOT NULL,
        user_id text NOT NULL,
        serial bigint NOT NULL CHECK (serial >= 1),
        accepted_at timestamptz NOT NULL,
        persisted_at timestamptz NOT NULL,
        UNIQUE (event_id, user_id),
        UNIQUE (event_id, serial)
      );`,
  },
  {
    version: 2,
    name: 'events and their stock',
    // What an earlier version issued cannot be unissued: its events begin with the stock they have used up,
    // and the service raises that to its setting when it starts.
    sql: `
      CREATE TABLE coupon_events (
        event_id text PRIMARY KEY,
        stock bigint NOT NULL CHECK (stock > 0)
      );
      INSERT INTO coupon_events SELECT event_id, max(serial) FROM coupons GROUP BY event_id;
      ALTER TABLE coupons ADD COLUMN stock bigint;
      UPDATE coupons SET stock = event.stock FROM coupon_events event WHERE event.event_id = coupons.event_id;
      ALTER TABLE coupons
        ALTER COLUMN stock SET NOT NULL,
        DROP CONSTRAINT coupons_serial_check,
        ADD CONSTRAINT coupons_serial_within_stock CHECK (serial BETWEEN 1 AND stock),
        ADD CONSTRAINT coupons_event_is_known FOREIGN KEY (event_id) REFERENCES coupon_events;`,
  },
];

const BOOKKEEPING = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  );`;

/**
 * Applies the steps a database lacks, all or none. Throws if the database is newer than this program: its
 * rows may mean something this version does not know.
 */
export async function migrate(
  target: MigrationTarget,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await target.transaction(async (sql) => {
    await sql.run(BOOKKEEPING);
    const applied = new Set(await sql.versions());
    const newest = migrations.at(-1)?.version ?? 0;
    const ahead = [...applied].filter((version) => version > newest);
    if (ahead.length > 0) {
      throw new KnownError(
        `the store has schema version ${Math.max(...ahead)}, this program knows ${newest}`,
        'use a newer program, or another store',
      );
    }
    for (const { version, name, sql: text } of migrations) {
      if (applied.has(version)) continue;
      await sql.run(text);
      await sql.run(`INSERT INTO schema_migrations (version, name) VALUES (${version}, '${name}')`);
    }
  });
}
