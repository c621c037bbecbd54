/**
 * A whole number of any size: a `bigint` only where it is beyond what a `number` holds exactly, so that equal ones are `===`. The
 * language compares the two kinds exactly; the rest is here.
 */
export type Whole = number | bigint;

/** Of a `bigint`, or of decimal text. */
export const whole = (value: bigint | string): Whole => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
};

export const minus = (one: Whole, other: Whole): Whole => {
  if (typeof one === 'number' && typeof other === 'number') {
    const difference = one - other;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return whole(BigInt(one) - BigInt(other));
};

/** How far one is ahead of the other, as the `number` next to it. */
export const distance = (one: Whole, other: Whole): number =>
  typeof one === 'number' && typeof other === 'number' ? one - other : Number(BigInt(one) - BigInt(other));
