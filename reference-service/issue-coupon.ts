import type { MicroBatches } from './broker/micro-batches.ts';
import type { Coupon } from './coupon.ts';
import type { Outcome } from './metrics.ts';
import type { AdmissionPort, LedgerEntry, ProduceOutcome } from './ports.ts';
import type { UnknownRecords } from './unknown-records.ts';

export type IssueAnswer =
  | { readonly outcome: 'accepted' | 'duplicate' | 'unknown'; readonly coupon: Coupon }
  | { readonly outcome: 'sold_out' | 'unknown_event' }
  | { readonly outcome: 'not_ready' | 'refused'; readonly reason: string };

export type IssueParts = {
  readonly admission: AdmissionPort;
  readonly produce: MicroBatches<Coupon, ProduceOutcome>['add'];
  readonly unknownRecords: UnknownRecords;
  /** Why no coupon can be admitted now; empty if it can. */
  readonly obstacles: () => readonly string[];
};

/**
 * Admits a user and has the coupon acknowledged by the broker. Whatever stands in the way is known before
 * stock is taken; after that, only a certain refusal gives the coupon back.
 */
export async function issueCoupon(
  { admission, produce, unknownRecords, obstacles }: IssueParts,
  eventId: string,
  userId: string,
): Promise<IssueAnswer> {
  if (!admission.knows(eventId)) return { outcome: 'unknown_event' };
  const obstacle = obstacles()[0];
  if (obstacle !== undefined) return { outcome: 'not_ready', reason: obstacle };
  const decision = await admission.admit(eventId, userId, new Date().toISOString());
  switch (decision.kind) {
    case 'unknown-event':
      return { outcome: 'unknown_event' };
    case 'sold-out':
      return { outcome: 'sold_out' };
    case 'duplicate':
      return { outcome: outcomeOfDuplicate(decision.entry), coupon: decision.entry.coupon };
    case 'admitted':
      break;
  }
  const { coupon } = decision;
  const produced = await produce(coupon);
  switch (produced.kind) {
    case 'acknowledged':
      await admission.recordAnswer(coupon, 'accepted');
      return { outcome: 'accepted', coupon };
    case 'refused':
      await admission.giveBack(coupon);
      return { outcome: 'refused', reason: produced.reason };
    case 'unknown':
      await admission.recordAnswer(coupon, 'unknown');
      unknownRecords.add(coupon);
      return { outcome: 'unknown', coupon };
  }
}

/** A user who was told "unknown" and asks again is not a duplicate until the row is there. */
function outcomeOfDuplicate(entry: LedgerEntry): Outcome & ('duplicate' | 'unknown') {
  return entry.answer === 'unknown' && !entry.persisted ? 'unknown' : 'duplicate';
}
