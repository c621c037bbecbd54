import type { WrittenNumber, WrittenQuantity } from './written-quantity.ts';

/** Least and greatest value that a number may stand for, as it was written. */
export type Span = { readonly low: number; readonly high: number };

/**
 * What the digits allow: the value rounded to the last of them, or, but for durations, cut off behind it as k6 does with
 * shares (0.1858 % is written 0.18 %). Of a number that is called approximate zeros at the end promise nothing.
 */
export const spanOf = (
  { value, step }: WrittenNumber,
  { unit, isApproximate }: Pick<WrittenQuantity, 'unit' | 'isApproximate'>,
): Span => {
  const half = step / 2;
  const loose = isApproximate ? Math.max(half, lastPlace(value, step) / 2) : half;
  const above = unit === 'ms' ? loose : Math.max(step, loose);
  const slack = Math.max(Math.abs(value), step) * 1e-9;
  return { low: value - loose - slack, high: value + above + slack };
};

/** Value of one step at the last digit that is not a zero. */
export const lastPlace = (value: number, step: number): number => {
  const isMultiple = (of: number): boolean => Math.abs(value / of - Math.round(value / of)) < 1e-9;
  const next = step * 10;
  return value !== 0 && isMultiple(next) ? lastPlace(value, next) : step;
};

export const overlap = (a: Span, b: Span): boolean => a.low <= b.high && b.low <= a.high;
