import type { ThresholdRule } from '../../metric-table.ts';
import { AggregateFold } from '../aggregate-moments.ts';
import { judgeReading } from '../judge-reading.ts';
import { SustainedFold, worstJudged } from '../judge-sustained.ts';
import type { Moment, MomentSeries } from '../moments.ts';
import { worstOrNone } from '../read-lagline-metric.ts';
import type { Judged } from '../rule.ts';

type Named = Omit<MomentSeries, 'moments'>;

/** The moments of one thing that a rule means, judged as they come and then forgotten. */
export class RuleFold {
  readonly named: Named;
  readonly #between: ThresholdRule['options']['between'];
  readonly fold: SustainedFold | AggregateFold;
  /** Not yet known to lie in the load, or beyond the moment that was judged at last. */
  readonly #waiting: Moment[] = [];

  constructor(rule: ThresholdRule, named: Named) {
    const { forMs, between } = rule.options;
    this.named = named;
    this.#between = between;
    this.fold =
      forMs === undefined ? new AggregateFold(rule) : new SustainedFold(rule, forMs, named.intervalMs);
  }

  take(moment: Moment): void {
    if (this.#between === 'run') this.fold.take(moment);
    else this.#waiting.push(moment);
  }

  /** Takes those that lie in the load, which is the only phase so far. */
  settle(startedMs: number, nowMs: number): void {
    let settled = 0;
    for (const moment of this.#waiting) {
      if (moment.toMs > nowMs) break;
      settled += 1;
      if (this.#between === 'load' && moment.fromMs >= startedMs) this.fold.take(moment);
    }
    this.#waiting.splice(0, settled);
  }
}

/** The worst of them decides. */
export const judgeThings = (rule: ThresholdRule, things: readonly RuleFold[]): Judged => {
  const sustained = things.flatMap(({ fold, named }) =>
    fold instanceof SustainedFold ? [fold.judge(named)] : [],
  );
  if (rule.options.forMs !== undefined) return worstJudged(rule, sustained);
  const readings = things.flatMap(({ fold, named }) =>
    fold instanceof AggregateFold ? [fold.read(named)] : [],
  );
  return judgeReading(rule, worstOrNone(rule, readings));
};
