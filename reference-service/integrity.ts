import { setTimeout as sleep } from 'node:timers/promises';
import type { IntegrityReport, UndrainedReason } from './integrity-report.ts';
import type { Outcome } from './metrics.ts';
import type { AdmissionPort, BrokerPort, StorePort } from './ports.ts';

export type IntegrityParts = {
  readonly eventId: string;
  readonly admission: Pick<AdmissionPort, 'obstacles' | 'counts' | 'entries' | 'missing'>;
  readonly store: Pick<StorePort, 'counts' | 'coupons' | 'missing'>;
  readonly broker: Pick<BrokerPort, 'counts'>;
  readonly outcomes: Readonly<Record<Outcome, number>>;
};

const SHOWN_IDS = 20;

/**
 * Counts from the ledger, the topic and the rows, and compares ids once nothing is on its way. The ledger
 * is read before the topic and the topic before the rows: what was promised first has had to arrive.
 */
export async function integrityOf(
  parts: IntegrityParts,
  compare: Compare = () => compareIds(parts),
): Promise<IntegrityReport> {
  const { eventId, admission, store, broker, outcomes } = parts;
  const ledger = await admission.counts();
  const topic = await broker.counts().catch(() => undefined);
  const rows = await store.counts(eventId);
  const waiting = whyNotDrained(admission.obstacles(), ledger.unrelayed, topic?.uncommitted);
  const { admitted, revoked } = ledger;
  const difference = waiting ?? (await compare({ admitted, revoked, rows: rows.rows }));
  const reason = typeof difference === 'string' ? difference : null;
  const { lost, phantom } = typeof difference === 'string' ? NOTHING : difference;
  return {
    eventId,
    stock: ledger.stock,
    attempted: Object.values(outcomes).reduce((sum, count) => sum + count, 0),
    outcomes: { ...outcomes },
    accepted: ledger.admitted + ledger.revoked,
    revoked: ledger.revoked,
    unknown: outcomes.unknown,
    unrelayed: ledger.unrelayed,
    produced: topic?.appended ?? null,
    consumed: topic?.committed ?? null,
    deadLettered: topic?.deadLettered ?? null,
    persisted: rows.rows,
    distinctUsers: rows.distinctUsers,
    duplicates: rows.rows - rows.distinctUsers,
    oversold: Math.max(0, rows.rows - ledger.stock),
    pending: Math.max(0, ledger.admitted - rows.rows),
    lost: reason === null ? lost.length + ledger.revoked : null,
    phantom: reason === null ? phantom.length : null,
    ids: { lost: lost.slice(0, SHOWN_IDS), phantom: phantom.slice(0, SHOWN_IDS) },
    drained: reason === null,
    reason,
  };
}

/** The counts that a comparison belongs to: as long as they stand, nothing was promised or written. */
type ComparedCounts = { readonly admitted: number; readonly revoked: number; readonly rows: number };
type Compare = (counts: ComparedCounts) => Promise<Difference | UndrainedReason>;

/**
 * Compares ids one comparison at a time, and says `comparing-ids` where that takes longer than an answer may:
 * it goes on, and whoever asks again while the counts stand gets its result. A million rows take some ten
 * seconds.
 */
export function createComparison(parts: IntegrityParts, patienceMs: number): Compare {
  type Comparison = { readonly key: string; readonly result: Promise<Difference | UndrainedReason> };
  let current: (Comparison & { isDone: boolean }) | undefined;
  const begin = (key: string): NonNullable<typeof current> => {
    const begun = { key, result: compareIds(parts), isDone: false };
    const done = (): void => {
      begun.isDone = true;
    };
    begun.result.then(done, done);
    return begun;
  };
  return async (counts) => {
    const key = JSON.stringify(counts);
    if (current === undefined || (current.isDone && current.key !== key)) current = begin(key);
    const comparison = current;
    const impatience = new AbortController();
    const { signal } = impatience;
    const late = sleep(patienceMs, 'comparing-ids' as const, { signal, ref: false });
    try {
      const answer = await Promise.race([comparison.result, late.catch(() => comparison.result)]);
      return comparison.key === key ? answer : 'comparing-ids';
    } finally {
      impatience.abort();
      // Told once; kept only for whoever asks again after having been too early.
      if (comparison.isDone && comparison.key === key && current === comparison) current = undefined;
    }
  };
}

type Difference = { readonly lost: readonly string[]; readonly phantom: readonly string[] };
const NOTHING: Difference = { lost: [], phantom: [] };

/** `uncommitted` is undefined if the broker did not say. */
function whyNotDrained(
  obstacles: readonly string[],
  unrelayed: number,
  uncommitted: number | undefined,
): UndrainedReason | null {
  // After a restart of Redis: what it no longer holds was promised all the same.
  if (obstacles.length > 0) return 'ledger-incomplete';
  if (uncommitted === undefined) return 'broker-silent';
  if (unrelayed > 0) return 'not-relayed';
  return uncommitted > 0 ? 'consumer-not-caught-up' : null;
}

/** Rows against the ledger, then the ledger against the rows; a reason if either changed in between. */
async function compareIds(parts: IntegrityParts): Promise<Difference | UndrainedReason> {
  const { eventId, admission, store, broker } = parts;
  const phantom: string[] = [];
  let rows = 0;
  for await (const coupons of store.coupons(eventId)) {
    rows += coupons.length;
    phantom.push(...(await admission.missing(coupons)).map(({ issueId }) => issueId));
  }
  // As many entries as rows that have one: none can be without.
  const isComplete = (await admission.counts()).admitted <= rows - phantom.length;
  const candidates = isComplete ? [] : await withoutRow(parts);
  if (candidates.length === 0 && phantom.length === 0) return NOTHING;
  // One that was promised during this comparison may still arrive, and the ledger may have been lost.
  const { unrelayed } = await admission.counts();
  const topic = await broker.counts().catch(() => undefined);
  const reason = whyNotDrained(admission.obstacles(), unrelayed, topic?.uncommitted);
  return reason ?? { lost: await store.missing(candidates), phantom };
}

async function withoutRow({ admission, store }: IntegrityParts): Promise<string[]> {
  const ids = new Set<string>();
  for await (const coupons of admission.entries()) {
    for (const id of await store.missing(coupons.map(({ issueId }) => issueId))) ids.add(id);
  }
  return [...ids];
}
