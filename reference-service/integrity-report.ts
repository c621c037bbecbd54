import { z } from 'zod';
import { OUTCOMES } from './metrics.ts';

const count = () => z.int().min(0);
const ids = () => z.array(z.string());

/** Ids for machines; how many there are of what is missing stands in the counts. */
const UNDRAINED_REASONS = [
  'broker-silent',
  'consumer-not-caught-up',
  'not-relayed',
  'ledger-incomplete',
  'comparing-ids',
] as const;
export type UndrainedReason = (typeof UNDRAINED_REASONS)[number];

/** What was promised beside what is in the store, for one event. */
export type IntegrityReport = z.infer<typeof integrityReportSchema>;

export const integrityReportSchema = z.object({
  eventId: z.string(),
  stock: count(),
  attempted: count().describe('Requests for a coupon since this process started, whatever their outcome.'),
  outcomes: z.record(z.enum(OUTCOMES), count()).describe('The same by outcome.'),
  accepted: count().describe('Coupons promised, also by earlier processes; those taken back are among them.'),
  revoked: count().describe('Promises taken back because the broker certainly refused their records.'),
  unknown: count().describe('Clients told that the outcome is unknown since this process started.'),
  unrelayed: count().describe('Coupons the broker has not acknowledged yet.'),
  produced: count()
    .nullable()
    .describe('Records appended to the topic, copies and strangers included; null if the broker is silent.'),
  consumed: count()
    .nullable()
    .describe('Records the consumer group has committed; null if the broker is silent.'),
  deadLettered: count()
    .nullable()
    .describe('Records in the dead-letter topic; null if the broker is silent.'),
  persisted: count().describe('Rows in the store.'),
  distinctUsers: count(),
  duplicates: count().describe('Rows beyond one per user.'),
  oversold: count().describe('Rows beyond the stock.'),
  pending: count().describe('Promised coupons without a row, as long as it may still come.'),
  lost: count()
    .nullable()
    .describe('Clients told 202 without a row, those taken back included; null while not drained.'),
  phantom: count().nullable().describe('Rows nobody was promised; null while not drained.'),
  ids: z.object({ lost: ids(), phantom: ids() }).describe('Issue ids of the first ones of what differs.'),
  drained: z.boolean().describe('Nothing is on its way any more.'),
  reason: z.enum(UNDRAINED_REASONS).nullable().describe('Why it is not drained; null if it is.'),
});
