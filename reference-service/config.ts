import { z } from 'zod';
import { KnownError } from './errors.ts';

/** How the consumer works through the topic; a profile is a named set of these. */
export type ConsumerSettings = {
  /** Rows written by one INSERT; 1 is row by row. */
  readonly batchSize: number;
  /** Rows per second over all partitions together; undefined is as fast as the store allows. */
  readonly ratePerSecond: number | undefined;
};

export type StoreLocation = {
  readonly kind: 'embedded';
  /** Folder the rows are kept in; undefined keeps them in memory only. */
  readonly directory: string | undefined;
};
export type AdmissionLocation = { readonly kind: 'embedded' };

export type Config = {
  readonly host: string;
  /** 0 asks the system for a free port. */
  readonly port: number;
  readonly kafka: {
    readonly brokers: readonly string[];
    readonly topic: string;
    readonly partitions: number;
    readonly group: string;
  };
  readonly event: { readonly id: string; readonly stock: number };
  readonly store: StoreLocation;
  readonly admission: AdmissionLocation;
  readonly profile: keyof typeof PROFILES;
  readonly consumer: ConsumerSettings;
};

/** `incident` is a row-by-row writer in front of a slow system; `healthy` writes batches unhindered. */
export const PROFILES = {
  incident: { batchSize: 1, ratePerSecond: 35 },
  healthy: { batchSize: 200, ratePerSecond: undefined },
} as const satisfies Record<string, ConsumerSettings>;

/** Settings this program owns by prefix, so that a misspelt one is refused instead of ignored. */
const OWN_PREFIXES = ['COUPON_', 'CONSUMER_'];

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

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(0, 65_535).default(0),
  KAFKA_BROKERS: brokers,
  COUPON_TOPIC: name(249).default('coupon-issue'),
  COUPON_PARTITIONS: integer(1, 1_000).default(3),
  COUPON_GROUP: name(200).default('coupon-issuer'),
  COUPON_EVENT: name(64).default('demo'),
  COUPON_STOCK: integer(1, 100_000_000).default(1_000_000),
  STORE_URL: z.string().default('embedded:'),
  ADMISSION_URL: z.string().default('embedded:'),
  PROFILE: z.enum(['incident', 'healthy'], 'must be incident or healthy').default('healthy'),
  CONSUMER_BATCH_SIZE: integer(1, 5_000).optional(),
  CONSUMER_RATE_PER_SECOND: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number of rows per second, 0 for no limit')
    .transform(Number)
    .optional(),
});

/** The settings of an environment. Throws a KnownError naming every setting that is wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  const problems = [
    ...unknownNames(given),
    ...(parsed.error?.issues ?? []).map((issue) => describe(issue, given)),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new KnownError(problems.join('; '), 'correct the environment and start again');
  }
  const value = parsed.data;
  const profile = PROFILES[value.PROFILE];
  const rate = value.CONSUMER_RATE_PER_SECOND ?? profile.ratePerSecond;
  return {
    host: value.HOST,
    port: value.PORT,
    kafka: {
      brokers: value.KAFKA_BROKERS,
      topic: value.COUPON_TOPIC,
      partitions: value.COUPON_PARTITIONS,
      group: value.COUPON_GROUP,
    },
    event: { id: value.COUPON_EVENT, stock: value.COUPON_STOCK },
    store: storeLocation(value.STORE_URL),
    admission: admissionLocation(value.ADMISSION_URL),
    profile: value.PROFILE,
    consumer: {
      batchSize: value.CONSUMER_BATCH_SIZE ?? profile.batchSize,
      ratePerSecond: rate === 0 ? undefined : rate,
    },
  };
}

function storeLocation(url: string): StoreLocation {
  if (!url.startsWith('embedded:')) {
    throw notSupported('STORE_URL', url, 'embedded: (in memory) and embedded:<directory>');
  }
  return { kind: 'embedded', directory: url.slice('embedded:'.length) || undefined };
}

function admissionLocation(url: string): AdmissionLocation {
  if (url !== 'embedded:') throw notSupported('ADMISSION_URL', url, 'embedded: (in this process)');
  return { kind: 'embedded' };
}

/** Names the scheme only: a connection URL may carry a password. */
function notSupported(setting: string, url: string, supported: string): KnownError {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'a value without a scheme';
  return new KnownError(`${setting}: ${scheme} is not supported yet`, `use ${supported}`);
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
