import type { Provenance } from '../quantity.ts';
import type { RunReport } from '../report-document.ts';
import type { IntegrityObservation, RunRecord } from '../record/run-record.ts';

type Key = Exclude<keyof Counts, 'stock'>;
const keys = [
  'accepted',
  'persisted',
  'lost',
  'duplicates',
  'oversold',
  'unknown',
] as const satisfies readonly Key[];
/** Counts of rows: one more of these than before is a breach even where other counters began anew. */
const provable: readonly Key[] = ['duplicates', 'oversold'];

/**
 * What the run added to the store's counts: those after it less those before it. A count that was not known before the load
 * is taken whole. Where one is below what it was, the service began counting anew and no difference means anything: null.
 * `pending` is what was accepted but neither issued nor lost when it was counted.
 */
export const integrityFigures = (record: RunRecord): RunReport['integrity'] => {
  const { integrity: after, integrityBefore: before } = record;
  if (after === undefined) return null;
  const isReset = wasReset(record);
  const added = (key: Key): number | null => {
    const count = after[key];
    const difference = count === null ? null : count - (before?.[key] ?? 0);
    if (!isReset || (difference !== null && difference > 0 && provable.includes(key))) return difference;
    return null;
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

const wasReset = ({ integrity: after, integrityBefore: before }: RunRecord): boolean =>
  keys.some((key) => (after?.[key] ?? Number.POSITIVE_INFINITY) < (before?.[key] ?? 0));

/** Where the store's counts come from, and why those that are null are not known. */
export const integrityOrigins = (record: RunRecord): Record<string, Provenance> => {
  const { integrity: observation, integrityBefore: before, plan } = record;
  if (observation === undefined) {
    const reason = plan.integrity === undefined ? 'no-probe' : 'probe-failed';
    return { integrity: { kind: 'measured', source: 'integrity probe', reason } };
  }
  const { source, atMs, reason } = observation;
  const origin: Provenance = {
    kind: before === undefined ? 'measured' : 'computed',
    source,
    fromMs: before?.atMs ?? atMs,
    toMs: atMs,
    ...(reason === undefined ? {} : { reason }),
  };
  if (!wasReset(record)) return { integrity: origin };
  const figures = integrityFigures(record);
  return {
    integrity: origin,
    ...Object.fromEntries(
      [...keys, 'pending' as const]
        .filter((key) => figures?.[key] === null)
        .map((key) => [`integrity.${key}`, { ...origin, reason: 'counter-reset' }]),
    ),
  };
};

type Counts = Pick<
  IntegrityObservation,
  'stock' | 'accepted' | 'persisted' | 'lost' | 'duplicates' | 'oversold' | 'unknown'
>;
