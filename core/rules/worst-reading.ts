import type { ThresholdRule } from '../metric-table.ts';
import { holdsForInterval } from '../threshold-expression.ts';
import { unknown, type Reading } from './reading.ts';

/**
 * The reading that decides a rule where tags leave several: one that breaks it, else one that leaves it open, else the
 * one nearest to breaking it.
 */
export const worst = ({ expression }: ThresholdRule, readings: readonly Reading[]): Reading => {
  const gravity = (reading: Reading): number => {
    if (reading.state === 'unknown') return 1;
    const answer = holdsForInterval(expression, reading.low, reading.high);
    return answer === undefined ? 1 : answer ? 2 : 0;
  };
  const isLeastWorst = expression.operator.startsWith('>');
  const nearness = (reading: Reading): number =>
    reading.state === 'unknown' ? Number.NEGATIVE_INFINITY : isLeastWorst ? reading.low : -reading.high;
  const [first] = readings.toSorted(
    (left, right) => gravity(left) - gravity(right) || compare(nearness(left), nearness(right)),
  );
  return first ?? unknown('no-samples');
};

/** A difference would not do: two infinities have none. */
const compare = (left: number, right: number): number => (left < right ? -1 : left > right ? 1 : 0);
