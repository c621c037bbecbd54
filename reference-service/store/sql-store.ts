import type { Coupon } from '../coupon.ts';
import type { CouponRow, InsertResult, StoreCounts, StorePort } from '../ports.ts';
import * as sql from './statements.ts';

/** Runs one statement. What a database answers is trusted to have the shape the statement gives it. */
export type RunSql = <Row>(text: string, parameters: readonly unknown[]) => Promise<Row[]>;

/** What the store needs of a database. */
export type Database = {
  /** For statements that touch few rows; given up early. */
  readonly run: RunSql;
  /** For statements over a whole event. */
  readonly runLong: RunSql;
  transaction(work: (run: RunSql) => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

/** Rows read, or ids asked for, by one statement. */
const CHUNK = 5_000;
/** Each further one needs that what stood in a coupon's way was gone when it was looked for. */
const INSERT_ATTEMPTS = 5;

type RawCoupon = Omit<Coupon, 'acceptedAt'> & { readonly acceptedAt: Date };
type RawRow = RawCoupon & { readonly persistedAt: Date };
type Refusal = Exclude<keyof InsertResult, 'inserted'> | 'untried';

/** The store's port on any database that speaks Postgres' SQL and has the newest schema. */
export function createSqlStore(
  database: Database,
  nature: { readonly kind: string; readonly caveats: readonly string[] },
): StorePort {
  const { run, runLong } = database;

  const insertOnce = async (
    coupons: readonly Coupon[],
    persistedAt: string,
  ): Promise<Record<Refusal | 'inserted', Coupon[]>> => {
    const written = await run<Coupon>(sql.INSERT, [JSON.stringify(coupons), persistedAt]);
    const sorted = { ...emptyResult(), untried: [] as Coupon[] };
    if (written.length === coupons.length) return { ...sorted, inserted: [...coupons] };
    const left = new Map(written.map((row) => [row.issueId, row]));
    const rest: Coupon[] = [];
    for (const coupon of coupons) {
      // Taking it out makes a second copy within one batch a redelivery.
      if (isSame(left.get(coupon.issueId), coupon)) {
        left.delete(coupon.issueId);
        sorted.inserted.push(coupon);
      } else {
        rest.push(coupon);
      }
    }
    const reasons = await run<{ kind: Refusal }>(sql.CLASSIFY, [JSON.stringify(rest)]);
    for (const [index, coupon] of rest.entries()) sorted[reasons[index]?.kind ?? 'untried'].push(coupon);
    return sorted;
  };

  return {
    ...nature,
    openEvent: async ({ id, stock }) => {
      await run(sql.ADD_EVENT, [id, stock]);
      const [known] = await run<{ stock: number }>(sql.STOCK, [id]);
      if (known?.stock === stock) return;
      await database.transaction(async (runInside) => {
        await runInside(sql.LOCK_EVENT, [id]);
        await runInside(sql.CHANGE_STOCK, [id, stock]);
      });
    },
    insert: async (coupons, persistedAt) => {
      const result = emptyResult();
      let left = coupons;
      for (let attempt = 1; left.length > 0; attempt += 1) {
        if (attempt > INSERT_ATTEMPTS) {
          throw new Error(`${left.length} coupons became no rows, and nothing is seen in their way`);
        }
        const { untried, ...sorted } = await insertOnce(left, persistedAt);
        result.inserted.push(...sorted.inserted);
        result.redelivered.push(...sorted.redelivered);
        result.conflicting.push(...sorted.conflicting);
        result.overAdmitted.push(...sorted.overAdmitted);
        result.unknownEvent.push(...sorted.unknownEvent);
        left = untried;
      }
      return result;
    },
    find: async (eventId, userId) => {
      const [row] = await run<RawRow>(sql.FIND, [eventId, userId]);
      return row && couponRow(row);
    },
    counts: async (eventId) => {
      const [row] = await runLong<StoreCounts>(sql.COUNTS, [eventId]);
      if (row === undefined) throw new Error('the store answered a count without a row');
      return row;
    },
    coupons: (eventId) => readPages(runLong, eventId),
    missing: async (issueIds) => {
      const missing: string[] = [];
      for (let start = 0; start < issueIds.length; start += CHUNK) {
        const ids = JSON.stringify(issueIds.slice(start, start + CHUNK));
        missing.push(...(await run<{ id: string }>(sql.MISSING, [ids])).map(({ id }) => id));
      }
      return missing;
    },
    close: () => database.close(),
  };
}

async function* readPages(run: RunSql, eventId: string): AsyncGenerator<readonly Coupon[]> {
  let after = 0;
  for (;;) {
    const rows = await run<RawCoupon>(sql.PAGE, [eventId, after, CHUNK]);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(plainCoupon);
    if (rows.length < CHUNK) return;
    after = last.serial;
  }
}

function emptyResult(): Record<keyof InsertResult, Coupon[]> {
  return { inserted: [], redelivered: [], conflicting: [], overAdmitted: [], unknownEvent: [] };
}

/** Of two coupons under one issue id, only one may have been written. */
function isSame(row: Coupon | undefined, coupon: Coupon): boolean {
  return row?.serial === coupon.serial && row.userId === coupon.userId && row.eventId === coupon.eventId;
}

function plainCoupon(row: RawCoupon): Coupon {
  return { ...row, acceptedAt: row.acceptedAt.toISOString() };
}

function couponRow(row: RawRow): CouponRow {
  return { ...plainCoupon(row), persistedAt: row.persistedAt.toISOString() };
}
