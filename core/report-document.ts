import { z } from 'zod';
import { savedFormats } from './plan.ts';

const outcome = z.enum(['pass', 'fail', 'no-data', 'invalid']);
const numberOrNull = z.number().nullable();
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const verdict = z.object({
  outcome,
  /** Exit code of a gate on this outcome. The live command of an interrupted run ends with its signal's code instead. */
  exitCode: z.number().int(),
});

const provenance = z.object({
  kind: z.enum(['measured', 'computed', 'estimated']),
  source: z.string(),
  samples: z.number().int().optional(),
  fromMs: z.number().optional(),
  toMs: z.number().optional(),
  reason: z.string().optional(),
});

const trend = z.object({
  avg: numberOrNull,
  min: numberOrNull,
  med: numberOrNull,
  max: numberOrNull,
  p90: numberOrNull,
  p95: numberOrNull,
  p99: numberOrNull,
});

const load = z.object({
  k6Version: z.string().nullable(),
  k6ExitCode: z.number().int().nullable(),
  k6Signal: z.string().nullable(),
  /**
   * Whether k6 ran to its end: by its exit code, or, of saved output, by how long it ran beside its plan; null where that
   * cannot be told.
   */
  ranToEnd: z.boolean().nullable(),
  requests: numberOrNull,
  failedRequests: numberOrNull,
  requestsPerSecond: numberOrNull,
  iterations: numberOrNull,
  droppedIterations: numberOrNull,
  /** Iterations that the end of the run cut short; nobody knows what their last request came to. */
  interruptedIterations: numberOrNull,
  /** Iterations the arrival-rate scenarios set out to start; null where no scenario fixes an arrival rate. */
  plannedIterations: numberOrNull,
  /** Greatest arrival rate of iterations (not of requests) that any one scenario asked for, per second; null likewise. */
  peakTargetPerSecond: numberOrNull,
  /** Greatest number of VUs that were active. */
  maxActiveVUs: numberOrNull,
  /** Greatest number of VUs the scenarios allow. */
  maxVUs: numberOrNull,
  checks: z.object({
    passes: numberOrNull,
    fails: numberOrNull,
    items: z.array(z.object({ name: z.string(), passes: z.number(), fails: z.number() })),
  }),
  httpReqDurationMs: trend,
  /** Only requests whose answer was expected; null values where k6 kept no such submetric. */
  expectedHttpReqDurationMs: trend,
  /**
   * Windows of the timeline (about 1 s each), and in how many of them the quantile of http_req_duration lies in a gap of the
   * distribution: between two answers with nothing for 9 % or more between them, so that no one number is near to it.
   * null without a timeline.
   */
  rankGaps: z
    .object({
      windows: z.number().int(),
      p50: z.number().int(),
      p95: z.number().int(),
      p99: z.number().int(),
    })
    .nullable(),
  /** Answers by outcome where the script counts them (counters `coupon_*`); absent keys were not counted. */
  outcomes: z.record(z.string(), z.number()),
  scenarios: z.array(
    z.object({
      name: z.string(),
      executor: z.string(),
      durationMs: numberOrNull,
      maxVUs: numberOrNull,
      plannedIterations: numberOrNull,
      peakRatePerSecond: numberOrNull,
      stages: z.array(z.object({ durationMs: z.number(), target: z.number() })),
    }),
  ),
});

const drain = z.object({
  /**
   * `drained`: a sustained interval in which nothing readable remained was seen after the load;
   * `no-backlog`: the group kept up, nothing was left at load end; `timed-out`: watching ended first;
   * `unknown`: not enough was seen to say.
   */
  state: z.enum(['drained', 'no-backlog', 'timed-out', 'unknown']),
  /** What the times below are counted from: the end of the load, or, where there was none, of producing. */
  since: z.enum(['load-end', 'produce-end']),
  /** From there to drained, middle of the interval; null unless drained. */
  ms: numberOrNull,
  /** Lower and upper bound; for `timed-out` only the lower one is known. */
  lowMs: numberOrNull,
  highMs: numberOrNull,
  /** Model value for `timed-out`; null where no service rate could be had. Never a measurement. */
  estimateMs: numberOrNull,
  /** 90 % interval of the estimate. */
  estimateLowMs: numberOrNull,
  estimateHighMs: numberOrNull,
  /** Emptied last, or not at all; null where no partition had a backlog. */
  slowestPartition: z.number().int().nullable(),
});

/** Produced to committed, over all messages, from the two curves; null where waiting messages could still move it. */
const completionDelay = z.object({
  p50: numberOrNull,
  p95: numberOrNull,
  p99: numberOrNull,
  max: numberOrNull,
  /** Each value is at least this, also where it is null because messages were still waiting. */
  atLeast: z.object({ p50: numberOrNull, p95: numberOrNull, p99: numberOrNull, max: numberOrNull }),
  completed: z.number(),
  waiting: z.number(),
});

const forecast = z.object({
  /** The reading it was made after, on the run's clock. */
  atMs: z.number(),
  lagMessages: z.number(),
  /** Foretold drain time, counted as `drain.ms` is: median, and bounds of the interval. */
  drainMs: z.number(),
  drainLowMs: z.number(),
  drainHighMs: z.number(),
  /** Expected to be emptied last; null where nothing waited. */
  slowestPartition: z.number().int().nullable(),
});

/**
 * What else is to be said of a partition's lag. In `no-commit`, `below-log-start`, `beyond-log-end` and `offsets-reset` lag is no
 * number; in the others it is the interval, read as docs/decisions/0003 says.
 */
export const lagStates = [
  'ok',
  'no-commit',
  'below-log-start',
  'beyond-log-end',
  'offsets-reset',
  'markers-only',
  'open-transaction',
  'compacted',
  'rebalancing',
  'group-empty',
] as const;

/** Programs whose clocks are held against the run's. */
export const clockSources = ['k6', 'kafka', 'prometheus'] as const;
export type ClockSource = (typeof clockSources)[number];

const kafkaGroup = z.object({
  group: z.string(),
  topic: z.string(),
  partitions: z.number().int(),
  peakLagMessages: numberOrNull,
  /** Time of the peak on the run's clock. */
  peakLagAtMs: numberOrNull,
  /** At the end of the load, or, where there was none, of producing. */
  lagAtLoadEndMessages: numberOrNull,
  finalLagMessages: numberOrNull,
  producedMessages: numberOrNull,
  consumedMessages: numberOrNull,
  /** λ: mean arrival rate while messages were produced. */
  produceRatePerSecond: numberOrNull,
  /** Highest arrival rate over any 3 s of readings: what the consumer had to match to keep up; null without such a stretch. */
  peakProduceRatePerSecond: numberOrNull,
  /** μ: mean service rate while a backlog stood. */
  consumeRatePerSecond: numberOrNull,
  /** ρ = λ / μ; above 1 the backlog grows. */
  utilization: numberOrNull,
  /** First to last record produced. */
  produceDurationMs: numberOrNull,
  /** First record produced to the last one consumed; null while a backlog remained. */
  consumeDurationMs: numberOrNull,
  /** How long consuming had taken at least when watching ended. */
  consumeDurationLowMs: numberOrNull,
  consumeDurationHighMs: numberOrNull,
  consumeDurationEstimateMs: numberOrNull,
  drain,
  /** What was foretold from the readings up to then; null where none was made after the load. */
  forecast: z
    .object({
      /** How likely the truth was to lie between the bounds. */
      confidence: z.number(),
      /** From the first reading after the load; null with the reason beside it. */
      atLoadEnd: forecast.nullable(),
      reason: z.string().nullable(),
      /** Made again while it drained. */
      later: z.array(forecast),
    })
    .nullable(),
  completionDelayMs: completionDelay,
  /** Greatest age of the oldest message that was not committed; null where no reading had one. */
  peakTimeLag: z
    .object({
      ms: z.number(),
      lowMs: z.number(),
      highMs: z.number(),
      atMs: z.number(),
      partition: z.number().int(),
      /** How it was had; `record-timestamp` and `list-offsets` go by the timestamps of records. */
      method: z.enum(['caught-up', 'interpolation', 'record-timestamp', 'list-offsets']),
      /** Whose clock those timestamps are of, where that is known. */
      clock: z.enum(['producer', 'broker']).optional(),
    })
    .nullable(),
  /** Samples in which the lower bound was below zero and was set to zero. */
  clampedSamples: z.number().int(),
  samples: z.number().int(),
  perPartition: z.array(
    z.object({
      partition: z.number().int(),
      /** By the last reading; what each says of the lag is in docs/decisions/0003. */
      state: z.enum([...lagStates, 'unreadable']),
      /** The most messages that retention had deleted before the group got to them, at any reading. Absent in older reports. */
      lostMessages: z.number().int().optional(),
      produced: numberOrNull,
      consumed: numberOrNull,
      peakLagMessages: numberOrNull,
      finalLagMessages: numberOrNull,
      /** Greatest age of the oldest message that was not committed. */
      peakTimeLagMs: numberOrNull,
      /** First to last record produced, and first produced to last consumed. */
      produceDurationMs: numberOrNull,
      consumeDurationMs: numberOrNull,
      drain: drain.pick({ state: true, ms: true, lowMs: true, highMs: true }),
      completionDelayMs: completionDelay,
    }),
  ),
});

const resource = z.object({
  /** `cpu`, `memory`, `disk-write`, `network-receive` … */
  id: z.string(),
  unit: z.string(),
  startValue: numberOrNull,
  avg: numberOrNull,
  /** Mean over the load phase; null where nothing was sampled in it. */
  loadAvg: numberOrNull,
  /** Lowest value before the highest one: from where it rose. */
  lowestBeforeMax: numberOrNull,
  max: numberOrNull,
  maxAtMs: numberOrNull,
  /** Highest value within the load phase and when; null where nothing was sampled in it. */
  loadMax: numberOrNull,
  loadMaxAtMs: numberOrNull,
  /** Mean from 5 s after the end of the load on; null with fewer than 3 samples there. */
  idleAvg: numberOrNull,
  samples: z.number().int(),
});

const increase = z.object({
  by: z.number(),
  perSecond: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
});

/** What queries of the plan and scraped series gave; those shown in the report. */
const prometheus = z.object({
  results: z.array(
    z.object({
      /** Of the query, or the name of a series that lagline scraped itself. */
      id: z.string(),
      promql: z.string().nullable(),
      /** The first of them have figures. */
      seriesCount: z.number().int(),
      series: z.array(
        z.object({
          /** Labels that tell it from the others of its query; empty for the only one. */
          label: z.string(),
          kind: z.enum(['counter', 'bytes', 'plain']),
          unit: z.string(),
          loadAvg: numberOrNull,
          loadMax: numberOrNull,
          loadMaxAtMs: numberOrNull,
          /** Mean from 5 s after the load on; null with fewer than 3 samples there. */
          idleAvg: numberOrNull,
          /** First sample, where a part of the load lies before it; null else. */
          firstAtMs: numberOrNull,
          /** Of a counter: from its first to its last reading in the load, and after it; null of other series. */
          increase: z.object({ load: increase.nullable(), idle: increase.nullable() }).nullable(),
        }),
      ),
    }),
  ),
  /** Scraped series, and queries, that were too many to be shown. */
  unshownSeries: z.number().int(),
  unshownQueries: z.array(z.string()),
});

const rule = z.object({
  rule: z.string(),
  origin: z.enum(['plan', 'script', 'implied']),
  metric: z.string(),
  /** Expression in k6's grammar, with lagline's options behind it. */
  expression: z.string(),
  outcome,
  /** `warn`: the outcome is said and changes no verdict; absent: it counts. */
  level: z.literal('warn').optional(),
  measured: numberOrNull,
  unit: z.string(),
  samples: z.number().int(),
  facts,
  /** Where `measured` comes from; absent where nothing was measured. */
  provenance: provenance.optional(),
});

const integrity = z.object({
  stock: numberOrNull,
  /** Requests the service counted, whatever it answered. */
  attempted: numberOrNull,
  accepted: numberOrNull,
  produced: numberOrNull,
  consumed: numberOrNull,
  persisted: numberOrNull,
  distinctUsers: numberOrNull,
  /** Accepted and never stored; at least as many as the clients' answers show. */
  lost: numberOrNull,
  duplicates: numberOrNull,
  oversold: numberOrNull,
  /** Stored and promised to nobody; at least as many as the clients' answers show. */
  phantom: numberOrNull,
  /** Outcome unknown to the client, by the service's or the clients' count, whichever is greater. */
  unknown: numberOrNull,
  deadLettered: numberOrNull,
  /** Accepted, and refused by the store as beyond the stock. */
  overAdmitted: numberOrNull,
  /** Accepted and taken back after a definite refusal of the broker. */
  revoked: numberOrNull,
  /** Accepted but not persisted when counted, where the backlog was not drained: neither lost nor issued yet. */
  pending: numberOrNull,
  /** Whether all had reached the store when it was counted, by the store's own word; null where it does not say. */
  drained: z.boolean().nullable(),
  /** Why the store was not drained, or cannot say. */
  reason: z.string().nullable(),
  /** At most 20 ids of each; how many there are in all stands in the counts. */
  ids: z.object({
    lost: z.array(z.string()),
    phantom: z.array(z.string()),
    duplicates: z.array(z.string()),
    deadLettered: z.array(z.string()),
  }),
  /** From request to row. */
  chain: z.array(
    z.object({
      step: z.enum(['attempted', 'accepted', 'produced', 'consumed', 'persisted']),
      service: numberOrNull,
      /** The same from outside the service. */
      observed: numberOrNull,
      by: z.enum(['k6', 'kafka']).nullable(),
      /** Fewer than at the last step before that was counted; negative where there are more. */
      narrowedBy: numberOrNull,
    }),
  ),
  /** What the clients were told against the rows; null where the script counts no outcomes. */
  clients: z
    .object({
      accepted: z.number(),
      /** Told that they have no coupon. */
      refused: z.number(),
      /** Without an answer, or with one that says so; interrupted iterations among them. */
      unknown: numberOrNull,
      /** Iterations that ended before they could count their answer. */
      interrupted: numberOrNull,
      unknownIssued: numberOrNull,
      unknownNotIssued: numberOrNull,
      unknownUndecided: numberOrNull,
      /** Accepted clients without a row; null while rows may still come. */
      lostAtLeast: numberOrNull,
      /** Rows beyond those of accepted and unknown clients; null where others may have asked for them. */
      phantomAtLeast: numberOrNull,
    })
    .nullable(),
});

/** A question to a system of the user's, whose answer is one number. */
const integrityProbe = z.object({
  id: z.string(),
  /** What was asked: server and database, or the address as the config has it. */
  source: z.string(),
  /** SQL, or the path into a JSON answer. */
  query: z.string(),
  /** The rule on `value`. */
  expression: z.string(),
  /** Whether `value` is what the run added, and not the number after it. */
  difference: z.boolean(),
  before: numberOrNull,
  after: numberOrNull,
  value: numberOrNull,
  reason: z.string().nullable(),
});

const fault = z.object({
  /** As it was given. */
  fault: z.string(),
  /** Without its times. */
  label: z.string(),
  /** On the run's clock, as are the other times; null where the load never began. */
  plannedFromMs: numberOrNull,
  /** null: until the run ends, or done in a moment. */
  plannedToMs: numberOrNull,
  /**
   * `applied`: set, and taken away again; `triggered`: done in a moment, with nothing to take away; `not-applied`;
   * `not-removed`: set, and not known to have been taken away.
   */
  state: z.enum(['applied', 'triggered', 'not-applied', 'not-removed']),
  /** When it was set and taken away; null where it was not. */
  fromMs: numberOrNull,
  toMs: numberOrNull,
  /** What went wrong; null where nothing did. */
  reason: z.string().nullable(),
});

const evaluationRow = z.object({
  id: z.enum([
    'success-rate',
    'response-time',
    'throughput',
    'stability',
    'error-rate',
    'concurrency',
    'kafka-produce',
    'kafka-consume',
    'completion-delay',
  ]),
  grade: z.enum(['met', 'caution', 'unmet', 'unknown']),
  /** What the row's sentence is made of: figures and reason ids. */
  facts,
});

/** A metric as k6 gave it, in k6's own units: ms for times, bytes for data. */
const k6Metric = z.discriminatedUnion('type', [
  z.object({ type: z.literal('counter'), count: z.number(), rate: numberOrNull }),
  z.object({ type: z.literal('gauge'), value: z.number(), min: numberOrNull, max: numberOrNull }),
  z.object({ type: z.literal('rate'), passes: z.number(), fails: z.number(), rate: z.number() }),
  z.object({
    type: z.literal('trend'),
    values: z.record(z.string(), z.number()),
    contains: z.enum(['time', 'data', 'default']),
  }),
]);

const savedOutput = z.object({
  format: z.enum(savedFormats),
  /** Name of the file, without its folder; `-` for what came through a pipe. */
  file: z.string(),
  /** Which of the summaries in the file it is, from 1. */
  part: z.number().int(),
  parts: z.number().int(),
  /** Every metric in it, also those that no other key of the report has a place for. */
  metrics: z.record(z.string(), k6Metric),
  /** What stands in it and cannot be told for certain. */
  ambiguous: z.array(
    z.object({
      id: z.enum(['unreadable', 'check-counts', 'threshold-metric', 'type-unknown']),
      metric: z.string(),
      text: z.string(),
    }),
  ),
});

const bounds = z.object({
  /** Both null where nothing can be said; `highMs` alone where the histogram's last bucket is open above. */
  lowMs: numberOrNull,
  highMs: numberOrNull,
});

/** One figure of the application's beside lagline's. */
const completionFigure = z.object({
  /** The edges of the bucket that the figure falls into: the figure itself is not known more closely. */
  application: bounds,
  /** `completionDelayMs` of the same group, and its bounds. */
  lagline: z.object({ ms: numberOrNull }).extend(bounds.shape),
  /** lagline's figure less the application's: least and greatest that both bounds allow. */
  difference: bounds,
});

/** The application's own times from accepting something to having persisted it, from a histogram of its `/metrics`. */
const completion = z.object({
  source: z.string(),
  histogram: z.string(),
  /** Whose `completionDelayMs` stands beside them; null where no group was watched. */
  group: z.string().nullable(),
  topic: z.string().nullable(),
  readings: z.number().int(),
  /** Times that the histogram took in between its first and last reading; null with fewer than two readings. */
  observations: numberOrNull,
  /** Messages of the run by the offsets. Where it is another number, the bounds allow for the difference. */
  messages: numberOrNull,
  /** How often a count went back: the service restarted, and what it had counted since the reading before is lost. */
  resets: z.number().int(),
  mean: completionFigure,
  p50: completionFigure,
  p95: completionFigure,
  p99: completionFigure,
  max: completionFigure,
});

const runReport = z.object({
  runId: z.string(),
  scenario: z.string(),
  /** File name of the k6 script, without its folder; null where no load was offered. */
  script: z.string().nullable(),
  /** SHA-256, in hex, over the script and the local files that it names; null without a script, and in records that lack it. */
  scriptSha256: z.string().nullable(),
  /**
   * The past period that the run was rebuilt for from the broker's own logs, in ISO 8601; null for a run that lagline
   * watched while it offered load. A reconstruction has no load, and so no figures of k6 and no rules on the load.
   */
  reconstruction: z.object({ from: z.string(), to: z.string() }).nullable(),
  /**
   * What k6 had left that the report was made of; null for all other runs. Nothing was watched then: no lag, no machine, no
   * store.
   */
  savedOutput: savedOutput.nullable(),
  profile: z.string().nullable(),
  timeScale: z.number(),
  targetUrl: z.string().nullable(),
  /** UTC, ISO 8601; null where saved output does not tell. */
  startedAt: z.string().nullable(),
  /** null likewise. */
  durationMs: numberOrNull,
  /** `unknown`: saved output does not tell how k6 ended. */
  status: z.enum(['completed', 'interrupted', 'failed', 'unknown']),
  verdict,
  phases: z.array(z.object({ name: z.enum(['load', 'drain']), fromMs: z.number(), toMs: numberOrNull })),
  /** null when k6 left nothing to read, or there was no load; `provenance.load.reason` says why. */
  load: load.nullable(),
  kafka: z.object({ groups: z.array(kafkaGroup) }),
  /** null where no histogram was named. Absent in older reports. */
  completion: completion.nullable().optional(),
  resources: z.array(resource),
  /** Absent where neither Prometheus nor a `/metrics` address was asked, and in older reports. */
  prometheus: prometheus.optional(),
  /** null without an integrity address, or an answer of it. */
  integrity: integrity.nullable(),
  integrityProbes: z.array(integrityProbe),
  /** Faults that were to be set while the load ran, in the order given; empty where the plan had none. */
  faults: z.array(fault),
  rules: z.array(rule),
  evaluation: z.array(evaluationRow),
  diagnosis: z.array(
    z.object({
      cause: z.string(),
      /** 0 to 1; how much of the expected evidence was found. */
      score: z.number().min(0).max(1),
      evidence: z.array(z.object({ id: z.string(), supports: z.boolean(), facts })),
      /** What would speak for or against it, and was not observed; each lowers the score as evidence against it does. */
      unobserved: z.array(z.string()),
    }),
  ),
  /** What happened when, made from data; times on the run's clock. */
  timeline: z.array(z.object({ atMs: z.number(), event: z.string(), facts })),
  measurement: z.object({
    intervalMs: z.number(),
    ticks: z.number().int(),
    lateTicks: z.number().int(),
    /** Greatest delay of a tick behind its time; null without ticks. */
    maxLateMs: numberOrNull,
    /** What 99 of 100 ticks were late by at most, by nearest rank; null for fewer than 100 ticks. */
    p99LateMs: numberOrNull,
    gaps: z.array(z.object({ source: z.string(), fromMs: z.number(), toMs: z.number(), reason: z.string() })),
    unreadableLines: z.number().int(),
    /** How far clocks were ahead of the run's, negative: behind, when they were furthest off; both bounds or a reason. */
    clocks: z.array(
      z.object({
        source: z.enum(clockSources),
        lowMs: numberOrNull,
        highMs: numberOrNull,
        samples: z.number().int(),
        reason: z.string().nullable(),
      }),
    ),
    /** How old the newest samples were that PromQL queries rest on; null with a reason where that could not be read. */
    queries: z.array(
      z.object({
        query: z.string(),
        maxAgeMs: numberOrNull,
        readings: z.number().int(),
        /** Readings that say nothing of the run: older than allowed, or all of them from before the load. */
        staleReadings: z.number().int(),
        reason: z.string().nullable(),
      }),
    ),
  }),
  /** Checks of the numbers against each other; one that is not ok takes the report its validity. */
  consistency: z.array(z.object({ check: z.string(), ok: z.boolean(), facts })),
  /** null of a machine that lagline was not on. */
  environment: z.object({
    laglineVersion: z.string(),
    nodeVersion: z.string().nullable(),
    k6Version: z.string().nullable(),
    kafkaBrokers: z.array(z.string()),
    /** Versions of other programs, of those lagline itself started. */
    tools: z.record(z.string(), z.string()).optional(),
    os: z.string().nullable(),
    cpuModel: z.string().nullable(),
    cpuCores: numberOrNull,
    memoryBytes: numberOrNull,
    command: z.array(z.string()),
  }),
  /** Origin of each figure by its path in this run, e.g. `load.httpReqDurationMs.p99`. */
  provenance: z.record(z.string(), provenance),
});

/** `report.json`: one shape for one run or several. Keys are covered by semver. */
export const reportDocumentSchema = z.object({
  schemaVersion: z.literal(1),
  generator: z.object({ name: z.literal('lagline'), version: z.string() }),
  /** The worst of the runs. */
  verdict,
  runs: z.array(runReport).min(1),
});

export type ReportDocument = z.infer<typeof reportDocumentSchema>;
export type RunReport = ReportDocument['runs'][number];
export type KafkaGroupReport = RunReport['kafka']['groups'][number];
export type CompletionReport = NonNullable<RunReport['completion']>;
export type FaultReport = RunReport['faults'][number];
export type EvaluationRow = RunReport['evaluation'][number];
export type PrometheusReport = NonNullable<RunReport['prometheus']>;
export type ResourceReport = RunReport['resources'][number];
