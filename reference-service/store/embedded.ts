import { PGlite } from '@electric-sql/pglite';
import type { Coupon } from '../coupon.ts';
import type { CouponRow, InsertResult, StoreCounts, StorePort } from '../ports.ts';
import { migrate } from './migrations.ts';
import type { MigrationTarget } from './migrations.ts';

const INSERT = `
  INSERT INTO coupons (issue_id, event_id, user_id, serial, accepted_at, persisted_at)
  SELECT "issueId", "eventId", "userId", serial, "acceptedAt", $2::timestamptz
  FROM json_to_recordset($1::json)
    AS c("issueId" text, "eventId" text, "userId" text, serial bigint, "acceptedAt" timestamptz)
  ON CONFLICT DO NOTHING
  RETURNING issue_id AS "issueId"`;
const EXISTING = `
  SELECT issue_id AS "issueId" FROM coupons
  WHERE issue_id IN (SELECT json_array_elements_text($1::json))`;
const COUPON = `issue_id AS "issueId", event_id AS "eventId", user_id AS "userId", serial::float8 AS serial,
  accepted_at AS "acceptedAt", persisted_at AS "persistedAt"`;
const COUNTS = `
  SELECT count(*)::float8 AS rows, count(DISTINCT user_id)::float8 AS "distinctUsers",
    count(DISTINCT serial)::float8 AS "distinctSerials", coalesce(max(serial), 0)::float8 AS "highestSerial"
  FROM coupons WHERE event_id = $1`;

type RawRow = Omit<CouponRow, 'acceptedAt' | 'persistedAt'> & { acceptedAt: Date; persistedAt: Date };

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
  const select = async <Row>(text: string, parameters: unknown[]): Promise<Row[]> =>
    (await database.query<Row>(text, parameters)).rows;

  return {
    kind: 'embedded',
    insert: async (coupons, persistedAt): Promise<InsertResult> => {
      const written = await select<{ issueId: string }>(INSERT, [JSON.stringify(coupons), persistedAt]);
      if (written.length === coupons.length) {
        return { inserted: coupons, redelivered: [], conflicting: [] };
      }
      const insertedIds = new Set(written.map((row) => row.issueId));
      // Deleting on the first hit makes a second copy within one call a redelivery.
      const [inserted, rest] = partition(coupons, (coupon) => insertedIds.delete(coupon.issueId));
      const ids = JSON.stringify(rest.map((coupon) => coupon.issueId));
      const existingIds = new Set(
        (await select<{ issueId: string }>(EXISTING, [ids])).map((row) => row.issueId),
      );
      const [redelivered, conflicting] = partition(rest, (coupon) => existingIds.has(coupon.issueId));
      return { inserted, redelivered, conflicting };
    },
    find: async (eventId, userId) => {
      const text = `SELECT ${COUPON} FROM coupons WHERE event_id = $1 AND user_id = $2`;
      const row = (await select<RawRow>(text, [eventId, userId]))[0];
      return row && couponRow(row);
    },
    counts: async (eventId) => {
      const row = (await select<StoreCounts>(COUNTS, [eventId]))[0];
      if (row === undefined) throw new Error('the store answered a count without a row');
      return row;
    },
    coupons: async (eventId) =>
      (await select<RawRow>(`SELECT ${COUPON} FROM coupons WHERE event_id = $1`, [eventId])).map(couponRow),
    close: () => database.close(),
  };
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
            const result = await transaction.query<{ version: number }>(
              'SELECT version FROM schema_migrations',
            );
            return result.rows.map((row) => row.version);
          },
        }),
      ),
  };
}

function couponRow(row: RawRow): CouponRow {
  return {
    ...row,
    acceptedAt: row.acceptedAt.toISOString(),
    persistedAt: row.persistedAt.toISOString(),
  };
}

function partition(coupons: readonly Coupon[], test: (coupon: Coupon) => boolean): [Coupon[], Coupon[]] {
  const passed: Coupon[] = [];
  const failed: Coupon[] = [];
  for (const coupon of coupons) (test(coupon) ? passed : failed).push(coupon);
  return [passed, failed];
}
