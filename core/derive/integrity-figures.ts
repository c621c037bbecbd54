import type { Provenance } from '../quantity.ts';
import type { RunReport } from '../report-document.ts';
import {
  each,
  integrityCountNames,
  sampledIdNames,
  type IntegrityCountName,
} from '../record/integrity-counts.ts';
import type { IntegrityObservation, RunRecord } from '../record/run-record.ts';
import { integrityChain, type Witnesses } from './integrity-chain.ts';
import { reconcileClients, type Clients } from './reconcile-clients.ts';

type Integrity = NonNullable<RunReport['integrity']>;
type Counts = Record<IntegrityCountName, number | null>;

/** Where one of these goes back, the store or its ledger is another one, and no difference means anything. */
const foundations: readonly IntegrityCountName[] = ['accepted', 'persisted', 'duplicates', 'oversold'];
/** Counts of rows: one more of these than before is a breach even where other counters began anew. */
const provable: readonly IntegrityCountName[] = ['duplicates', 'oversold'];
/** A breach of these may still come while something is on its way to the store. */
const finalOnceDrained: readonly IntegrityCountName[] = ['lost', 'phantom'];

/**
 * What the run added to the store's counts: those after it less those before it. A count that was not known before the load
 * is taken whole. Where the store began counting anew a difference means nothing: null. `lost`, `phantom` and `unknown` are
 * at least what k6's clients saw of it, for a service cannot know of an answer that never arrived, or that it forgot.
 * `pending` is what was accepted but neither issued nor lost when it was counted.
 */
export const integrityFigures = (record: RunRecord, witnesses: Witnesses): RunReport['integrity'] => {
  const { integrity: after, integrityBefore: before } = record;
  if (after === undefined) return null;
  const counts = each(integrityCountNames, (name) => added(record, after, name).value);
  const clients = reconcileClients(record, witnesses, counts);
  return {
    ...counts,
    stock: after.stock,
    ...seenByClients(counts, clients),
    pending: pendingOf(counts, after),
    drained: after.drained,
    reason: after.reason ?? null,
    ids: each(sampledIdNames, (name) =>
      (after.ids?.[name] ?? []).filter((id) => before?.ids?.[name].includes(id) !== true),
    ),
    chain: integrityChain(counts, witnesses),
    clients,
  };
};

type Added = { readonly value: number | null; readonly reason?: string };

const added = (record: RunRecord, after: IntegrityObservation, name: IntegrityCountName): Added => {
  const count = after[name];
  if (count === null) return { value: null };
  const difference = count - (record.integrityBefore?.[name] ?? 0);
  if (difference > 0 && provable.includes(name)) return { value: difference };
  if (difference < 0 || wasReset(record, after)) return { value: null, reason: 'counter-reset' };
  if (difference === 0 && after.drained === false && finalOnceDrained.includes(name))
    return { value: null, reason: after.reason ?? 'not-drained' };
  return { value: difference };
};

const wasReset = ({ integrityBefore: before }: RunRecord, after: IntegrityObservation): boolean =>
  foundations.some((name) => (after[name] ?? Number.POSITIVE_INFINITY) < (before?.[name] ?? 0));

const pendingOf = (
  { accepted, persisted, lost, revoked }: Counts,
  { drained }: IntegrityObservation,
): number | null => {
  if (accepted === null || persisted === null) return null;
  return drained === true ? 0 : Math.max(0, accepted - persisted - (lost ?? 0) - (revoked ?? 0));
};

/**
 * What is lost or a phantom the clients see only in part: their zero proves nothing where the store says nothing. What they
 * do not know, they know best.
 */
const seenByClients = (
  { lost, phantom, unknown }: Counts,
  clients: Clients | null,
): Pick<Integrity, 'lost' | 'phantom' | 'unknown'> => ({
  lost: greater(lost, clients?.lostAtLeast || null),
  phantom: greater(phantom, clients?.phantomAtLeast || null),
  unknown: greater(unknown, clients?.interrupted == null ? null : clients.unknown),
});

const greater = (store: number | null, clients: number | null): number | null =>
  store === null || clients === null ? (store ?? clients) : Math.max(store, clients);

/** Where the store's counts come from, and why those that are null are not known. */
export const integrityOrigins = (
  record: RunRecord,
  figures: RunReport['integrity'],
): Record<string, Provenance> => {
  const { integrity: after, integrityBefore: before, plan } = record;
  if (after === undefined || figures === null) {
    const reason = plan.integrity?.url === undefined ? 'no-probe' : 'probe-failed';
    return { integrity: { kind: 'measured', source: 'integrity probe', reason } };
  }
  const { source, atMs, reason } = after;
  const origin: Provenance = {
    kind: before === undefined ? 'measured' : 'computed',
    source,
    fromMs: before?.atMs ?? atMs,
    toMs: atMs,
    ...(reason === undefined ? {} : { reason }),
  };
  const clients: Provenance = { kind: 'computed', source: 'k6 coupon_* against the rows of the store' };
  return {
    integrity: origin,
    ...Object.fromEntries(
      integrityCountNames.flatMap((name) => {
        const store = added(record, after, name);
        if (figures[name] !== store.value && name !== 'stock') return [[`integrity.${name}`, clients]];
        return store.reason === undefined ? [] : [[`integrity.${name}`, { ...origin, reason: store.reason }]];
      }),
    ),
    ...(wasReset(record, after) && figures.pending === null
      ? { 'integrity.pending': { ...origin, reason: 'counter-reset' } }
      : {}),
    'integrity.clients':
      figures.clients === null
        ? { ...clients, reason: record.load?.summary == null ? 'no-k6-summary' : 'outcomes-not-counted' }
        : clients,
  };
};
