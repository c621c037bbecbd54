import { parseCoupon } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import type { DeadLetter, DeliveredRecord, Delivery, InsertResult } from '../ports.ts';

/** Records of one partition, told apart by what they hold. */
export type ReadRecords = {
  readonly coupons: readonly Coupon[];
  /** Records that hold no coupon. */
  readonly malformed: readonly DeadLetter[];
  /** The dead letters of the coupons that the store refused. */
  readonly refused: (result: InsertResult) => readonly DeadLetter[];
};

export function readRecords(
  partition: Delivery['partition'],
  records: readonly DeliveredRecord[],
): ReadRecords {
  const sources = new Map<Coupon, DeliveredRecord>();
  const malformed: DeadLetter[] = [];
  for (const record of records) {
    const coupon = parseCoupon(record.value);
    if (coupon === undefined) malformed.push({ partition, ...record, reason: 'malformed' });
    else sources.set(coupon, record);
  }
  const lettersOf = (coupons: readonly Coupon[], reason: DeadLetter['reason']): DeadLetter[] =>
    coupons.flatMap((coupon) => {
      const record = sources.get(coupon);
      return record === undefined ? [] : [{ partition, ...record, reason }];
    });
  return {
    coupons: [...sources.keys()],
    malformed,
    refused: ({ conflicting, overAdmitted, unknownEvent }) => [
      ...lettersOf(conflicting, 'conflict'),
      ...lettersOf(overAdmitted, 'over_admitted'),
      ...lettersOf(unknownEvent, 'unknown_event'),
    ],
  };
}
