import { parseThresholdRule } from '../metric-table.ts';
import { holds } from '../threshold-expression.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import type { Finding, Rule } from './rule.ts';

/** Each integrity probe by the expression that it was given; it stands under any load, as integrity does. */
export const integrityProbe: Rule = {
  id: 'integrity-probe',
  evaluate: (_record, figures) => figures.integrityProbes.map((probe, index) => judge(probe, index, figures)),
};

const judge = (
  { id, expression, value, reason }: RunFigures['integrityProbes'][number],
  index: number,
  { provenance }: RunFigures,
): Finding => {
  const rule = parseThresholdRule(probeMetric(id), expression);
  return {
    rule: 'integrity-probe',
    origin: 'plan',
    metric: rule.metric,
    expression,
    outcome: value === null ? 'no-data' : holds(rule.expression, value) ? 'pass' : 'fail',
    measured: value,
    unit: rule.unit,
    samples: value === null ? 0 : 1,
    provenance: provenance[`integrityProbes.${index}.value`] ?? null,
    facts: { limit: rule.expression.limit, ...(value === null ? { reason: reason ?? 'not-measured' } : {}) },
  };
};

const probeMetric = (id: string): string => `integrity_probe{probe:${id}}`;
