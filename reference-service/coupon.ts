import { createHash } from 'node:crypto';
import { z } from 'zod';

/** One admitted coupon, as it travels through Kafka and is written to the store. */
export type Coupon = z.infer<typeof couponSchema>;

export const couponSchema = z.object({
  issueId: z.string().min(1).max(64),
  eventId: z.string().min(1).max(64),
  userId: z.string().min(1).max(512),
  /** Place in the order of admission, from 1. */
  serial: z.int().min(1),
  /** ISO 8601, wall clock of the process that admitted it. */
  acceptedAt: z.iso.datetime(),
});

/**
 * The id of the one coupon a user can have of an event. Being computed and not drawn, it is the same on
 * every retry, so that a record produced twice is written once. An event id has no line break.
 */
export function issueIdOf(eventId: string, userId: string): string {
  return createHash('sha256').update(`${eventId}\n${userId}`).digest('hex').slice(0, 32);
}

/** The coupon in a Kafka record's value, or undefined if it is not one. */
export function parseCoupon(value: string): Coupon | undefined {
  try {
    return couponSchema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}
