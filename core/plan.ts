import { z } from 'zod';
import { timeLagWays } from './time-lag-ways.ts';

/** A consumer group to watch. Topics left out: every topic the group has committed on, or is subscribed to. */
const groupSchema = z.strictObject({
  group: z.string().min(1),
  topics: z.array(z.string().min(1)).optional(),
});

const probeParts = {
  /** Names the probe in rules and reports. */
  id: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/),
  /** As written, with references to the environment in place of secrets. */
  address: z.string().min(1),
  /** A rule in k6's grammar on the number that it answers. */
  expression: z.string().min(1),
  /** Judge what the run added to the number, instead of the number after it. */
  difference: z.boolean().default(false),
};

/** A question to a system of the user's, asked before the load and after the drain, whose answer is one number. */
const probeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('postgres'), ...probeParts, sql: z.string().min(1) }),
  z.strictObject({ kind: z.literal('http'), ...probeParts, path: z.string().min(1) }),
]);

const faultInjectionSchema = z.strictObject({
  /** Base URL of a Toxiproxy API, for faults of proxies. */
  toxiproxy: z.string().optional(),
  /** Base URLs of services with fault switches. */
  services: z.array(z.string()).default([]),
  /** As `--fault` takes them. */
  faults: z.array(z.string()).min(1),
});

/** Forms in which k6 leaves its figures; `console` is the text of its end-of-test summary. */
export const savedFormats = [
  'console',
  'machine-summary',
  'summary-export',
  'handle-summary',
  'ndjson',
  'csv',
] as const;

const durationMs = z.number().int().positive();

/** What becomes of a run beyond a limit of its validity: a remark, or no verdict on the system. */
export const validityLevels = ['caution', 'invalid'] as const;

/** `level` left out: what the limit means unless said otherwise. */
const limitOf = (limit: z.ZodNumber) =>
  z.strictObject({ limit, level: z.enum(validityLevels).optional() }).optional();

/** Limits beyond which a run proves less; each has a default but `minVuHeadroom` (core/derive/validity-limits.ts). */
const validitySchema = z.strictObject({
  /** Share of planned iterations that may be dropped. */
  maxDroppedShare: limitOf(z.number().min(0).max(1)),
  /** Share of the greatest number of VUs that has to stay free at the busiest moment. */
  minVuHeadroom: limitOf(z.number().min(0).max(1)),
  /** Median CPU use of the machine that generates the load, in percent of all cores. */
  maxGeneratorCpu: limitOf(z.number().min(0).max(100)),
  /** Share of the run in which offsets have to be seen. */
  minCoverage: limitOf(z.number().min(0).max(1)),
  /** How far the clock of k6, of a broker or of Prometheus may be off the run's. */
  maxClockSkewMs: limitOf(z.number().positive()),
  /** How old the newest sample behind a PromQL query may be. */
  maxSampleAgeMs: limitOf(z.number().positive()),
});

/**
 * Everything a run needs to know, resolved and validated before any load starts.
 * It is stored in the journal's first line; values of `env` are kept out of it (they may be secrets).
 */
export const runPlanSchema = z.strictObject({
  scenario: z.strictObject({
    /** Name used in the run folder and the report. */
    name: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/),
    /** Path of the k6 script; absent where no load was offered, as in a reconstruction, or where saved output does not name it. */
    script: z.string().min(1).optional(),
    /** SHA-256 over the script and the local files that it names, as they were before the run; absent in older records. */
    scriptSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    /** Names of the variables passed with `-e`; values are not stored. */
    envNames: z.array(z.string()).default([]),
    /** Factor on the durations of a shipped scenario; 1 = as written. */
    timeScale: z.number().positive().max(1).default(1),
    /** URL the script was told to load; absence: only the script knows. */
    targetUrl: z.string().optional(),
    /** Free label of the system's configuration, such as `incident`. */
    profile: z.string().optional(),
  }),
  /** The past period, in ISO 8601, that a record was rebuilt for; absent where the run itself was watched. */
  reconstruction: z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() }).optional(),
  /** What k6 had left that a record was made of, without anything being watched; absent for all other records. */
  savedOutput: z
    .strictObject({
      format: z.enum(savedFormats),
      /** Name of the file, without its folder; `-` for what came through a pipe. */
      file: z.string().min(1),
      /** Which of the summaries in the file it is, from 1, and how many there are. */
      part: z.number().int().positive(),
      parts: z.number().int().positive(),
    })
    .optional(),
  kafka: z
    .strictObject({
      brokers: z.array(z.string().min(1)).min(1),
      groups: z.array(groupSchema).min(1),
      /** How the age of waiting messages is had; `auto` unless given. */
      timeLag: z.enum(timeLagWays).optional(),
    })
    .optional(),
  prometheus: z
    .strictObject({
      /** Base URL of a Prometheus server. */
      url: z.string().optional(),
      /** PromQL by id; only with `url`. */
      queries: z.record(z.string(), z.string()).default({}),
      /** `/metrics` addresses that lagline scrapes itself. */
      scrape: z.array(z.string()).default([]),
    })
    .optional(),
  integrity: z
    .strictObject({
      /** HTTP address whose JSON answer gives the store's own counts. */
      url: z.string().optional(),
      probes: z.array(probeSchema).default([]),
    })
    .optional(),
  /** The application's own histogram of the time from accepting something to having persisted it. */
  completion: z.strictObject({ url: z.string(), histogram: z.string().min(1) }).optional(),
  /** Faults to be set while the load runs, and where. */
  faultInjection: faultInjectionSchema.optional(),
  /** How k6 is run; what it measures does not change. */
  k6: z
    .strictObject({
      /** Growth of the heap after which Go collects garbage, in percent (GOGC); 100 unless given. More memory for less CPU. */
      gcPercent: z.number().int().min(10).max(10_000).optional(),
      /** Lower priority than that of others, 1 to 19, so that k6 disturbs the measuring less. */
      niceness: z.number().int().min(1).max(19).optional(),
    })
    .optional(),
  validity: validitySchema.optional(),
  sampling: z.strictObject({ intervalMs: durationMs.default(1000) }).prefault({}),
  drain: z
    .strictObject({
      timeoutMs: durationMs.default(600_000),
      /** How long nothing readable may remain before the backlog counts as drained. */
      sustainMs: durationMs.default(2000),
    })
    .prefault({}),
  /** Rules in k6's grammar by metric, on top of the script's own thresholds. */
  thresholds: z.record(z.string(), z.array(z.string())).default({}),
});

export type RunPlan = z.infer<typeof runPlanSchema>;

/** The script of a plan that offers load; one without any is not to be run. */
export const scriptOf = ({ scenario }: RunPlan): string => {
  if (scenario.script === undefined) throw new Error(`the plan '${scenario.name}' has no k6 script`);
  return scenario.script;
};

export type ValidityPlan = z.infer<typeof validitySchema>;
export type FaultPlan = z.infer<typeof faultInjectionSchema>;
export type GroupTarget = z.infer<typeof groupSchema>;
export type IntegrityProbe = z.infer<typeof probeSchema>;
