import type { IntegrityProbe } from '../plan.ts';
import type { Provenance } from '../quantity.ts';
import type { RunReport } from '../report-document.ts';
import type { ProbeObservation, RunRecord } from '../record/run-record.ts';

type ProbeReport = RunReport['integrityProbes'][number];

/** What each integrity probe of the plan answered before and after the run, and the number that is judged. */
export const probeFigures = (record: RunRecord): ProbeReport[] =>
  probesOf(record).map((probe) => {
    const [before, after] = answersTo(probe, record);
    const { value, reason } = judged(probe, before, after);
    return {
      id: probe.id,
      source: (after ?? before)?.source ?? probe.address,
      query: probe.kind === 'postgres' ? probe.sql : probe.path,
      expression: probe.expression,
      difference: probe.difference,
      before: before?.value ?? null,
      after: after?.value ?? null,
      value,
      reason: reason ?? null,
    };
  });

/** Where each number comes from, by its path in the run. */
export const probeOrigins = (record: RunRecord): Record<string, Provenance> =>
  Object.fromEntries(
    probesOf(record).map((probe, index) => {
      const [before, after] = answersTo(probe, record);
      const { value, reason } = judged(probe, before, after);
      const origin: Provenance = {
        kind: probe.difference ? 'computed' : 'measured',
        source: `integrity probe ${probe.id}`,
        ...(after === undefined ? {} : { fromMs: (probe.difference ? before : after)?.atMs ?? after.atMs }),
        ...(after === undefined ? {} : { toMs: after.atMs }),
        ...(value === null ? { reason: reason ?? 'not-measured' } : {}),
      };
      return [`integrityProbes.${index}.value`, origin];
    }),
  );

const probesOf = ({ plan }: RunRecord): readonly IntegrityProbe[] => plan.integrity?.probes ?? [];

type Answer = ProbeObservation | undefined;

const answersTo = ({ id }: IntegrityProbe, { probes }: RunRecord): [before: Answer, after: Answer] => {
  const at = (when: ProbeObservation['when']): Answer =>
    probes.findLast((seen) => seen.id === id && seen.when === when);
  return [at('before'), at('after')];
};

const judged = (
  { difference }: IntegrityProbe,
  before: Answer,
  after: Answer,
): { value: number | null; reason?: string | undefined } => {
  if (after === undefined) return { value: null, reason: 'probe-unanswered' };
  if (after.value === null || !difference) return { value: after.value, reason: after.reason };
  if (before?.value == null) return { value: null, reason: before?.reason ?? 'not-measured-before' };
  return { value: after.value - before.value };
};
