import type { Coupon } from './coupon.ts';
import type { Faults } from './faults/switches.ts';
import type { AdmissionPort } from './ports.ts';

export type IssueAnswer =
  | { readonly outcome: 'accepted' | 'duplicate'; readonly coupon: Coupon }
  | { readonly outcome: 'sold_out' | 'not_open' | 'over' | 'unknown_event' }
  | { readonly outcome: 'not_ready' | 'backlog_full' | 'unknown'; readonly reason: string };

export type IssueParts = {
  readonly eventId: string;
  readonly admission: Pick<AdmissionPort, 'admit'>;
  readonly faults: Faults;
  /** Why no coupon can be admitted now; empty if it can. */
  readonly obstacles: () => readonly string[];
};

/**
 * Admits a user. Whatever stands in the way is known before stock is taken; once admitted, the coupon is in
 * the outbox, and the relay brings it to the broker.
 */
export async function issueCoupon(
  { eventId, admission, faults, obstacles }: IssueParts,
  wanted: { readonly eventId: string; readonly userId: string },
): Promise<IssueAnswer> {
  if (wanted.eventId !== eventId) return { outcome: 'unknown_event' };
  const obstacle = obstacles()[0];
  if (obstacle !== undefined) return { outcome: 'not_ready', reason: obstacle };
  const decision = await admission.admit(wanted.userId);
  switch (decision.kind) {
    case 'admitted':
      faults.pass('failpoint.admitted');
      return { outcome: 'accepted', coupon: decision.coupon };
    case 'duplicate':
      return { outcome: 'duplicate', coupon: decision.coupon };
    case 'sold-out':
      return { outcome: 'sold_out' };
    case 'not-open':
      return { outcome: 'not_open' };
    case 'over':
      return { outcome: 'over' };
    case 'backlog-full':
      return { outcome: 'backlog_full', reason: decision.reason };
    case 'unavailable':
      return { outcome: 'not_ready', reason: decision.reason };
    case 'unknown':
      return { outcome: 'unknown', reason: decision.reason };
  }
}
