import { parseFaultExpression } from '../fault-expression.ts';
import type { RunEvent, RunRecord } from '../record/run-record.ts';
import type { FaultReport } from '../report-document.ts';

/** What became of each fault of the plan, from the events of the run. */
export const faultFigures = (record: RunRecord): FaultReport[] => {
  const startedMs = record.phases.find(({ name }) => name === 'load')?.fromMs;
  return (record.plan.faultInjection?.faults ?? []).map((text) => {
    const { label, fromMs, toMs } = plannedTimes(text);
    const onClock = (ms: number | undefined): number | null =>
      ms === undefined || startedMs === undefined ? null : startedMs + ms;
    return {
      fault: text,
      label,
      plannedFromMs: onClock(fromMs),
      plannedToMs: onClock(toMs),
      ...outcome(
        record.events.filter(({ facts }) => facts['fault'] === text),
        record.end === undefined,
      ),
    };
  });
};

type PlannedTimes = { readonly label: string; readonly fromMs?: number; readonly toMs?: number | undefined };

/** A plan of another version may hold what this one does not read. */
const plannedTimes = (text: string): PlannedTimes => {
  try {
    return parseFaultExpression(text);
  } catch {
    return { label: text };
  }
};

type FaultOutcome = Pick<FaultReport, 'state' | 'fromMs' | 'toMs' | 'reason'>;

const outcome = (events: readonly RunEvent[], isCut: boolean): FaultOutcome => {
  const last = (name: string): RunEvent | undefined => events.findLast((event) => event.name === name);
  const [applied, removed, triggered] = ['fault-applied', 'fault-removed', 'fault-triggered'].map(last);
  if (triggered !== undefined) {
    return { state: 'triggered', fromMs: triggered.atMs, toMs: triggered.atMs, reason: null };
  }
  if (applied !== undefined && removed !== undefined) {
    return { state: 'applied', fromMs: applied.atMs, toMs: removed.atMs, reason: null };
  }
  const missing = isCut ? 'journal-cut' : null;
  if (applied !== undefined) {
    const reason = reasonOf(last('fault-not-removed')) ?? missing;
    return { state: 'not-removed', fromMs: applied.atMs, toMs: null, reason };
  }
  return {
    state: 'not-applied',
    fromMs: null,
    toMs: null,
    reason: reasonOf(last('fault-not-applied')) ?? missing,
  };
};

const reasonOf = (event: RunEvent | undefined): string | null => {
  const reason = event?.facts['reason'];
  return typeof reason === 'string' ? reason : null;
};

/** Whether the run saw this fault as it was planned; one that should have gone before the run's end, and did not, has shaped it. */
export const isAsPlanned = ({ state, plannedToMs }: FaultReport, { end }: RunRecord): boolean =>
  state === 'applied' ||
  state === 'triggered' ||
  (state === 'not-removed' && end !== undefined && (plannedToMs === null || plannedToMs >= end.atMs));
