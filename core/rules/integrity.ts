import type { RunFigures } from '../derive/run-figures.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Finding, Rule } from './rule.ts';

const promises = ['duplicates', 'oversold', 'lost', 'phantom'] as const;

/**
 * With an integrity address: nothing issued twice, nothing issued beyond stock, nothing accepted and then lost, nothing
 * issued that nobody was promised. The last is asked only of a store that can say it.
 */
export const integrity: Rule = {
  id: 'integrity',
  evaluate: (record, figures) =>
    record.plan.integrity?.url === undefined
      ? []
      : promises
          .filter((promise) => promise !== 'phantom' || canSayPhantom(record, figures))
          .map((promise) => judge(promise, figures)),
};

const canSayPhantom = (
  { integrity: after, integrityBefore: before }: RunRecord,
  { integrity }: RunFigures,
): boolean => [after, before, integrity].some((counts) => counts?.phantom != null);

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
