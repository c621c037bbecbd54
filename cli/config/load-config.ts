import { z } from 'zod';
import { KnownError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import { findConfigFile, readConfigFile, type ConfigPath, type ConfigText } from './config-file.ts';
import { configSchema, type Config } from './config-schema.ts';

export type LoadedConfig = { readonly config: Config; readonly text: ConfigText };

/** Reads the file given, or the first of the usual names in the working directory; undefined where there is none. */
export const loadConfig = async (
  given: string | undefined,
  cwd = process.cwd(),
): Promise<Config | undefined> => (await loadConfigText(given, cwd))?.config;

/** The same, with the places of its keys. */
export const loadConfigText = async (
  given: string | undefined,
  cwd = process.cwd(),
): Promise<LoadedConfig | undefined> => {
  const path = findConfigFile(given, cwd);
  if (path === undefined) return undefined;
  const text = await readConfigFile(path);
  const parsed = configSchema.safeParse(text.value, { reportInput: true });
  if (parsed.success) return { config: parsed.data, text };
  throw invalid(text, parsed.error);
};

const invalid = (text: ConfigText, error: z.ZodError): KnownError => {
  const issues = error.issues.flatMap(flatten);
  // A misspelt key is also a missing one; the misspelling is what helps.
  const issue = issues.find(({ unknownKey }) => unknownKey !== undefined) ?? issues[0];
  if (issue === undefined) throw error;
  const { path, unknownKey, message } = issue;
  const place = unknownKey === undefined ? path : [...path, unknownKey];
  const where = path.length === 0 ? '' : ` at ${path.join('.')}`;
  const what = unknownKey === undefined ? message : `unknown key '${unknownKey}'`;
  return new KnownError(
    'config-invalid',
    `the config file ${text.placeOf(place)} is not valid${where}: ${what}${text.excerptOf(place)}`,
    { remedy: unknownKey === undefined ? 'correct the value' : remedyFor(unknownKey, path) },
  );
};

type Issue = {
  readonly path: ConfigPath;
  readonly message: string;
  readonly unknownKey?: string | undefined;
};

/** Of a value that may have several forms, the problems with the form that it comes nearest to. */
const flatten = (issue: z.core.$ZodIssue): Issue[] => {
  if (issue.code === 'unrecognized_keys')
    return [{ path: issue.path, message: issue.message, unknownKey: issue.keys[0] }];
  if (issue.code !== 'invalid_union') return [{ path: issue.path, message: issue.message }];
  const forms = issue.errors.map((form) =>
    form.map((each): z.core.$ZodIssue => ({ ...each, path: [...issue.path, ...each.path] })),
  );
  const meant =
    forms.find((form) => form.every(({ path }) => path.length > issue.path.length)) ??
    forms.find((form) => form.some(({ code }) => code === 'unrecognized_keys'));
  return meant === undefined
    ? [
        {
          path: issue.path,
          message: issue.errors.flatMap((form) => form.map(({ message }) => message)).join('; or '),
        },
      ]
    : meant.flatMap(flatten);
};

const remedyFor = (unknownKey: string, path: ConfigPath): string => {
  const known = knownKeys(path);
  const nearest = nearestName(unknownKey, known);
  const list = known.length === 0 ? 'the documented keys' : `one of ${known.join(', ')}`;
  return nearest === undefined ? `use ${list}` : `did you mean '${nearest}'? use ${list}`;
};

/** Keys that may stand at a place of the config, from its schema. */
const knownKeys = (path: ConfigPath): string[] => {
  const root = z.toJSONSchema(configSchema) as JsonSchema;
  const places = path.reduce<JsonSchema[]>(
    (at, key) => at.flatMap((schema) => below(schema, String(key))),
    [root],
  );
  return [...new Set(places.flatMap(forms).flatMap(({ properties }) => Object.keys(properties ?? {})))];
};

type JsonSchema = {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
};

const forms = (schema: JsonSchema): JsonSchema[] => [schema, ...(schema.anyOf ?? []).flatMap(forms)];

const below = (schema: JsonSchema, key: string): JsonSchema[] =>
  forms(schema).flatMap(({ properties, additionalProperties, items }) => {
    const own = properties?.[key];
    if (own !== undefined) return [own];
    return [additionalProperties, items].filter((each) => typeof each === 'object');
  });
