import { z } from 'zod';

const numberOrNull = z.number().nullable();

export const judgements = ['supported', 'contradicted', 'questioned', 'not-measurable'] as const;

/** What a part of a claim is about; null where no word tells. */
export const subjectIds = [
  'success-rate',
  'error-rate',
  'request-rate',
  'target',
  'latency',
  'requests',
  'dropped-iterations',
  'iterations',
  'vus',
  'produce',
  'consume',
  'drain',
  'lag',
  'time-lag',
  'memory',
  'cpu',
  'accepted',
  'issued',
  'stock',
  'duplicates',
  'oversold',
  'lost',
  'completion-delay',
  'load-duration',
  'data-received',
  'data-sent',
  'k6-metric',
] as const;

/** Words that say something without a figure. */
export const statementIds = [
  'errors-normal',
  'resources-stable',
  'system-stable',
  'no-duplicates',
  'stock-right',
  'no-loss',
  'no-backlog',
  'no-errors',
  'all-consumed',
  'goals-met',
  'lag-occurred',
  'ticked-row',
] as const;

export const reasonIds = [
  'matches',
  'holds',
  'differs',
  'does-not-hold',
  'other-figure',
  'other-unit',
  'which-figure-unclear',
  'depends-on-figure',
  'only-bounds',
  'not-measured',
  'no-counterpart',
  'no-data-for-section',
  'not-a-result',
  'authors-own-limit',
  'target-not-reached',
  'target-reached',
  'never-offered',
  'load-not-offered',
  'failures-equal-max-vus',
  'no-limit-stated',
  'no-failures',
  'requests-failed',
  'rule-passed',
  'rule-failed',
  'rules-passed',
  'no-goal-known',
  'no-trouble-seen',
  'backlog-built',
  'no-backlog-seen',
  'backlog-remained',
  'drained',
  'resource-high',
  'resource-rose',
  'resources-below',
  'document-says',
  'counted',
  'counted-none',
  'row-met',
  'row-caution',
  'row-unmet',
] as const;

const figure = z.object({
  /**
   * Keys into `report.json` of the same data, joined by dots, with ` / ` between the figures that one is computed from; or a
   * metric of k6's summary, written `k6:<metric>.<value>`.
   */
  path: z.string(),
  /** What of several it belongs to, such as `cpu`; absent where the path says it. */
  of: z.string().optional(),
  unit: z.enum(['ms', 'bytes', 'bytes-per-second', 'percent', 'per-second', 'vus', 'count', 'none']),
  /** null where only bounds are known. */
  value: numberOrNull,
  low: numberOrNull,
  high: numberOrNull,
});

const reason = z.object({
  id: z.enum(reasonIds),
  /** The run it is about, as an index into `data`; null where it is about none of them. */
  run: z.number().int().nullable(),
  figures: z.array(figure),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});

const part = z.object({
  /** What stands there. */
  text: z.string(),
  kind: z.enum(['figure', 'statement']),
  about: z.enum([...subjectIds, ...statementIds]).nullable(),
  judgement: z.enum(judgements),
  reasons: z.array(reason).min(1),
});

const claim = z.object({
  /** In the document, from 1. */
  line: z.number().int().positive(),
  kind: z.enum(['table-row', 'sentence']),
  /** Headings above it. */
  headings: z.array(z.string()),
  text: z.string(),
  isTicked: z.boolean(),
  /** What it was held against, as indexes into `data`. */
  runs: z.array(z.number().int()),
  /** The worst of its parts: contradicted, else questioned, else not measurable. */
  judgement: z.enum(judgements),
  parts: z.array(part).min(1),
});

/** What `lagline report --check FILE --json` prints. */
export const checkDocumentSchema = z.object({
  schemaVersion: z.literal(1),
  generator: z.object({ name: z.literal('lagline'), version: z.string() }),
  /** Name of the document, without its folder. */
  file: z.string(),
  data: z.array(
    z.object({ runId: z.string(), scenario: z.string(), source: z.enum(['document', 'k6-output', 'run']) }),
  ),
  claims: z.array(claim),
  counts: z.record(z.enum(judgements), z.number().int().nonnegative()),
  /** `no-data`: there was no claim, or none of them could be held against the data. */
  outcome: z.enum(['contradicted', 'nothing-contradicted', 'no-data']),
  exitCode: z.union([z.literal(0), z.literal(3), z.literal(99)]),
});

export type CheckDocument = z.infer<typeof checkDocumentSchema>;
export type CheckedClaim = CheckDocument['claims'][number];
export type CheckedPart = CheckedClaim['parts'][number];
export type CheckReason = CheckedPart['reasons'][number];
export type Figure = z.infer<typeof figure>;
export type Judgement = (typeof judgements)[number];
export type SubjectId = (typeof subjectIds)[number];
export type StatementId = (typeof statementIds)[number];
export type ReasonId = (typeof reasonIds)[number];
