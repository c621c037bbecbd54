import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** As far as the tests look at it. */
export type ComposeService = {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
};
export type ComposeFile = {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

export const deployFolder = import.meta.dirname;
export const readDeployFile = (path: string): string => readFileSync(join(deployFolder, path), 'utf8');

const variable = /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g;

/** Names of the variables in a text, with what stands in for those that are not set; undefined where there is nothing. */
export const variablesIn = (text: string): { name: string; fallback: string | undefined }[] =>
  [...text.matchAll(variable)].map(([, name = '', operator, words]) => ({
    name,
    fallback: operator === '-' ? words : undefined,
  }));

/** `compose.yaml` with its variables replaced as Compose does; one that has to be set and is not is an error. */
export const readCompose = (settings: Readonly<Record<string, string>>): ComposeFile =>
  interpolate(parse(readDeployFile('compose.yaml'), { merge: true }), settings) as ComposeFile;

/** In texts only, after the file was read: a value that looks like a number remains a text. */
const interpolate = (node: unknown, settings: Readonly<Record<string, string>>): unknown => {
  if (Array.isArray(node)) return node.map((each) => interpolate(each, settings));
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, interpolate(each, settings)]));
  }
  if (typeof node !== 'string') return node;
  return node.replaceAll(variable, (_, name: string, operator: string | undefined, words: unknown) => {
    const value = settings[name];
    if (value !== undefined && value !== '') return value;
    if (operator === '-') return String(words);
    throw new Error(`${name}: ${operator === '?' ? String(words) : 'is not set'}`);
  });
};
