import type { Clock } from '../clock.ts';
import { KnownError, messageOf } from '../errors.ts';
import type { IntegrityProbe } from '../plan.ts';
import { redactUrl } from '../redact.ts';
import type { ProbeObservation } from '../record/run-record.ts';
import { httpGet } from './http-get.ts';
import { parseJsonPath, valueAt } from './json-path.ts';
import { readPostgresValue } from './postgres-value.ts';

/** Addresses of the probes by id, with whatever is secret in them. */
export type ProbeAddresses = Readonly<Record<string, string>>;

/**
 * Asks one probe for its number; null where there is no row, or the answer is null. Throws a KnownError that names probe and
 * problem where there is no usable answer, and holds nothing of the address that the environment gave.
 */
export const askProbe = async (
  probe: IntegrityProbe,
  addresses: ProbeAddresses,
  when: ProbeObservation['when'],
  clock: Clock,
): Promise<ProbeObservation> => {
  const address = addresses[probe.id] ?? probe.address;
  const source = sourceOf(probe, address);
  const found = await answerOf(probe, address).catch((error: unknown) => {
    throw refusal(probe, source, withoutSecrets(messageOf(error), address), remedies[probe.kind]);
  });
  const seen = { id: probe.id, when, atMs: clock.elapsedMs(), source };
  if (found === null) return { ...seen, value: null, reason: 'null-answer' };
  if (found === undefined) {
    if (probe.kind === 'postgres') return { ...seen, value: null, reason: 'no-row' };
    throw refusal(probe, source, `the answer has nothing at ${probe.path}`, 'correct its json path');
  }
  const value = numberOf(found, probe.kind);
  if (value !== undefined) return { ...seen, value };
  throw refusal(
    probe,
    source,
    `it answers ${shown(found)}, which is no number`,
    probe.kind === 'postgres'
      ? 'select one number, such as count(*)'
      : 'let its json path lead to a number of the answer',
  );
};

const remedies = {
  postgres: 'check address and rights of the user; its sql must be one SELECT that only reads',
  http: 'check the address; it must answer a GET with status 200 and JSON',
} as const;

const refusal = ({ id }: IntegrityProbe, source: string, problem: string, remedy: string): KnownError =>
  new KnownError('probe-unreachable', `the integrity probe '${id}' (${source}): ${problem}`, { remedy });

const answerOf = async (probe: IntegrityProbe, address: string): Promise<unknown> => {
  if (probe.kind === 'postgres') return readPostgresValue(address, probe.sql);
  const { status, body } = await httpGet(address, 15_000, 'no answer');
  if (status !== 200) throw new Error(`HTTP ${status}`);
  return valueAt(parseJson(body), parseJsonPath(probe.path));
};

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error('the answer is not JSON');
  }
};

/** Counts and sums come from Postgres as text, for they may pass what a number holds. */
const numberOf = (value: unknown, kind: IntegrityProbe['kind']): number | undefined => {
  const isText = typeof value === 'string' && kind === 'postgres';
  const number = isText && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

const shownCharacters = 60;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
};

/** Server and database; of an HTTP address what the config says, for more than the password of it may be secret. */
const sourceOf = (probe: IntegrityProbe, address: string): string => {
  if (probe.kind === 'http') return `GET ${redactUrl(probe.address)}`;
  const { hostname, port, pathname } = new URL(address);
  return `postgres://${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
};

/** Messages of servers and drivers hold no secrets as far as we know; they are not ours to know. */
const withoutSecrets = (text: string, address: string): string =>
  secretsIn(address).reduce((clean, secret) => clean.replaceAll(secret, '[REDACTED]'), text);

const secretsIn = (address: string): string[] => {
  if (!URL.canParse(address)) return [address];
  const { password, searchParams } = new URL(address);
  const decoded = /%(?![0-9a-f]{2})/i.test(password) ? password : decodeURIComponent(password);
  return [address, password, decoded, searchParams.get('password') ?? ''].filter((secret) => secret !== '');
};
