import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { KnownError, messageOf } from '../../core/errors.ts';
import { configSchema, type Config } from './config-schema.ts';

const names = ['yaml', 'yml', 'json', 'ts', 'mjs'].map((extension) => `lagline.config.${extension}`);
const sizeLimitBytes = 1024 * 1024;

/** Reads the file given, or the first of the usual names in the working directory; undefined where there is none. */
export const loadConfig = async (
  given: string | undefined,
  cwd = process.cwd(),
): Promise<Config | undefined> => {
  const path =
    given === undefined
      ? names.map((name) => resolve(cwd, name)).find((name) => existsSync(name))
      : resolve(cwd, given);
  if (path === undefined) return undefined;
  const parsed = configSchema.safeParse(await readValue(path), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalid(path, parsed.error);
};

const readValue = async (path: string): Promise<unknown> => {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new KnownError('config-invalid', `the config file ${path} does not exist`, {
      remedy: 'check --config',
    });
  }
  try {
    if (['.ts', '.mjs', '.js'].includes(extname(path))) {
      return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
    }
    if (statSync(path).size > sizeLimitBytes) throw new Error(`larger than ${sizeLimitBytes} bytes`);
    const document = parseDocument(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), { uniqueKeys: true });
    const problem = document.errors[0];
    if (problem !== undefined) throw problem;
    return document.toJS({ maxAliasCount: 20 }) ?? {};
  } catch (error) {
    throw new KnownError('config-invalid', `the config file ${path} cannot be read: ${messageOf(error)}`, {
      remedy: 'correct the place named above',
      cause: error,
    });
  }
};

const invalid = (path: string, error: z.ZodError): KnownError => {
  // A misspelt key is also a missing one; the misspelling is what helps.
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0];
  const where = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
  const unknownKeys =
    issue?.code === 'unrecognized_keys' ? issue.keys.map((key) => `'${key}'`).join(', ') : undefined;
  const what = unknownKeys === undefined ? (issue?.message ?? 'not valid') : `unknown key ${unknownKeys}`;
  return new KnownError('config-invalid', `the config file ${path} is not valid${where}: ${what}`, {
    remedy: unknownKeys === undefined ? 'correct the value' : `use one of ${knownKeys(issue?.path ?? [])}`,
  });
};

/** Keys that may stand at a place of the config, from its schema. */
const knownKeys = (path: readonly PropertyKey[]): string => {
  const schema = z.toJSONSchema(configSchema) as JsonSchema;
  const place = path.reduce<JsonSchema | undefined>((at, key) => at?.properties?.[String(key)], schema);
  return Object.keys(place?.properties ?? {}).join(', ') || 'the documented keys';
};

type JsonSchema = { properties?: Record<string, JsonSchema> };
