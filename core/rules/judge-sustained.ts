import type { ThresholdRule } from '../metric-table.ts';
import { worstOutcome, type Outcome } from '../outcome.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Judged } from './rule.ts';
import { momentsOf, type Moment, type MomentSeries } from './moments.ts';
import { BreachWatch, type SustainedBreach } from './sustained-breach.ts';

/** Judges a rule that only a breach of some length breaks; where several things are meant, the worst of them decides. */
export const judgeSustained = (rule: ThresholdRule, forMs: number, record: RunRecord): Judged =>
  worstJudged(
    rule,
    momentsOf(rule, record).map(({ moments, intervalMs, ...series }) => {
      const fold = new SustainedFold(rule, forMs, intervalMs);
      for (const moment of moments) fold.take(moment);
      return fold.judge(series);
    }),
  );

/** The one that decides, where a rule means several things; `no-data` where it means none. */
export const worstJudged = (rule: ThresholdRule, all: readonly Judged[]): Judged => {
  const outcome = worstOutcome(all.map((each) => each.outcome));
  return (
    all.find((each) => each.outcome === outcome) ?? {
      outcome: 'no-data',
      measured: null,
      samples: 0,
      provenance: null,
      facts: { reason: rule.source === 'k6' ? 'no-such-metric-in-run' : 'no-such-series-in-run' },
    }
  );
};

/** Judges the moments of one thing, which come one after the other and are not kept. */
export class SustainedFold {
  readonly #rule: ThresholdRule;
  readonly #forMs: number;
  readonly #watch: BreachWatch;
  #known = 0;
  /** The value that is furthest beyond the limit, or nearest to it. */
  #worst: number | null = null;

  constructor(rule: ThresholdRule, forMs: number, intervalMs: number) {
    this.#rule = rule;
    this.#forMs = forMs;
    this.#watch = new BreachWatch(rule.expression, intervalMs);
  }

  take(moment: Moment): void {
    this.#watch.take(moment);
    const { low, high } = moment;
    if (low === null) return;
    this.#known += 1;
    const value = (low + (high ?? 0)) / 2;
    const further = this.#rule.expression.operator.startsWith('>') ? Math.min : Math.max;
    this.#worst = this.#worst === null ? value : further(this.#worst, value);
  }

  judge({ source, of }: Pick<MomentSeries, 'source' | 'of'>): Judged {
    const samples = this.#known;
    const breach = this.#watch.read();
    const { outcome, reason } = outcomeOf(this.#rule, this.#forMs, breach, samples);
    return {
      outcome,
      measured: this.#worst,
      samples,
      provenance: { kind: 'computed', source, samples },
      facts: {
        ...of,
        longestBreachMs: breach.longestMs,
        ...(breach.fromMs === undefined ? {} : { breachFromMs: breach.fromMs }),
        ...(reason === undefined ? {} : { reason }),
      },
    };
  }
}

const outcomeOf = (
  { options }: ThresholdRule,
  forMs: number,
  { longestMs, possibleMs, coveredMs }: SustainedBreach,
  samples: number,
): { outcome: Outcome; reason?: string } => {
  if (samples === 0) return { outcome: 'no-data', reason: 'no-samples' };
  if (longestMs >= forMs) return { outcome: 'fail' };
  if (samples < (options.minSamples ?? 2)) return { outcome: 'no-data', reason: 'too-few-samples' };
  // A drain may be over sooner than that, and is then all the better.
  if (coveredMs < forMs && options.between !== 'drain')
    return { outcome: 'no-data', reason: 'watched-too-briefly' };
  if (possibleMs >= forMs) return { outcome: 'no-data', reason: 'breach-may-have-lasted' };
  return { outcome: 'pass' };
};
