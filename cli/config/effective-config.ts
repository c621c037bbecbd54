import { redactUrl } from '../../core/redact.ts';
import { withoutReferences } from './environment-references.ts';
import type { LoadedConfig } from './load-config.ts';
import { settings, type Setting } from './settings.ts';
import { splitPair } from './thresholds.ts';

/** Where a value comes from. */
export type Origin =
  | { readonly from: 'flag'; readonly flag: string }
  | { readonly from: 'env'; readonly variable: string }
  /** `file`, `file:line:column` where it is known. */
  | { readonly from: 'file'; readonly place: string }
  | { readonly from: 'default' };

export type EffectiveValue = { readonly key: string; readonly value: unknown; readonly origin: Origin };

/** Values of the command line, and where commander has each from. */
export type GivenFlags = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly sourceOf: (option: string) => string | undefined;
};

/** Every setting that a run would have, flags over environment over file over defaults, with what is secret left out. */
export const effectiveConfig = (
  { values, sourceOf }: GivenFlags,
  file: LoadedConfig | undefined,
  environment: NodeJS.ProcessEnv,
): EffectiveValue[] => {
  const found = new Map<string, EffectiveValue>();
  const set = (key: string, value: unknown, origin: Origin): void =>
    void found.set(key, { key, value: withoutSecrets(key, value), origin });
  for (const { key, byDefault } of settings)
    if (byDefault !== undefined) set(key, byDefault, { from: 'default' });
  if (file !== undefined)
    for (const [path, value] of leavesOf(file.config, []))
      set(path.join('.'), value, { from: 'file', place: file.text.placeOf(path) });
  for (const setting of settings) {
    const origin = originOf(setting, sourceOf(setting.option));
    if (origin === undefined) continue;
    for (const [key, value] of entriesOf(setting, values[setting.option])) set(key, value, origin);
  }
  // As for a run: brokers of the environment count where there are groups to watch on them.
  const brokers = environment['LAGLINE_KAFKA'];
  if (brokers && found.has('kafka.groups') && sourceOf('brokers') !== 'cli')
    set('kafka.brokers', brokers, { from: 'env', variable: 'LAGLINE_KAFKA' });
  return [...found.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1));
};

const originOf = ({ flag, env }: Setting, source: string | undefined): Origin | undefined => {
  if (source === 'cli') return { from: 'flag', flag };
  return source === 'env' && env !== undefined ? { from: 'env', variable: env } : undefined;
};

const entriesOf = ({ key, flag, isByName }: Setting, value: unknown): [key: string, value: unknown][] => {
  if (isByName !== true || !Array.isArray(value)) return [[key, value]];
  const entries = new Map<string, unknown>();
  for (const text of value as string[]) {
    if (key === 'env') {
      const [name = '', ...rest] = text.split('=');
      entries.set(`env.${name}`, rest.length === 0 ? `\${${name}}` : rest.join('='));
      continue;
    }
    const [name, each] = splitPair(text, flag, 'name=value');
    const path = `${key}.${name}`;
    const before = entries.get(path);
    entries.set(
      path,
      key === 'thresholds' ? [...(Array.isArray(before) ? (before as unknown[]) : []), each] : each,
    );
  }
  return [...entries];
};

const leavesOf = (value: unknown, path: readonly string[]): [path: readonly string[], value: unknown][] => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[path, value]];
  return Object.entries(value)
    .filter(([key, part]) => part !== undefined && (path.length > 0 || key !== '$schema'))
    .flatMap(([key, part]) => leavesOf(part, [...path, key]));
};

const secretKey = /(?:^env\.|password|secret|token|passphrase)/i;

/** A reference to the environment is no secret; what stands in the file itself, or on the command line, may be one. */
const withoutSecrets = (key: string, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((each: unknown) => withoutSecrets(key, each));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, withoutSecrets(`${key}.${name}`, each)]),
    );
  if (secretKey.test(key))
    return typeof value === 'string' && value !== '' && withoutReferences(value) === ''
      ? value
      : '[REDACTED]';
  if (typeof value !== 'string') return value;
  return addressKey.test(key) ? withoutUsers(redactUrl(value)) : redactUrl(value);
};

const addressKey = /(?:^|\.)(?:brokers|url|\w+Url|scrape)$/;

/** What is refused in a run, an address with a user but without a scheme, is printed here. */
const withoutUsers = (addresses: string): string => addresses.replaceAll(/[^,\s/]*@/g, '');
