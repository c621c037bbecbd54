import { KnownError } from '../../core/errors.ts';
import { parseThresholdRule } from '../../core/metric-table.ts';
import { parseJsonPath } from '../../core/sampling/json-path.ts';
import type { ProbeAddresses } from '../../core/sampling/service-probe.ts';
import type { Config } from './config-schema.ts';
import { fromEnvironment, withoutReferences } from './environment-references.ts';

type GivenProbe = NonNullable<NonNullable<Config['integrity']>['probes']>[number];

type Probes = {
  /** For the plan: addresses as written. */
  readonly probes: readonly Readonly<Record<string, unknown>>[];
  readonly addresses: ProbeAddresses;
};

/** The integrity probes of the config, each checked as far as that goes without asking it. */
export const readProbes = (given: readonly GivenProbe[], environment: NodeJS.ProcessEnv): Probes => {
  const known = new Set<string>();
  for (const { id } of given) {
    if (known.has(id)) throw invalid(`there are two integrity probes '${id}'`, 'give each an id of its own');
    known.add(id);
  }
  return {
    probes: given.map(planned),
    addresses: Object.fromEntries(given.map((probe) => [probe.id, addressOf(probe, environment)])),
  };
};

const planned = (probe: GivenProbe): Readonly<Record<string, unknown>> => {
  const { id, expression, difference = false, postgres, sql, http, json } = probe;
  const common = { id, expression, difference };
  parseThresholdRule(`integrity_probe{probe:${id}}`, expression);
  if (postgres !== undefined && sql !== undefined && http === undefined && json === undefined)
    return { kind: 'postgres', ...common, address: postgres, sql };
  if (http !== undefined && json !== undefined && postgres === undefined && sql === undefined) {
    parseJsonPath(json);
    return { kind: 'http', ...common, address: http, path: json };
  }
  const keys = (['postgres', 'sql', 'http', 'json'] as const).filter((key) => probe[key] !== undefined);
  throw invalid(
    `the integrity probe '${id}' has ${keys.join(', ') || 'neither address nor question'}`,
    'give it either postgres and sql, or http and json',
  );
};

const addressOf = (probe: GivenProbe, environment: NodeJS.ProcessEnv): string => {
  const key = probe.postgres === undefined ? 'http' : 'postgres';
  const written = probe[key] ?? '';
  const place = `${key} of the integrity probe '${probe.id}'`;
  if (
    /\/\/[^/?#@]*:[^/?#@]+@/.test(withoutReferences(written)) ||
    /[?&]password=[^&]/i.test(withoutReferences(written))
  )
    throw invalid(
      `${place} has a password in it`,
      'put the address, or the password alone, into a variable of the environment and write ${NAME} in its place',
    );
  const address = fromEnvironment(written, place, environment);
  if (isAddress(address, key)) return address;
  // The address may hold secrets of the environment: it is not shown.
  throw invalid(
    `${place} is no ${key === 'http' ? 'http(s)' : 'postgres'} address`,
    key === 'http'
      ? 'write it in full, e.g. http://localhost:8080/audit'
      : 'write it as in postgres://user@localhost:5432/orders, special characters of the password as %XX',
  );
};

const protocols = { http: /^https?:$/, postgres: /^postgres(ql)?:$/ } as const;

const isAddress = (text: string, kind: keyof typeof protocols): boolean =>
  URL.canParse(text) && protocols[kind].test(new URL(text).protocol);

const invalid = (message: string, remedy: string): KnownError =>
  new KnownError('config-invalid', message, { remedy });
