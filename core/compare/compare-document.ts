import { z } from 'zod';

const side = z.object({
  /** Runs in which the metric was measured. */
  runs: z.number().int().nonnegative(),
  /** Of them, runs of which only a lower bound is known. */
  bounded: z.number().int().nonnegative(),
  /** Geometric mean, or, where a run of either side measured 0, the arithmetic one; null without a run. */
  mean: z.number().nullable(),
  values: z.array(z.number()),
});

const comparedMetric = z.object({
  metric: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  base: side,
  candidate: side,
  /** Change of the candidate's mean as a share of the base's; null where it cannot be said as a share. */
  change: z.number().nullable(),
  /** Interval at the level 1 − alpha of this metric alone; a null bound is unknown. */
  changeLow: z.number().nullable(),
  changeHigh: z.number().nullable(),
  /** The same change in the unit of the metric. */
  difference: z.number().nullable(),
  /** Permutation test on Welch's t, and corrected for the family by step-down maxT; null where a side has no run. */
  p: z.number().nullable(),
  pAdjusted: z.number().nullable(),
  /** Least change, as a share, that these runs would have shown with a power of 80 %; null where none is known. */
  smallestChange: z.number().nullable(),
  verdict: z.enum(['regression', 'improvement', 'no-difference', 'too-little-data']),
});

/** What `lagline compare --json` prints. */
export const compareDocumentSchema = z.object({
  schemaVersion: z.literal(1),
  /** Chance of any false verdict in the whole family of metrics. */
  alpha: z.number(),
  /** Least change, as a share, that counts. */
  minEffect: z.number(),
  /** Ways to divide the runs that p-values were counted over; exact: all there are. */
  divisions: z.object({ count: z.number().int(), isExact: z.boolean() }),
  base: z.array(z.string()),
  candidate: z.array(z.string()),
  /** Which side was made first, as a whole; what changed on the machine in between then counts as a difference. */
  order: z.enum(['base-first', 'candidate-first', 'mixed']),
  leftOut: z.array(
    z.object({
      side: z.enum(['base', 'candidate']),
      runId: z.string(),
      reason: z.enum(['invalid', 'interrupted']),
    }),
  ),
  /** What differs between the runs and was allowed to. */
  allowed: z.array(z.object({ what: z.string(), base: z.string(), candidate: z.string() })),
  metrics: z.array(comparedMetric),
  outcome: z.enum(['regression', 'no-regression', 'no-data']),
  exitCode: z.union([z.literal(0), z.literal(3), z.literal(99)]),
});

export type CompareDocument = z.infer<typeof compareDocumentSchema>;
export type ComparedMetric = CompareDocument['metrics'][number];
