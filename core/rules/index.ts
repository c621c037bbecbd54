import { faultsInjected } from './faults-injected.ts';
import { integrity } from './integrity.ts';
import { integrityProbe } from './integrity-probe.ts';
import { loadCompleted } from './load-completed.ts';
import { measurementGap } from './measurement-gap.ts';
import { offeredLoad } from './offered-load.ts';
import type { Rule } from './rule.ts';
import { threshold } from './threshold.ts';
import { validity } from './validity.ts';

/** Every rule there is, in the order in which findings are listed. */
export const rules: readonly Rule[] = [
  loadCompleted,
  offeredLoad,
  faultsInjected,
  measurementGap,
  validity,
  threshold,
  integrity,
  integrityProbe,
];
