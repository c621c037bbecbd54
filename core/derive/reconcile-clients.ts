import type { RunReport } from '../report-document.ts';
import type { IntegrityCountName } from '../record/integrity-counts.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Witnesses } from './integrity-chain.ts';

type LoadReport = NonNullable<RunReport['load']>;
export type Clients = NonNullable<NonNullable<RunReport['integrity']>['clients']>;
type Counts = Readonly<Record<IntegrityCountName, number | null>>;

/** Clients who were told that they have no coupon. */
const refusals = ['duplicate', 'sold_out', 'failed'] as const;

/**
 * What k6's clients were told, held against the rows that the run added to the store. A client without an answer cannot
 * know: rows beyond those of the accepted ones are theirs, up to their number. More rows than both together were promised
 * to nobody; fewer than the accepted ones, once all has arrived, are promises without a row. Null where the script counts
 * no outcomes, or k6 left no summary of them.
 */
export const reconcileClients = (
  record: RunRecord,
  { load, kafka }: Witnesses,
  counts: Counts,
): Clients | null => {
  if (load === null || record.load?.summary == null || !countsOutcomes(load)) return null;
  const accepted = load.outcomes['accepted'] ?? 0;
  const interrupted = interruptedOf(load, record);
  const told = unknownOf(load);
  const unknown = told === null ? null : told + (interrupted ?? 0);
  /** Null: there may be more of them than anybody counted. */
  const mostUnknown = interrupted === null ? null : unknown;
  const isSettled = wasDrained(record, kafka.groups);
  const company = rowsOfOthers(record, accepted + (unknown ?? 0), counts);
  return {
    accepted,
    refused: refusals.reduce((sum, name) => sum + (load.outcomes[name] ?? 0), 0),
    unknown,
    interrupted,
    ...splitUnknown(unknown, accepted, company === 'some' ? null : isSettled, counts),
    lostAtLeast: isSettled ? missingRows(accepted, counts) : null,
    phantomAtLeast:
      mostUnknown === null || company !== 'none' || counts.persisted === null
        ? null
        : Math.max(0, counts.persisted - accepted - mostUnknown),
  };
};

const countsOutcomes = ({ outcomes }: LoadReport): boolean =>
  ['accepted', 'unknown', ...refusals].some((name) => outcomes[name] !== undefined);

/** A script that counts failures and no unknowns may have counted the one among the other. */
const unknownOf = ({ outcomes }: LoadReport): number | null =>
  outcomes['unknown'] ?? ((outcomes['failed'] ?? 0) > 0 ? null : 0);

/** Iterations that ended between asking and counting; null where k6 did not say. */
const interruptedOf = ({ interruptedIterations }: LoadReport, { load }: RunRecord): number | null =>
  interruptedIterations === null ? null : interruptedIterations + (load?.thrownIterations ?? 0);

/** By the store's own word, else by the offsets. */
const wasDrained = ({ integrity }: RunRecord, groups: Witnesses['kafka']['groups']): boolean =>
  integrity?.drained ??
  (groups.length > 0 &&
    groups.every(({ drain: { state } }) => state === 'drained' || state === 'no-backlog'));

/** Promises that were taken back are no longer owed. */
const missingRows = (accepted: number, { persisted, phantom, revoked }: Counts): number | null =>
  persisted === null ? null : Math.max(0, accepted - (persisted - (phantom ?? 0)) - (revoked ?? 0));

/** Whether rows of this run may be others' than k6's: someone else was accepted, or coupons were on their way before. */
const rowsOfOthers = (
  { integrityBefore: before }: RunRecord,
  most: number,
  { accepted }: Counts,
): 'none' | 'some' | 'not-known' => {
  if (accepted !== null && accepted > most) return 'some';
  const wereWaiting =
    before?.drained != null
      ? !before.drained
      : before?.accepted == null || before.persisted === null
        ? null
        : before.accepted > before.persisted;
  if (wereWaiting === true) return 'some';
  return accepted === null || wereWaiting === null ? 'not-known' : 'none';
};

const undecided = { unknownIssued: null, unknownNotIssued: null, unknownUndecided: null };

const splitUnknown = (
  unknown: number | null,
  accepted: number,
  /** Null: the rows are not k6's alone. */
  isSettled: boolean | null,
  { persisted, phantom, lost }: Counts,
): Pick<Clients, keyof typeof undecided> => {
  if (unknown === null || persisted === null) return undecided;
  const rows = persisted - (phantom ?? 0);
  const atMost = (count: number): number => Math.min(unknown, Math.max(0, count));
  const issued = isSettled === null ? 0 : atMost(rows - accepted);
  // Any of the lost promises may be an accepted one, whose row is then missing among those counted off.
  const mayBeIssued = isSettled === true && lost !== null ? atMost(rows - accepted + lost) : unknown;
  return {
    unknownIssued: issued,
    unknownNotIssued: unknown - mayBeIssued,
    unknownUndecided: mayBeIssued - issued,
  };
};
