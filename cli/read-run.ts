import { keepHeapSmall } from '../core/process/heap-settings.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import type { RunRecord } from '../core/record/run-record.ts';

/** The record of a stored run, which may be one of days: of a day's, 240 MB were nothing but room that V8 had not tidied up yet. */
export const readRun = (runFolder: string): Promise<RunRecord> => {
  keepHeapSmall();
  return readRecord(runFolder);
};
