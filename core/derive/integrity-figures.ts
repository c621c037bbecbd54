import type { RunReport } from '../report-document.ts';
import type { IntegrityObservation, RunRecord } from '../record/run-record.ts';

/**
 * What the run added to the store's counts: those after it less those before it. A count that was not known before the load
 * is taken whole. `pending` is what was accepted but neither issued nor lost when it was counted.
 */
export const integrityFigures = ({
  integrity: after,
  integrityBefore: before,
}: RunRecord): RunReport['integrity'] => {
  if (after === undefined) return null;
  const added = (key: Exclude<keyof Counts, 'stock'>): number | null => {
    const count = after[key];
    return count === null ? null : Math.max(0, count - (before?.[key] ?? 0));
  };
  const [accepted, persisted, lost] = [added('accepted'), added('persisted'), added('lost')];
  return {
    stock: after.stock,
    accepted,
    persisted,
    lost,
    duplicates: added('duplicates'),
    oversold: added('oversold'),
    unknown: added('unknown'),
    pending: accepted === null || persisted === null ? null : Math.max(0, accepted - persisted - (lost ?? 0)),
  };
};

type Counts = Pick<
  IntegrityObservation,
  'stock' | 'accepted' | 'persisted' | 'lost' | 'duplicates' | 'oversold' | 'unknown'
>;
