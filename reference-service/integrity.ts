import type { Outcome } from './metrics.ts';
import type { AdmissionPort, BrokerPort, StorePort } from './ports.ts';
import type { UnknownRecords } from './unknown-records.ts';

/** What was promised beside what is in the store, for one event. */
export type IntegrityReport = {
  readonly eventId: string;
  readonly stock: number;
  /** Requests for this service's coupons since it started, whatever their outcome. */
  readonly attempted: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Coupons holding a serial. */
  readonly admitted: number;
  /** Clients told 202. */
  readonly accepted: number;
  /** Clients told that the outcome is unknown; their coupons may or may not have a row. */
  readonly unknown: number;
  /** Of those, coupons the broker has still not acknowledged. */
  readonly unresolved: number;
  /** Coupons admitted before this process started. */
  readonly recovered: number;
  readonly persisted: number;
  readonly distinctUsers: number;
  /** Rows beyond one per user. */
  readonly duplicates: number;
  /** Rows beyond the stock. */
  readonly oversold: number;
  /** Admitted coupons whose row is not known to be there. */
  readonly pending: number;
  /** Clients told 202 without a row; null while the consumer has not caught up. */
  readonly lost: number | null;
  /** Rows nobody was promised; null while the consumer has not caught up. */
  readonly phantom: number | null;
  readonly drained: boolean;
  /** Why it is not drained; null if it is. */
  readonly reason: UndrainedReason | null;
};

/** An id for machines; how many there are of what is missing stands in the counts. */
export type UndrainedReason =
  | 'broker-silent'
  | 'consumer-not-caught-up'
  | 'produce-unresolved'
  | 'requests-unanswered';

export type IntegrityParts = {
  readonly admission: AdmissionPort;
  readonly store: StorePort;
  readonly broker: Pick<BrokerPort, 'uncommittedRecords'>;
  readonly unknownRecords: Pick<UnknownRecords, 'count'>;
  readonly outcomes: Readonly<Record<Outcome, number>>;
};

/**
 * Counts from the store's rows and the admission ledger. The ledger is read first: what was promised by
 * then is in the topic, so once the topic is consumed to its end a promise without a row is a lost one.
 */
export async function integrityOf(parts: IntegrityParts, eventId: string): Promise<IntegrityReport> {
  const { admission, store, broker, unknownRecords, outcomes } = parts;
  const promised = await readPromises(admission, eventId);
  const reason = whyNotDrained({
    uncommitted: await broker.uncommittedRecords().catch(() => undefined),
    unresolved: unknownRecords.count(),
    unanswered: promised.unanswered,
  });
  const rows = await store.counts(eventId);
  const difference =
    reason === null ? await compareIds(parts, eventId, promised.acceptedIds) : { lost: null, phantom: null };
  const ledger = await admission.counts(eventId);
  return {
    eventId,
    stock: ledger.stock,
    attempted: Object.values(outcomes).reduce((sum, count) => sum + count, 0),
    outcomes: { ...outcomes },
    admitted: ledger.admitted,
    accepted: ledger.accepted,
    unknown: ledger.unknown,
    unresolved: unknownRecords.count(),
    recovered: ledger.recovered,
    persisted: rows.rows,
    distinctUsers: rows.distinctUsers,
    duplicates: rows.rows - rows.distinctUsers,
    oversold: Math.max(0, rows.rows - ledger.stock),
    pending: ledger.pending,
    ...difference,
    drained: reason === null,
    reason,
  };
}

async function readPromises(
  admission: AdmissionPort,
  eventId: string,
): Promise<{ readonly acceptedIds: readonly string[]; readonly unanswered: number }> {
  const acceptedIds: string[] = [];
  let unanswered = 0;
  for (const { answer, coupon } of await admission.entries(eventId)) {
    if (answer === 'accepted') acceptedIds.push(coupon.issueId);
    if (answer === 'pending') unanswered += 1;
  }
  return { acceptedIds, unanswered };
}

function whyNotDrained(left: {
  /** Undefined if the broker did not say. */
  readonly uncommitted: number | undefined;
  readonly unresolved: number;
  readonly unanswered: number;
}): UndrainedReason | null {
  if (left.uncommitted === undefined) return 'broker-silent';
  if (left.uncommitted > 0) return 'consumer-not-caught-up';
  if (left.unresolved > 0) return 'produce-unresolved';
  return left.unanswered > 0 ? 'requests-unanswered' : null;
}

async function compareIds(
  { admission, store }: IntegrityParts,
  eventId: string,
  acceptedIds: readonly string[],
): Promise<{ lost: number; phantom: number }> {
  const rows = new Set((await store.coupons(eventId)).map((coupon) => coupon.issueId));
  const lost = acceptedIds.filter((issueId) => !rows.has(issueId)).length;
  // The ledger as it is now: a row younger than `acceptedIds` has its entry by the time it is written.
  for (const { coupon } of await admission.entries(eventId)) rows.delete(coupon.issueId);
  return { lost, phantom: rows.size };
}
