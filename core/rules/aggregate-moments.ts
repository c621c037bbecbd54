import type { ThresholdRule } from '../metric-table.ts';
import type { Moment, MomentSeries } from './moments.ts';
import { SampleAggregate, unknown, type Reading } from './reading.ts';

/** A value must have been a number in this share of the readings; else only what was seen of its maximum counts. */
const minimumShareOfReadings = 0.8;

/** Aggregates the moments of one thing as a rule asks; they come one after the other. */
export class AggregateFold {
  readonly #rule: ThresholdRule;
  readonly #samples: SampleAggregate | undefined;
  #moments = 0;

  constructor(rule: ThresholdRule) {
    const { aggregation } = rule.expression;
    this.#rule = rule;
    this.#samples =
      aggregation.method === 'count' || aggregation.method === 'rate'
        ? undefined
        : new SampleAggregate(aggregation.method, aggregation.method === 'p' ? aggregation.percentile : 0);
  }

  take({ low, high }: Moment): void {
    this.#moments += 1;
    if (low !== null && high !== null) this.#samples?.take(low, high);
  }

  read({ source, of }: Pick<MomentSeries, 'source' | 'of'>): Reading {
    const samples = this.#samples;
    if (samples === undefined) return unknown('aggregation-not-available');
    const reading = samples.read(source);
    const whose = of === undefined ? {} : { of };
    const isPrometheus = this.#rule.selector.name === 'prometheus';
    const why = isPrometheus ? 'stale-samples' : 'no-lag-reading';
    if (isPrometheus && samples.count === 0 && this.#moments > 0) return { ...unknown(why), ...whose };
    if (reading.state === 'unknown' || samples.count >= this.#moments * minimumShareOfReadings)
      return { ...reading, ...whose };
    return this.#rule.expression.aggregation.method === 'max'
      ? { ...reading, ...whose, high: Number.POSITIVE_INFINITY, value: null, reason: why }
      : { ...unknown(why), ...whose };
  }
}
