import type { RunRecord } from '../record/run-record.ts';

/** End of the load phase on the run's clock; where the journal ends inside it, the last thing seen. */
export const loadEndMs = (record: RunRecord): number => {
  const load = record.phases.find(({ name }) => name === 'load');
  return load === undefined ? record.durationMs : (load.toMs ?? record.durationMs);
};

/** Start of the load phase; 0 where none was recorded. */
export const loadStartMs = (record: RunRecord): number =>
  record.phases.find(({ name }) => name === 'load')?.fromMs ?? 0;
