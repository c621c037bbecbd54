import { holdsForInterval, type ThresholdExpression } from '../threshold-expression.ts';
import type { Moment } from './moments.ts';

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

/** The longest run of neighbours that are meant. */
class LongestRun {
  best: { readonly fromMs: number; readonly lastedMs: number } | undefined;
  #startMs: number | undefined;

  take(fromMs: number, toMs: number, isMeant: boolean): void {
    if (!isMeant) {
      this.#startMs = undefined;
      return;
    }
    this.#startMs ??= fromMs;
    const lastedMs = toMs - this.#startMs;
    if (this.best === undefined || lastedMs > this.best.lastedMs)
      this.best = { fromMs: this.#startMs, lastedMs };
  }
}

/**
 * How long a limit was broken without a break, as `for` of Prometheus' alerting rules asks: from the first to the last of
 * the moments in a row at which it was. A moment that is no number, and a gap, may have been either. Moments ascend in time;
 * of those that were taken only the last is kept.
 */
export class BreachWatch {
  readonly #expression: ThresholdExpression;
  readonly #intervalMs: number;
  readonly #certain = new LongestRun();
  readonly #possible = new LongestRun();
  #firstMs: number | undefined;
  #lastMs = 0;

  constructor(expression: ThresholdExpression, intervalMs: number) {
    this.#expression = expression;
    this.#intervalMs = intervalMs;
  }

  take(moment: Moment): void {
    const { fromMs, toMs } = moment;
    if (this.#firstMs === undefined) this.#firstMs = fromMs;
    else if (fromMs - this.#lastMs > gapIntervals * this.#intervalMs)
      this.#add(this.#lastMs, fromMs, undefined);
    this.#add(fromMs, toMs, answerOf(this.#expression, moment));
    this.#lastMs = toMs;
  }

  read(): SustainedBreach {
    return {
      longestMs: this.#certain.best?.lastedMs ?? 0,
      possibleMs: this.#possible.best?.lastedMs ?? 0,
      fromMs: this.#certain.best?.fromMs,
      coveredMs: this.#firstMs === undefined ? 0 : this.#lastMs - this.#firstMs,
    };
  }

  #add(fromMs: number, toMs: number, isKept: boolean | undefined): void {
    this.#certain.take(fromMs, toMs, isKept === false);
    this.#possible.take(fromMs, toMs, isKept !== true);
  }
}

const answerOf = (expression: ThresholdExpression, { low, high }: Moment): boolean | undefined =>
  low === null || high === null ? undefined : holdsForInterval(expression, low, high);
