import type { RunFigures } from '../derive/run-figures.ts';
import type { Finding, Rule } from './rule.ts';

const promises = ['duplicates', 'oversold', 'lost'] as const;

/** With an integrity probe: nothing issued twice, nothing issued beyond stock, nothing accepted and then lost. */
export const integrity: Rule = {
  id: 'integrity',
  evaluate: (record, figures) =>
    record.plan.integrity === undefined ? [] : promises.map((promise) => judge(promise, figures)),
};

const judge = (promise: (typeof promises)[number], { integrity, provenance }: RunFigures): Finding => {
  const value = integrity?.[promise] ?? null;
  const origin = provenance[`integrity.${promise}`] ?? provenance['integrity'];
  return {
    rule: 'integrity',
    origin: 'implied',
    metric: `integrity_${promise}`,
    expression: 'count==0',
    outcome: value === null ? 'no-data' : value === 0 ? 'pass' : 'fail',
    measured: value,
    unit: 'count',
    samples: value === null ? 0 : 1,
    provenance: origin ?? null,
    facts: { limit: 0, ...(value === null ? { reason: origin?.reason ?? 'not-counted' } : {}) },
  };
};
