import { hasRunToEnd } from '../record/k6-exit-codes.ts';
import type { RunRecord } from '../record/run-record.ts';

/** k6 counts its rates over a duration that it prints with six digits at most. */
const toleratedShare = 0.005;

/**
 * Whether k6 ran to its end. Saved output has no exit code: there it is told from how long k6 ran beside what its scenarios
 * were to take; null where either is not known.
 */
export const ranToEnd = ({ plan, load, phases }: RunRecord): boolean | null => {
  if (plan.savedOutput === undefined) return hasRunToEnd(load?.exitCode ?? null);
  const tookMs = phases.find(({ name }) => name === 'load')?.toMs;
  const ends = (load?.scenarios ?? []).map(({ startTimeMs, durationMs }) =>
    durationMs === null ? null : startTimeMs + durationMs,
  );
  const plannedMs = ends.reduce<number | null>(
    (last, end) => (last === null || end === null ? null : Math.max(last, end)),
    0,
  );
  return ends.length === 0 || plannedMs === null || tookMs == null
    ? null
    : tookMs >= plannedMs * (1 - toleratedShare);
};
