import type { Facts } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import type { Provenance, Unit } from '../quantity.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { RunFigures } from '../derive/run-figures.ts';

export type RuleId =
  | 'threshold'
  | 'offered-load'
  | 'integrity'
  | 'integrity-probe'
  | 'load-completed'
  | 'faults-injected'
  | 'measurement-gap'
  | 'validity';

/** What one rule found: numbers and ids, no sentences. */
export type Finding = {
  readonly rule: RuleId;
  /** `plan`: given by the user; `script`: a threshold of the k6 script; `implied`: lagline's own. */
  readonly origin: 'plan' | 'script' | 'implied';
  /** Metric with tags, as the user wrote it, e.g. `kafka_lag{group:issuer}`. */
  readonly metric: string;
  /** Expression in k6's grammar, e.g. `max<5000`. */
  readonly expression: string;
  readonly outcome: Outcome;
  /** `warn`: it is said and changes no verdict; absent: it counts. */
  readonly level?: 'warn';
  /** null when there was nothing to measure; `facts.reason` says why. */
  readonly measured: number | null;
  readonly unit: Unit;
  /** Observations the value rests on. */
  readonly samples: number;
  readonly provenance: Provenance | null;
  readonly facts: Facts;
};

/** What judging a metric says, whoever asked for it. */
export type Judged = Pick<Finding, 'outcome' | 'measured' | 'samples' | 'provenance' | 'facts'>;

/** `evaluate` is pure; an empty answer means that the rule does not apply to this run. */
export type Rule = {
  readonly id: RuleId;
  evaluate(record: RunRecord, figures: RunFigures): readonly Finding[];
};
