import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { z } from 'zod';

/** Text that a database can keep as it is: no zero character, no half of a surrogate pair. */
const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[^\0\p{Surrogate}]+$/u);

/** One admitted coupon, as it travels through Kafka and is written to the store. */
export type Coupon = z.infer<typeof couponSchema>;

export const couponSchema = z.object({
  issueId: text(64),
  eventId: text(64),
  userId: text(512),
  /** Place in the order of admission, from 1. */
  serial: z.int().min(1),
  /** ISO 8601, wall clock of the process that admitted it; not before 1970, as years of old are read differently. */
  acceptedAt: z.iso
    .datetime()
    .max(40)
    .refine((time) => time >= '1970'),
});

/**
 * The id of the one coupon a user can have of an event. Being computed and not drawn, it is the same on
 * every retry, so that a record produced twice is written once. An event id has no line break.
 */
export function issueIdOf(eventId: string, userId: string): string {
  return hash('sha256', `${eventId}\n${userId}`, 'hex').slice(0, 32);
}

/** Several times what the longest coupon takes. */
const LONGEST_VALUE_BYTES = 64 * 1024;

/** The coupon in a Kafka record's value, or undefined if it is not one; whatever it accepts, a store can keep. */
export function parseCoupon(value: Buffer | null): Coupon | undefined {
  if (value === null || value.length > LONGEST_VALUE_BYTES || !isUtf8(value)) return undefined;
  try {
    return couponSchema.safeParse(JSON.parse(value.toString())).data;
  } catch {
    return undefined;
  }
}
