import { holdsForInterval, type ThresholdExpression } from '../threshold-expression.ts';
import type { Moment, MomentSeries } from './moments.ts';

export type SustainedBreach = {
  /** Longest stretch at every moment of which the limit was certainly broken, ms; 0 without such a moment. */
  readonly longestMs: number;
  /** Longest stretch at no moment of which it was certainly kept: where it was not known, it may have been broken. */
  readonly possibleMs: number;
  /** Where the longest certain breach began, on the run's clock; undefined without one. */
  readonly fromMs: number | undefined;
  /** First to last moment. */
  readonly coveredMs: number;
};

/** A distance of moments beyond this many intervals is a gap. */
const gapIntervals = 2.5;

/**
 * How long a limit was broken without a break, as `for` of Prometheus' alerting rules asks: from the first to the last of
 * the moments in a row at which it was. A moment that is no number, and a gap, may have been either.
 */
export const sustainedBreach = (
  expression: ThresholdExpression,
  { moments, intervalMs }: Pick<MomentSeries, 'moments' | 'intervalMs'>,
): SustainedBreach => {
  const judged = moments.flatMap((moment, index): Judged[] => {
    const before = moments[index - 1];
    const { fromMs, toMs } = moment;
    const here = { fromMs, toMs, isKept: answerOf(expression, moment) };
    return before === undefined || fromMs - before.toMs <= gapIntervals * intervalMs
      ? [here]
      : [{ fromMs: before.toMs, toMs: fromMs, isKept: undefined }, here];
  });
  const certain = longest(judged, ({ isKept }) => isKept === false);
  const possible = longest(judged, ({ isKept }) => isKept !== true);
  const [first, last] = [judged[0], judged.at(-1)];
  return {
    longestMs: certain?.lastedMs ?? 0,
    possibleMs: possible?.lastedMs ?? 0,
    fromMs: certain?.fromMs,
    coveredMs: first === undefined || last === undefined ? 0 : last.toMs - first.fromMs,
  };
};

type Judged = { readonly fromMs: number; readonly toMs: number; readonly isKept: boolean | undefined };

const answerOf = (expression: ThresholdExpression, { low, high }: Moment): boolean | undefined =>
  low === null || high === null ? undefined : holdsForInterval(expression, low, high);

/** The longest run of neighbours that are like that; undefined where none is. */
const longest = (
  judged: readonly Judged[],
  isMeant: (each: Judged) => boolean,
): { readonly fromMs: number; readonly lastedMs: number } | undefined => {
  let best: { fromMs: number; lastedMs: number } | undefined;
  let startMs: number | undefined;
  for (const each of judged) {
    if (!isMeant(each)) {
      startMs = undefined;
      continue;
    }
    startMs ??= each.fromMs;
    const lastedMs = each.toMs - startMs;
    if (best === undefined || lastedMs > best.lastedMs) best = { fromMs: startMs, lastedMs };
  }
  return best;
};
