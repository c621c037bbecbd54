import { z } from 'zod';

const milliseconds = z.number().nonnegative();
const perSecond = z.number().nonnegative();

/** A value and the interval around it; the 90 % interval of what was measured, carried through the model. */
const interval = (part: z.ZodNumber) => z.object({ value: part, low: part, high: part });

/** Lag over the run's clock, [elapsed ms, messages]. */
const curve = z.array(z.tuple([milliseconds, z.number().nonnegative()]));

/** What the model says of one set-up under the load that was asked for. */
const prediction = z.object({
  consumers: z.number().int().positive(),
  partitions: z.number().int().positive(),
  /** Load over capacity of the consumer, or the partition, that is loaded most; from 1 on lag grows. */
  utilizationMean: interval(z.number().nonnegative()),
  utilizationPeak: interval(z.number().nonnegative()),
  peakLagMessages: z.number().nonnegative(),
  /** From load end until nothing is left; null where it never ends. `high` null: no upper bound is known. */
  drainMs: z.object({ value: milliseconds, low: milliseconds, high: milliseconds.nullable() }).nullable(),
  curve,
});

/** What is to be held: load below capacity over the whole load or at its peak, or drained within a time after it. */
const goalName = z.enum(['mean', 'peak', 'drain']);

/**
 * What stands in the way with the present set-up. `consumers`: more of them suffice. `partitions`: as many consumers as
 * there are partitions do not. `skew`: they would if the load lay evenly; a hot partition is not split by adding
 * consumers. `per-message-time`: nothing that is added helps.
 */
const limit = z.enum(['none', 'consumers', 'partitions', 'skew', 'per-message-time']);

const setup = z.object({ consumers: z.number().int().positive(), partitions: z.number().int().positive() });

const goal = z.object({
  goal: goalName,
  /** Only of `drain`. */
  withinMs: milliseconds.nullable(),
  /** Whether the present set-up holds it, also at the lower end of the service rate. */
  isMet: z.boolean(),
  limit,
  /** Holds the goal at the lower end of the service rate; null where no number of consumers and partitions does. */
  advice: setup.nullable(),
  /** The same at the measured service rate, and at its upper end. */
  adviceAtRate: setup.nullable(),
  adviceAtBest: setup.nullable(),
  /** Time per message with which the present set-up would hold it, at the measured load; null where none is known. */
  neededPerMessageMs: milliseconds.nullable(),
  /** With the advice applied. */
  prediction: prediction.nullable(),
});

export const capacityDocumentSchema = z.object({
  schemaVersion: z.literal(1),
  runId: z.string(),
  group: z.string(),
  topic: z.string(),
  /** On the run's clock. */
  loadEndMs: milliseconds,
  load: z.object({
    /** As measured, times `factor`. */
    messages: z.number().nonnegative(),
    meanPerSecond: perSecond,
    /** Highest rate over 3 s. */
    peakPerSecond: perSecond,
    factor: z.number().positive(),
  }),
  measured: z.object({
    consumers: z.number().int().positive(),
    consumersFrom: z.enum(['given', 'recorded']),
    partitions: z.number().int().positive(),
    /** Partitions that one consumer works on at the same time. */
    concurrency: z.number().int().positive(),
    concurrencyFrom: z.enum(['given', 'inferred', 'assumed']),
    hottestPartition: z.number().int().nonnegative(),
    /** Of all messages, 0 to 1; beside it the share that each would have if they lay evenly. */
    hottestShare: z.number().min(0).max(1),
    evenShare: z.number().min(0).max(1),
    peakLagMessages: z.number().nonnegative().nullable(),
    /** As in report.json: null unless the backlog was seen to drain. */
    drainMs: z.object({ value: milliseconds, low: milliseconds, high: milliseconds }).nullable(),
    curve,
  }),
  serviceRate: z.object({
    /**
     * `measured` while a backlog stood; `at-least`: there was none, the rate is bounded from below only and every number
     * of consumers here is one that suffices, not the least; `given`: from `--per-message-ms`, with
     * the measured interval and phases in proportion.
     */
    from: z.enum(['measured', 'at-least', 'given']),
    /** One consumer, working on as many partitions at a time as it does. */
    perConsumerPerSecond: interval(z.number().positive()),
    /** One message on one partition, in ms. */
    perMessageMs: interval(z.number().positive()),
    /** The same while the load ran and after it, where both were measured. */
    duringLoadPerSecond: z.number().positive().nullable(),
    afterLoadPerSecond: z.number().positive().nullable(),
    /** Stretches between readings behind it. */
    spans: z.number().int().nonnegative(),
  }),
  /** The present set-up under this load. Under the load as measured it shows how well the model fits. */
  present: prediction,
  goals: z.array(goal),
  /** What the numbers rest on beside what was measured, and what to mind; ids, closed. */
  notes: z.array(
    z.enum([
      'consumers-constant',
      'assignment-balanced',
      'linear-scaling',
      'concurrency-assumed',
      'rate-at-least',
      'one-phase-only',
      'model-differs',
      'partitions-must-be-added',
      'key-order',
      'skew-kept',
    ]),
  ),
});

export type CapacityDocument = z.infer<typeof capacityDocumentSchema>;
export type CapacityGoal = CapacityDocument['goals'][number];
export type CapacityPrediction = CapacityDocument['present'];
export type CapacityNote = CapacityDocument['notes'][number];
export type Setup = z.infer<typeof setup>;
