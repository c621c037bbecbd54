import { isAsPlanned } from '../derive/fault-figures.ts';
import type { Rule } from './rule.ts';

/** Were the faults there that the plan asks for, and gone again? Else the run was under other conditions than planned. */
export const faultsInjected: Rule = {
  id: 'faults-injected',
  evaluate: (record, { faults }) => {
    if (faults.length === 0) return [];
    const amiss = faults.find((fault) => !isAsPlanned(fault, record));
    const count = faults.filter((fault) => isAsPlanned(fault, record)).length;
    return [
      {
        rule: 'faults-injected',
        origin: 'implied',
        metric: 'faults_injected',
        expression: `count==${faults.length}`,
        outcome: amiss === undefined ? 'pass' : 'invalid',
        measured: count,
        unit: 'count',
        samples: faults.length,
        provenance: { kind: 'measured', source: 'answers of the fault APIs', samples: faults.length },
        facts:
          amiss === undefined
            ? {}
            : {
                fault: amiss.fault,
                reason: amiss.state === 'not-applied' ? 'fault-not-applied' : 'fault-not-removed',
              },
      },
    ];
  },
};
