import { z } from 'zod';
import { runPlanSchema } from '../plan.ts';
import { each, integrityCountNames, sampledIdNames } from './integrity-counts.ts';
import { recordSchemaVersion } from './run-record.ts';

/*
 * run.jsonl, one JSON object a line, appended while the run goes on:
 *
 *   journal = header , [ integrity ] , { probe } ,
 *             { series | points | window | partitions | reading | record-times | offsets | assignment | gap | event | phase | phase-end } ,
 *             [ load ] , [ integrity ] , { probe } , [ end ] ;
 *
 * `series` gives a series its number before the first line that uses it, `partitions` does so for the partitions of a group.
 * Offsets are decimal strings, for they may pass 2^53. A journal cut at any byte is readable up to the last whole line.
 *
 * A `reading` names the partitions that are not as they were at the reading before; all others that were read then were read
 * again and found the same. `gone`: those that were not. It is `whole` where it names all: the first is, and further ones come
 * when as much has been written as one takes. Readings are numbered: behind a missing one nothing is taken for unchanged until a
 * whole one. `record-times` adds to the reading before it. `offsets` is how earlier versions wrote readings.
 */

const milliseconds = z.number();
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const count = z.number().nullable();
const unit = z.enum(['ms', 'bytes', 'messages', 'per-second', 'percent', 'ratio', 'count', 'cores', 'none']);
const offset = z.string().regex(/^-?\d+$/);

const header = z.object({
  kind: z.literal('header'),
  schemaVersion: z.literal(recordSchemaVersion),
  runId: z.string(),
  startedAt: z.string(),
  plan: runPlanSchema,
  environment: z.object({
    laglineVersion: z.string(),
    nodeVersion: z.string(),
    k6Version: z.string().optional(),
    kafkaBrokers: z.array(z.string()).optional(),
    tools: z.record(z.string(), z.string()).optional(),
    os: z.string(),
    cpuModel: z.string(),
    cpuCores: z.number(),
    memoryBytes: z.number(),
    command: z.array(z.string()),
  }),
});

const series = z.object({
  kind: z.literal('series'),
  id: z.number().int(),
  type: z.enum(['gauge', 'counter', 'distribution']),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  unit,
});

const points = z.object({
  kind: z.literal('points'),
  /** [series id, elapsed ms, value] */
  points: z.array(z.tuple([z.number().int(), milliseconds, z.number()])),
});

const window = z.object({
  kind: z.literal('window'),
  series: z.number().int(),
  fromMs: milliseconds,
  toMs: milliseconds,
  schema: z.number().int(),
  scale: z.number().positive().optional(),
  count: z.number(),
  sum: z.number(),
  zeroCount: z.number(),
  buckets: z.array(z.tuple([z.number().int(), z.number()])),
});

const offsets = z.object({
  kind: z.literal('offsets'),
  group: z.string(),
  topic: z.string(),
  fromMs: milliseconds,
  endSentMs: milliseconds,
  endReceivedMs: milliseconds,
  toMs: milliseconds,
  /** [partition, committed before, end, committed after, log start], and the high watermark where it is not the end. */
  partitions: z.array(
    z.tuple([z.number().int(), offset.nullable(), offset, offset.nullable(), offset.nullable()]).rest(offset),
  ),
  /** Of all partitions of the reading. */
  groupState: z.enum(['empty', 'rebalancing']).optional(),
  isCompacted: z.literal(true).optional(),
  /** Partitions on which only markers stand between the committed offset and the end. */
  markersOnly: z.array(z.number().int()).optional(),
});

const partitions = z.object({
  kind: z.literal('partitions'),
  /** Number of the first, the others follow on. */
  from: z.number().int(),
  group: z.string(),
  topic: z.string(),
  partitions: z.array(z.number().int()),
});

export type PartitionChange =
  | readonly [number, string | null, string, string | null, string | null]
  | readonly [number, string | null, string, string | null, string | null, string | null, string];

const isOffset = (value: unknown): boolean => typeof value === 'string' && /^-?\d+$/.test(value);

/** By hand: of a day there are millions. */
function areChanges(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((change: unknown) => {
      if (!Array.isArray(change) || (change.length !== 5 && change.length !== 7)) return false;
      const [id, committedBefore, end, committedAfter, logStart, highWatermark = null, marks = ''] =
        change as unknown[];
      return (
        Number.isInteger(id) &&
        isOffset(end) &&
        (committedBefore === null || isOffset(committedBefore)) &&
        (committedAfter === null || isOffset(committedAfter)) &&
        (logStart === null || isOffset(logStart)) &&
        (highWatermark === null || isOffset(highWatermark)) &&
        typeof marks === 'string'
      );
    })
  );
}

const reading = z.object({
  kind: z.literal('reading'),
  number: z.number().int(),
  whole: z.literal(true).optional(),
  fromMs: milliseconds,
  endSentMs: milliseconds,
  endReceivedMs: milliseconds,
  toMs: milliseconds,
  /**
   * [number, committed before, end, committed after, log start], the high watermark or null where it is the end, and marks:
   * `m` only markers behind the committed offset, `c` compacted topic, `a` made while watched, `e` group empty, `r` group rebalancing.
   */
  changed: z.custom<readonly PartitionChange[]>(areChanges, 'no list of changes'),
  gone: z.array(z.number().int()).optional(),
});

const recordTimes = z.object({
  kind: z.literal('record-times'),
  group: z.string(),
  topic: z.string(),
  /** Of the reading. */
  fromMs: milliseconds,
  /**
   * [partition, offset, least and greatest time of its message, how it was had, whose clock]; of an exact time that was had like the
   * one before it in the line only [partition, offset, time].
   */
  times: z
    .array(
      z.union([
        z.tuple([z.number().int(), offset, milliseconds]),
        z.tuple([
          z.number().int(),
          offset,
          milliseconds.nullable(),
          milliseconds.nullable(),
          z.enum(['record-timestamp', 'list-offsets']),
          z.enum(['producer', 'broker']).nullable(),
        ]),
      ]),
    )
    .refine(([first]) => first?.length !== 3, 'the first time does not say how it was had'),
});

const assignment = z.object({
  kind: z.literal('assignment'),
  group: z.string(),
  topic: z.string(),
  atMs: milliseconds,
  members: z.array(z.object({ member: z.string(), partitions: z.array(z.number().int()) })),
});

const gap = z.object({
  kind: z.literal('gap'),
  source: z.string(),
  fromMs: milliseconds,
  toMs: milliseconds,
  reason: z.string(),
});

const event = z.object({ kind: z.literal('event'), atMs: milliseconds, name: z.string(), facts });
const phaseName = z.enum(['load', 'drain']);
const phase = z.object({ kind: z.literal('phase'), name: phaseName, atMs: milliseconds });
const phaseEnd = z.object({ kind: z.literal('phase-end'), name: phaseName, atMs: milliseconds });

const metric = z.discriminatedUnion('type', [
  z.object({ type: z.literal('counter'), count: z.number(), rate: count }),
  z.object({ type: z.literal('gauge'), value: z.number(), min: count, max: count }),
  z.object({ type: z.literal('rate'), passes: z.number(), fails: z.number(), rate: z.number() }),
  z.object({
    type: z.literal('trend'),
    values: z.record(z.string(), z.number()),
    contains: z.enum(['time', 'data', 'default']),
  }),
]);

const load = z.object({
  kind: z.literal('load'),
  outcome: z.object({
    k6Version: z.string().nullable(),
    exitCode: count,
    signal: z.string().nullable(),
    summary: z
      .object({
        metrics: z.record(z.string(), metric),
        checks: z.array(z.object({ name: z.string(), passes: z.number(), fails: z.number() })),
        thresholds: z.array(z.object({ metric: z.string(), expression: z.string(), ok: z.boolean() })),
      })
      .nullable(),
    summaryProblem: z.string().nullable(),
    thrownIterations: z.number().optional(),
    interruptedIterations: z.number().optional(),
    scenarios: z.array(
      z.object({
        name: z.string(),
        executor: z.string(),
        startTimeMs: milliseconds,
        durationMs: count,
        stages: z.array(z.object({ durationMs: milliseconds, target: z.number() })),
        maxVUs: count,
        preAllocatedVUs: count,
        plannedIterations: count,
        peakRatePerSecond: count,
      }),
    ),
    files: z.array(z.string()),
  }),
});

const integrity = z.object({
  kind: z.literal('integrity'),
  /** Counted before the load or after the run. */
  when: z.enum(['before', 'after']).default('after'),
  observation: z.object({
    atMs: milliseconds,
    source: z.string(),
    // Journals of earlier versions have fewer counts.
    ...each(integrityCountNames, () => count.default(null)),
    drained: z.boolean().nullable().default(null),
    ids: z.object(each(sampledIdNames, () => z.array(z.string()).readonly())).optional(),
    reason: z.string().optional(),
  }),
});

const probe = z.object({
  kind: z.literal('probe'),
  id: z.string(),
  when: z.enum(['before', 'after']),
  atMs: milliseconds,
  source: z.string(),
  value: count,
  reason: z.string().optional(),
});

const end = z.object({
  kind: z.literal('end'),
  atMs: milliseconds,
  status: z.enum(['completed', 'interrupted', 'failed']),
  signal: z.string().optional(),
  reason: z.string().optional(),
});

export const journalEntrySchema = z.discriminatedUnion('kind', [
  header,
  series,
  points,
  window,
  partitions,
  reading,
  recordTimes,
  offsets,
  assignment,
  gap,
  event,
  phase,
  phaseEnd,
  load,
  integrity,
  probe,
  end,
]);

export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type JournalHeader = z.infer<typeof header>;
