import { z } from 'zod';

const change = z.object({
  /** Number of the first run after the change, in `runs`, from 0. */
  run: z.number().int().nonnegative(),
  runId: z.string(),
  /** Share by which the mean changed; null where it cannot be said as a share. */
  change: z.number().nullable(),
  /** The same in the unit of the metric. */
  difference: z.number(),
  /** By permutation, of this one change; held against alpha divided by the number of metrics that vary. */
  p: z.number(),
  verdict: z.enum(['regression', 'improvement']),
  /** Whether it is the metric's last change, and began within the newest runs: only such a regression ends with 99. */
  isNewest: z.boolean(),
});

const metric = z.object({
  metric: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  /** One a run, in their order; null where the run did not measure it. */
  values: z.array(z.number().nullable()),
  /** Runs of which only a lower bound is known. */
  bounded: z.number().int().nonnegative(),
  /** Stretches between changes, in order, first and last run included. */
  stretches: z.array(z.object({ from: z.number().int(), to: z.number().int(), mean: z.number() })),
  changes: z.array(change),
  /** `too-few-runs`: no step could have been shown; `constant`: it has one value in all runs. */
  state: z.enum(['judged', 'constant', 'too-few-runs']),
});

/** What `lagline compare --history --json` prints. */
export const historyDocumentSchema = z.object({
  schemaVersion: z.literal(1),
  /** Chance of any false change in the whole family of metrics, in one look at a history without one. */
  alpha: z.number(),
  /** Least change, as a share, that counts. */
  minEffect: z.number(),
  /** How many runs at the end are the newest. */
  newestRuns: z.number().int(),
  /** In the order in which they were made. */
  runs: z.array(z.object({ runId: z.string(), startedAt: z.string() })),
  /** How many usable runs before these were not looked at, for the history is too long. */
  olderRuns: z.number().int().nonnegative(),
  leftOut: z.array(
    z.object({ runId: z.string(), reason: z.enum(['invalid', 'interrupted', 'time-unknown']) }),
  ),
  /** What differs between the runs and was allowed to. */
  allowed: z.array(z.object({ what: z.string(), base: z.string(), candidate: z.string() })),
  metrics: z.array(metric),
  outcome: z.enum(['regression', 'no-regression', 'no-data']),
  exitCode: z.union([z.literal(0), z.literal(3), z.literal(99)]),
});

export type HistoryDocument = z.infer<typeof historyDocumentSchema>;
export type HistoryMetric = HistoryDocument['metrics'][number];
export type HistoryChange = HistoryMetric['changes'][number];
