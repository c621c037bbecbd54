import type { RunReport } from '../report-document.ts';
import type { IntegrityCountName } from '../record/integrity-counts.ts';

/** What the clients and the topic saw of the same run. */
export type Witnesses = Pick<RunReport, 'load' | 'kafka'>;

type Link = NonNullable<RunReport['integrity']>['chain'][number];

/**
 * From request to row, as the service counted and beside it as k6 or the offsets of the topic did. `narrowedBy` is what is
 * missing against the last step before it that somebody counted; negative where there is more.
 */
export const integrityChain = (
  counts: Readonly<Record<IntegrityCountName, number | null>>,
  { load, kafka: { groups } }: Witnesses,
): Link[] => {
  // Of several groups or topics none is known to be the one of the coupons.
  const group = groups.length === 1 ? groups[0] : undefined;
  const steps: readonly Omit<Link, 'narrowedBy'>[] = [
    { step: 'attempted', service: counts.attempted, observed: load?.requests ?? null, by: 'k6' },
    { step: 'accepted', service: counts.accepted, observed: load?.outcomes['accepted'] ?? null, by: 'k6' },
    { step: 'produced', service: counts.produced, observed: group?.producedMessages ?? null, by: 'kafka' },
    { step: 'consumed', service: counts.consumed, observed: group?.consumedMessages ?? null, by: 'kafka' },
    { step: 'persisted', service: counts.persisted, observed: null, by: null },
  ];
  return steps.map((step, index) => {
    const before = steps.slice(0, index).findLast((earlier) => countOf(earlier) !== null);
    const [earlier, now] = [before === undefined ? null : countOf(before), countOf(step)];
    return { ...step, narrowedBy: earlier === null || now === null ? null : earlier - now };
  });
};

const countOf = ({ service, observed }: Pick<Link, 'service' | 'observed'>): number | null =>
  service ?? observed;
