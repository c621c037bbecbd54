import { z } from 'zod';
import { KnownError } from './errors.ts';

/** How the consumer works through the topic; a profile is a named set of some of these. */
export type ConsumerSettings = {
  /** Rows written by one INSERT; 1 is row by row. */
  readonly batchSize: number;
  /** Rows per second over all partitions together; undefined is as fast as the store allows. */
  readonly ratePerSecond: number | undefined;
  /** Partitions worked on at once. */
  readonly concurrency: number;
  /** Processing time added to each record, in ms. */
  readonly delayMs: number;
  /** How often offsets are committed while a delivery is worked on, in ms. */
  readonly commitIntervalMs: number;
  /** After so long without a sign of life a member is replaced, in ms; a crash holds its partitions up for it. */
  readonly sessionTimeoutMs: number;
};

export type StoreLocation =
  | {
      readonly kind: 'embedded';
      /** Folder the rows are kept in; undefined keeps them in memory only. */
      readonly directory: string | undefined;
    }
  | { readonly kind: 'postgres'; readonly url: string };
export type AdmissionLocation =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'redis'; readonly url: string };

/** What this process does; the embedded adapters need all of it in one process. */
export const ROLES = ['api', 'relay', 'consumer'] as const;
export type Role = (typeof ROLES)[number];

/** A sale. Times are compared with the clock of the admission's server. */
export type EventSettings = {
  readonly id: string;
  readonly stock: number;
  /** Epoch in ms; undefined: open from the start. */
  readonly opensAtMs: number | undefined;
  /** Epoch in ms; undefined: open to the end of the stock. */
  readonly closesAtMs: number | undefined;
};

export type Config = {
  readonly roles: ReadonlySet<Role>;
  /** Names this instance among others of its kind; a restart under the same name takes up its work at once. */
  readonly instanceId: string;
  readonly host: string;
  /** 0 asks the system for a free port. */
  readonly port: number;
  readonly kafka: {
    readonly brokers: readonly string[];
    readonly topic: string;
    readonly partitions: number;
    readonly group: string;
  };
  readonly event: EventSettings;
  readonly store: StoreLocation;
  readonly admission: AdmissionLocation;
  /** Admissions that may wait for the broker before further ones are refused. */
  readonly outboxCap: number;
  /** Requests per second and client address; undefined is no limit. */
  readonly rateLimitPerSecond: number | undefined;
  /** Whether fault switches can be set over HTTP. */
  readonly faults: boolean;
  readonly profile: keyof typeof PROFILES;
  readonly consumer: ConsumerSettings;
};

/** `incident` is a row-by-row writer in front of a slow system; `healthy` writes batches unhindered. */
export const PROFILES = {
  incident: { batchSize: 1, ratePerSecond: 35 },
  healthy: { batchSize: 500, ratePerSecond: undefined },
} as const satisfies Record<string, Pick<ConsumerSettings, 'batchSize' | 'ratePerSecond'>>;

/** Settings this program owns by prefix, so that a misspelt one is refused instead of ignored. */
const OWN_PREFIXES = ['COUPON_', 'CONSUMER_', 'OUTBOX_', 'FAULT'];
const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

const integer = (min: number, max: number) => {
  const message = `must be an integer from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .pipe(z.int(message).min(min, message).max(max, message));
};
const name = (maxLength: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9._-]{1,${maxLength}}$`),
      `must be 1 to ${maxLength} of the characters A-Z a-z 0-9 . _ -`,
    );
const brokers = z
  .string('must name at least one broker, as host:port,host:port')
  .transform((list) => list.split(',').map((broker) => broker.trim()))
  .pipe(z.array(z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'must be a comma-separated list of host:port')));

const roles = z
  .string()
  .transform((list) => list.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES, `must be some of ${ROLES.join(',')}`)));
const moment = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time with its zone, as 2026-11-24T12:00:00+09:00' })
  .transform((text) => Date.parse(text));

const schema = z.object({
  ROLES: roles.default([...ROLES]),
  INSTANCE_ID: name(64).default('coupon-service'),
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(0, 65_535).default(0),
  KAFKA_BROKERS: brokers,
  COUPON_TOPIC: name(249).default('coupon-issue'),
  COUPON_PARTITIONS: integer(1, 1_000).default(3),
  COUPON_GROUP: name(200).default('coupon-issuer'),
  COUPON_EVENT: name(64).default('demo'),
  COUPON_STOCK: integer(1, 100_000_000).default(1_000_000),
  COUPON_OPENS_AT: moment.optional(),
  COUPON_CLOSES_AT: moment.optional(),
  STORE_URL: z.string().default('embedded:'),
  ADMISSION_URL: z.string().default('embedded:'),
  OUTBOX_CAP: integer(1, 10_000_000).default(100_000),
  RATE_LIMIT_PER_SECOND: integer(0, 1_000_000).default(0),
  FAULTS: z.enum(['on', 'off'], 'must be on or off').default('off'),
  PROFILE: z.enum(['incident', 'healthy'], 'must be incident or healthy').default('healthy'),
  CONSUMER_BATCH_SIZE: integer(1, 5_000).optional(),
  CONSUMER_RATE_PER_SECOND: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number of rows per second, 0 for no limit')
    .transform(Number)
    .optional(),
  CONSUMER_CONCURRENCY: integer(1, 1_000).optional(),
  CONSUMER_DELAY_MS: integer(0, 60_000).default(0),
  CONSUMER_COMMIT_INTERVAL_MS: integer(10, 60_000).default(200),
  CONSUMER_SESSION_TIMEOUT_MS: integer(1_000, 300_000).default(10_000),
});

/** The environment variables this program reads. */
export const SETTING_NAMES: readonly string[] = Object.keys(schema.shape);

/** The settings of an environment. Throws a KnownError naming every setting that is wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  const problems = [
    ...unknownNames(given),
    ...(parsed.error?.issues ?? []).map((issue) => describe(issue, given)),
    ...(parsed.success ? contradictions(parsed.data) : []),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new KnownError(problems.join('; '), 'correct the environment and start again');
  }
  const value = parsed.data;
  const profile = PROFILES[value.PROFILE];
  const rate = value.CONSUMER_RATE_PER_SECOND ?? profile.ratePerSecond;
  return {
    roles: new Set(value.ROLES),
    instanceId: value.INSTANCE_ID,
    host: value.HOST,
    port: value.PORT,
    kafka: {
      brokers: value.KAFKA_BROKERS,
      topic: value.COUPON_TOPIC,
      partitions: value.COUPON_PARTITIONS,
      group: value.COUPON_GROUP,
    },
    event: {
      id: value.COUPON_EVENT,
      stock: value.COUPON_STOCK,
      opensAtMs: value.COUPON_OPENS_AT,
      closesAtMs: value.COUPON_CLOSES_AT,
    },
    store: storeLocation(value.STORE_URL),
    admission: admissionLocation(value.ADMISSION_URL),
    outboxCap: value.OUTBOX_CAP,
    rateLimitPerSecond: value.RATE_LIMIT_PER_SECOND === 0 ? undefined : value.RATE_LIMIT_PER_SECOND,
    faults: value.FAULTS === 'on',
    profile: value.PROFILE,
    consumer: {
      batchSize: value.CONSUMER_BATCH_SIZE ?? profile.batchSize,
      ratePerSecond: rate === 0 ? undefined : rate,
      concurrency: value.CONSUMER_CONCURRENCY ?? value.COUPON_PARTITIONS,
      delayMs: value.CONSUMER_DELAY_MS,
      commitIntervalMs: value.CONSUMER_COMMIT_INTERVAL_MS,
      sessionTimeoutMs: value.CONSUMER_SESSION_TIMEOUT_MS,
    },
  };
}

/** What is wrong only in combination; each names the setting to change. */
function contradictions(value: z.infer<typeof schema>): string[] {
  const isEmbedded = [value.STORE_URL, value.ADMISSION_URL].some((url) => url.startsWith('embedded:'));
  const problems: string[] = [];
  if (isEmbedded && new Set(value.ROLES).size < ROLES.length) {
    problems.push(
      'ROLES: the embedded adapters need all roles in one process; give STORE_URL and ADMISSION_URL',
    );
  }
  const { COUPON_OPENS_AT: opens, COUPON_CLOSES_AT: closes } = value;
  if (opens !== undefined && closes !== undefined && closes <= opens) {
    problems.push('COUPON_CLOSES_AT: must be later than COUPON_OPENS_AT');
  }
  if (value.FAULTS === 'on' && !LOOPBACK.test(value.HOST)) {
    problems.push(`FAULTS: can be on only where HOST is a loopback address, not "${value.HOST}"`);
  }
  return problems;
}

function storeLocation(url: string): StoreLocation {
  if (url.startsWith('embedded:')) {
    return { kind: 'embedded', directory: url.slice('embedded:'.length) || undefined };
  }
  if (isServerUrl(url, ['postgres:', 'postgresql:'])) return { kind: 'postgres', url };
  throw notSupported(
    'STORE_URL',
    url,
    'postgres://user@host:port/database, embedded: or embedded:<directory>',
  );
}

function admissionLocation(url: string): AdmissionLocation {
  if (url === 'embedded:') return { kind: 'embedded' };
  if (isServerUrl(url, ['redis:', 'rediss:'])) return { kind: 'redis', url };
  throw notSupported('ADMISSION_URL', url, 'redis://host:port or embedded:');
}

function isServerUrl(text: string, schemes: readonly string[]): boolean {
  const url = URL.parse(text);
  return url !== null && schemes.includes(url.protocol) && url.hostname !== '';
}

/** Names the scheme only: a connection URL may carry a password. */
function notSupported(setting: string, url: string, supported: string): KnownError {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'a value without a scheme';
  return new KnownError(`${setting}: ${scheme} cannot be used here`, `use ${supported}`);
}

function unknownNames(given: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(given)
    .filter((key) => OWN_PREFIXES.some((prefix) => key.startsWith(prefix)) && !(key in schema.shape))
    .map((key) => `${key}: is not a setting of this service`);
}

function describe(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const key = String(issue.path[0]);
  const value = given[key];
  return value === undefined ? `${key}: ${issue.message}` : `${key}: ${issue.message}, not "${value}"`;
}
