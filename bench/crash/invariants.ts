import type { Told } from './clients.ts';

/** A row of the store, or an entry of the ledger. */
export type Issue = { readonly issueId: string; readonly userId: string; readonly serial: number };

/** Everything there is to know once nothing moves any more. */
export type Aftermath = {
  readonly stock: number;
  readonly told: ReadonlyMap<string, Told>;
  readonly rows: readonly Issue[];
  readonly ledger: readonly Omit<Issue, 'issueId'>[];
  /** Coupons still waiting for the broker. */
  readonly unrelayed: number;
  /** Records not consumed. */
  readonly uncommitted: number;
  /** More users asked, and were answered, than there are coupons. */
  readonly isSoldOut: boolean;
};

export type Violation =
  | 'lost'
  | 'duplicate'
  | 'oversold'
  | 'phantom'
  | 'serial'
  | 'under-issued'
  | 'ledger-differs'
  | 'not-quiet';

export const violations = [
  'lost',
  'duplicate',
  'oversold',
  'phantom',
  'serial',
  'under-issued',
  'ledger-differs',
  'not-quiet',
] as const satisfies readonly Violation[];

export type Counts = Readonly<Record<Violation, number>>;

/**
 * Counts what must never happen, each 0 in a correct service. Three answers are told apart, as Jepsen's
 * checkers do: done must have its row, refused must have none, unknown may have one.
 *
 * - `lost`: promised and no row under that issue id (미발급)
 * - `duplicate`: rows beyond one per user, or beyond one per issue id
 * - `oversold`: rows beyond the stock
 * - `phantom`: a row of a user who was only ever refused, or of nobody who asked
 * - `serial`: rows beyond one per serial, or outside 1..stock
 * - `under-issued`: coupons left although more users asked than there are coupons
 * - `ledger-differs`: users with a row and without a ledger entry, or the reverse, or under another serial
 * - `not-quiet`: coupons or records that never arrived anywhere
 */
export const countViolations = (aftermath: Aftermath): Counts => {
  const { stock, told, rows, ledger, unrelayed, uncommitted, isSoldOut } = aftermath;
  const byUser = Map.groupBy(rows, ({ userId }) => userId);
  const issueIds = new Set(rows.map(({ issueId }) => issueId));
  const serials = new Set(rows.map(({ serial }) => serial));
  const users = [...told.entries()];
  const ledgerSerial = new Map(ledger.map(({ userId, serial }) => [userId, serial]));
  const differing = rows.filter(({ userId, serial }) => ledgerSerial.get(userId) !== serial).length;
  const withoutRow = ledger.filter(({ userId }) => !byUser.has(userId)).length;
  return {
    lost: users.filter(([, { promise }]) => promise !== undefined && !issueIds.has(promise.issueId)).length,
    duplicate: Math.max(rows.length - byUser.size, rows.length - issueIds.size),
    oversold: Math.max(0, rows.length - stock),
    phantom:
      users.filter(
        ([user, { promise, hasUnknown }]) => promise === undefined && !hasUnknown && byUser.has(user),
      ).length + [...byUser.keys()].filter((user) => !told.has(user)).length,
    serial:
      rows.length - serials.size + rows.filter(({ serial }) => !(serial >= 1 && serial <= stock)).length,
    'under-issued': isSoldOut ? Math.max(0, stock - rows.length) : 0,
    'ledger-differs': differing + withoutRow,
    'not-quiet': unrelayed + uncommitted,
  };
};

/** The violations there are, with their counts. */
export const brokenIn = (counts: Counts): string[] =>
  violations.filter((name) => counts[name] > 0).map((name) => `${name} ${counts[name]}`);
