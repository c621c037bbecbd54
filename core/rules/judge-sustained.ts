import type { ThresholdRule } from '../metric-table.ts';
import { worstOutcome, type Outcome } from '../outcome.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Judged } from './rule.ts';
import { momentsOf, type Moment, type MomentSeries } from './moments.ts';
import { sustainedBreach } from './sustained-breach.ts';

/** Judges a rule that only a breach of some length breaks; where several things are meant, the worst of them decides. */
export const judgeSustained = (rule: ThresholdRule, forMs: number, record: RunRecord): Judged => {
  const all = momentsOf(rule, record).map((series) => judgeSeries(rule, forMs, series));
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

const judgeSeries = (rule: ThresholdRule, forMs: number, series: MomentSeries): Judged => {
  const { moments, source, of } = series;
  const breach = sustainedBreach(rule.expression, series);
  const known = moments.filter(({ low }) => low !== null);
  const { outcome, reason } = outcomeOf(rule, forMs, breach, known.length);
  return {
    outcome,
    measured: worstValue(rule, known),
    samples: known.length,
    provenance: { kind: 'computed', source, samples: known.length },
    facts: {
      ...of,
      longestBreachMs: breach.longestMs,
      ...(breach.fromMs === undefined ? {} : { breachFromMs: breach.fromMs }),
      ...(reason === undefined ? {} : { reason }),
    },
  };
};

const outcomeOf = (
  { options }: ThresholdRule,
  forMs: number,
  { longestMs, possibleMs, coveredMs }: ReturnType<typeof sustainedBreach>,
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

/** The value that is furthest beyond the limit, or nearest to it. */
const worstValue = ({ expression: { operator } }: ThresholdRule, known: readonly Moment[]): number | null => {
  const values = known.map(({ low, high }) => ((low ?? 0) + (high ?? 0)) / 2);
  const [first] = values.toSorted((left, right) => (operator.startsWith('>') ? left - right : right - left));
  return first ?? null;
};
