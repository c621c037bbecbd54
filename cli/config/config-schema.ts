import { z } from 'zod';
import { validityLevels } from '../../core/plan.ts';
import { timeLagWays } from '../../core/time-lag-ways.ts';
import { ruleLevels, rulePhases } from '../../core/rule-text.ts';

const group = z.union([
  z.string().min(1),
  z.strictObject({ group: z.string().min(1), topics: z.array(z.string().min(1)).optional() }),
]);

const probe = z.strictObject({
  /** Names the probe in rules and reports. */
  id: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, 'letters, digits, . _ - only'),
  /** Address of a database, with `sql`. `${NAME}` takes the value from the environment; passwords only so. */
  postgres: z.string().optional(),
  /** One SELECT; the first column of its first row is the number. */
  sql: z.string().min(1).optional(),
  /** Address that answers with JSON, with `json`; `${NAME}` likewise. */
  http: z.string().optional(),
  /** Path of the number in the answer, such as `$.counts.missing`. */
  json: z.string().optional(),
  /** Rule on the number in k6's grammar, such as `value==0`. */
  expression: z.string(),
  /** Judge what the run added to the number, instead of the number after it. */
  difference: z.boolean().optional(),
});

const rule = z.union([
  z.string(),
  z.strictObject({
    /** In k6's grammar, such as `max<5000`. */
    threshold: z.string(),
    /** `warn` is said and changes neither verdict nor exit code. */
    level: z.enum(ruleLevels).optional(),
    /** Broken only by a breach that lasts so long without a break. */
    for: z.string().optional(),
    /** Only what was seen in that phase counts. */
    between: z.enum(rulePhases).optional(),
    /** Observations without which there is no verdict. */
    minSamples: z.number().int().positive().optional(),
    /** A breach while the load runs stops k6. */
    abortOnFail: z.boolean().optional(),
    /** A breach within so long from the start of the load does not. */
    delayAbortEval: z.string().optional(),
  }),
]);

/** A limit alone, or with what a breach of it means. */
const limit = <Value extends z.ZodType>(value: Value) =>
  z.union([value, z.strictObject({ limit: value, level: z.enum(validityLevels).optional() })]).optional();
const share = z.number().min(0).max(1);

/** A file by its path. */
const file = z.union([z.string().min(1), z.strictObject({ file: z.string().min(1) })]);

/** `${NAME}` of the environment, or the text of a file; never the secret itself. */
const secret = z.union([z.string().min(1), z.strictObject({ file: z.string().min(1) })]);

const tls = z.strictObject({
  /** Certificates of the authorities to trust, in PEM; those that Node trusts unless given. */
  ca: file.optional(),
  /** Our own certificate and key, in PEM, where brokers ask for one. */
  cert: file.optional(),
  key: file.optional(),
  passphrase: secret.optional(),
  /** Name that the certificates of the brokers are for, where it is not their address. */
  servername: z.string().min(1).optional(),
  /** Takes any certificate: whoever is on the way can read and change everything, passwords too. */
  dangerouslyAcceptAnyCertificate: z.boolean().optional(),
});

const sasl = z.strictObject({
  mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']),
  username: z.string().min(1).optional(),
  password: secret.optional(),
  /** For oauthbearer; a file and a command are asked again for each connection. */
  token: z.union([secret, z.strictObject({ command: z.array(z.string()).min(1) })]).optional(),
});

/** `lagline.config.{yaml,yml,json,ts,mjs}`; every key can be given as a flag too, and the flag wins. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  /** Variables for the script. `${NAME}` takes the value from the environment. */
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  targetUrl: z.string().optional(),
  timeScale: z.number().positive().max(1).optional(),
  profile: z.string().optional(),
  kafka: z
    .strictObject({
      brokers: z.array(z.string().min(1)).min(1),
      groups: z.array(group).min(1),
      /** How the age of waiting messages is had; `auto` unless given. */
      timeLag: z.enum(timeLagWays).optional(),
      tls: z.union([z.boolean(), tls]).optional(),
      sasl: sasl.optional(),
    })
    .optional(),
  prometheus: z
    .strictObject({
      url: z.string().optional(),
      queries: z.record(z.string(), z.string()).optional(),
      scrape: z.array(z.string()).optional(),
    })
    .optional(),
  /** `<metrics address>#<histogram>`: the application's own times from accepting something to having persisted it. */
  completion: z.string().optional(),
  integrity: z.strictObject({ url: z.string().optional(), probes: z.array(probe).optional() }).optional(),
  /** How k6 is run. */
  k6: z
    .strictObject({
      /** GOGC of k6, in percent: 400 takes less CPU and more memory than 100, Go's own. */
      gcPercent: z.number().int().min(10).max(10_000).optional(),
      /** Lower priority, 1 to 19, as of `nice`. */
      niceness: z.number().int().min(1).max(19).optional(),
    })
    .optional(),
  /** Limits beyond which the run proves less; `level` says whether a breach is a caution or makes the run invalid. */
  validity: z
    .strictObject({
      /** Share of planned iterations that may be dropped. */
      maxDroppedShare: limit(share),
      /** Share of the VUs that has to stay free at the busiest moment. */
      minVuHeadroom: limit(share),
      /** Median CPU use of this machine under load, in percent. */
      maxGeneratorCpu: limit(z.number().min(0).max(100)),
      /** Share of the run in which offsets have to be seen. */
      minCoverage: limit(share),
      /** How far the clocks of k6, brokers and Prometheus may be off, such as `1s`. */
      maxClockSkew: limit(z.string()),
      /** How old the newest sample behind a PromQL query may be, such as `60s`. */
      maxSampleAge: limit(z.string()),
    })
    .optional(),
  /** Sampling interval, as k6 writes durations. */
  interval: z.string().optional(),
  drainTimeout: z.string().optional(),
  /** Faults to set while the load runs, as `--fault` takes them. */
  faults: z.array(z.string()).optional(),
  /** Where they are set. */
  faultInjection: z
    .strictObject({ toxiproxy: z.string().optional(), services: z.array(z.string()).optional() })
    .optional(),
  thresholds: z.record(z.string(), z.array(rule)).optional(),
  out: z.string().optional(),
  /** Formats of the report, as `--format` takes them. */
  format: z.array(z.string()).optional(),
});

export type Config = z.infer<typeof configSchema>;
