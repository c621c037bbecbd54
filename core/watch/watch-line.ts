import { z } from 'zod';
import { lagStates } from '../report-document.ts';
import { groupPhases } from '../sampling/kafka-changes.ts';
import { partitionStatuses } from './partition-status.ts';

const offset = z.string().regex(/^\d+$/);
const count = z.number().int().nonnegative();
const perSecond = z.number().nonnegative();
const milliseconds = z.number().nonnegative();
const status = z.enum(partitionStatuses);
/** UTC, ISO 8601. */
const time = z.string();

/** Of one partition in one tick: first what kafka-consumer-groups shows, in its order. */
const partitionLine = z.object({
  kind: z.literal('partition'),
  time,
  group: z.string(),
  topic: z.string(),
  partition: count,
  /** Decimal strings, for they may pass 2^53; null: nothing committed. */
  currentOffset: offset.nullable(),
  logEndOffset: offset,
  /** As kafka-consumer-groups counts it, from these two; null without a commit, or with one beyond the end. */
  lag: count.nullable(),
  /** null: nobody holds the partition. */
  consumerId: z.string().nullable(),
  host: z.string().nullable(),
  clientId: z.string().nullable(),
  /** Between these the lag in readable messages certainly lay while the end was read; null where it is no number. */
  lagLow: count.nullable(),
  lagHigh: count.nullable(),
  state: z.enum(lagStates),
  /** Waiting time of the next message to be consumed, between two bounds. `high` null: longer than was watched. */
  timeLagLowMs: milliseconds.nullable(),
  timeLagHighMs: milliseconds.nullable(),
  /** Over the window. */
  produceRatePerSecond: perSecond.nullable(),
  consumeRatePerSecond: perSecond.nullable(),
  status,
  /** If both rates stay; null: lag does not shrink, or is no number. */
  drainEstimateMs: milliseconds.nullable(),
});

/** Of one group's topic in one tick, from its partitions. */
const groupLine = z.object({
  kind: z.literal('group'),
  time,
  group: z.string(),
  topic: z.string(),
  /** Of the whole group; `unknown` where it cannot be described. */
  state: z.enum(groupPhases),
  partitions: count,
  members: count,
  /** Sums; null where one partition's lag is no number. */
  lagLow: count.nullable(),
  lagHigh: count.nullable(),
  produceRatePerSecond: perSecond.nullable(),
  consumeRatePerSecond: perSecond.nullable(),
  /** The worst of the partitions. */
  status,
  /** The slowest partition decides. */
  drainEstimateMs: milliseconds.nullable(),
});

/** Nothing could be read from `time` on; the line after it says that it can again. */
const gapLine = z.object({ kind: z.literal('gap'), time, reason: z.string() });
const gapEndLine = z.object({ kind: z.literal('gap-end'), time, fromTime: time, durationMs: milliseconds });

/** A change around the offsets, such as `group-appeared`, `offsets-reset`, `partitions-added` or `group-rebalancing`. */
const eventLine = z.object({
  kind: z.literal('event'),
  time,
  name: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export const watchLineSchema = z.discriminatedUnion('kind', [
  partitionLine,
  groupLine,
  gapLine,
  gapEndLine,
  eventLine,
]);

export type WatchLine = z.infer<typeof watchLineSchema>;
export type PartitionLine = z.infer<typeof partitionLine>;
export type GroupLine = z.infer<typeof groupLine>;
