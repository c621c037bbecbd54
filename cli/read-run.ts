import { keepYoungGeneration } from '../core/process/young-generation.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import type { RunRecord } from '../core/record/run-record.ts';

/** The record of a stored run, which may be one of days: of a day's 140 MB were nothing but a young generation that had grown. */
export const readRun = (runFolder: string): Promise<RunRecord> => {
  keepYoungGeneration();
  return readRecord(runFolder);
};
