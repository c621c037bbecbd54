import type { RunRecord } from '../record/run-record.ts';
import type { CurvePoint } from './offset-curves.ts';
import { producingMoments } from './producing.ts';

/** End of the load phase on the run's clock; where the journal ends inside it, the last thing seen. */
export const loadEndMs = (record: RunRecord): number => {
  const load = record.phases.find(({ name }) => name === 'load');
  return load === undefined ? record.durationMs : (load.toMs ?? record.durationMs);
};

/** Start of the load phase; 0 where none was recorded. */
export const loadStartMs = (record: Pick<RunRecord, 'phases'>): number =>
  record.phases.find(({ name }) => name === 'load')?.fromMs ?? 0;

/**
 * When nothing more was to come: the end of the load, or, of a record without any load, the moment by which a group's last
 * message had been produced.
 */
export const producingEndMs = (record: RunRecord, points: readonly CurvePoint[]): number =>
  record.plan.reconstruction === undefined
    ? loadEndMs(record)
    : (producingMoments(points)?.last.highMs ?? record.durationMs);
