import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';

/** The coupon a ledger entry stands for; everything but serial and time follows from event and user. */
export function heldCoupon(
  eventId: string,
  userId: string,
  held: { readonly serial: string | number; readonly acceptedAtMs: string | number },
): Coupon {
  return {
    issueId: issueIdOf(eventId, userId),
    eventId,
    userId,
    serial: Number(held.serial),
    acceptedAt: new Date(Number(held.acceptedAtMs)).toISOString(),
  };
}

/** Reads "serial:acceptedAtMs". */
export function parseHeld(text: string): { serial: string; acceptedAtMs: string } {
  const [serial = '', acceptedAtMs = ''] = text.split(':');
  return { serial, acceptedAtMs };
}

/** Writes what `parseHeld` reads. */
export function formatHeld({ serial, acceptedAt }: Coupon): string {
  return `${serial}:${Date.parse(acceptedAt)}`;
}
