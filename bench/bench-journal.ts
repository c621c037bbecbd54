import type { startClock } from '../core/clock.ts';
import type { RunPlan } from '../core/plan.ts';
import { createJournal } from '../core/record/journal-writer.ts';
import { recordSchemaVersion } from '../core/record/run-record.ts';

/** A journal as a run writes it, of a bench that runs no whole `lagline run`; of the machine it says nothing. */
export const createBenchJournal = (
  dir: string,
  { runId, clock, plan }: { runId: string; clock: ReturnType<typeof startClock>; plan: RunPlan },
): ReturnType<typeof createJournal> =>
  createJournal(dir, {
    schemaVersion: recordSchemaVersion,
    runId,
    startedAt: new Date(clock.startedAtEpochMs).toISOString(),
    plan,
    environment: {
      laglineVersion: '0',
      nodeVersion: process.version,
      os: '',
      cpuModel: '',
      cpuCores: 1,
      memoryBytes: 1,
      command: [],
    },
  });
