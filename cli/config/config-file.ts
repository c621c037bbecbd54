import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { withCaret } from '../../core/caret.ts';
import { KnownError, messageOf } from '../../core/errors.ts';

export type ConfigPath = readonly PropertyKey[];

export type ConfigText = {
  readonly path: string;
  /** What the file says, not checked yet. */
  readonly value: unknown;
  /** Where a key stands, `file:line:column`; of a file that is a program, and of what it does not hold, the file alone. */
  readonly placeOf: (path: ConfigPath) => string;
  /** The line of that key with a caret below it; empty where it is not known. */
  readonly excerptOf: (path: ConfigPath) => string;
};

const sizeLimitBytes = 1024 * 1024;

/** Reads a config file. Throws a KnownError that names file, line and column where it cannot be read. */
export const readConfigFile = async (path: string): Promise<ConfigText> => {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new KnownError('config-invalid', `the config file ${path} does not exist`, {
      remedy: 'check --config',
    });
  }
  if (['.ts', '.mjs', '.js'].includes(extname(path))) return readProgram(path);
  if (statSync(path).size > sizeLimitBytes) throw unreadable(path, `larger than ${sizeLimitBytes} bytes`);
  return readYaml(path, readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
};

const readProgram = async (path: string): Promise<ConfigText> => {
  try {
    const { default: value } = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return { path, value, placeOf: () => path, excerptOf: () => '' };
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
};

/** JSON is YAML too. */
const readYaml = (path: string, text: string): ConfigText => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false, lineCounter });
  const lineAt = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col, text: (text.split(/\r?\n/)[line - 1] ?? '').replaceAll('\t', ' ') };
  };
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, column, text: written } = lineAt(problem.pos[0]);
    throw unreadable(
      `${path}:${line}:${column}`,
      `${problem.message}${withCaret(written, column - 1)}`,
      problem,
    );
  }
  const offsetOf = (keys: ConfigPath): number | undefined => keyOffset(document, keys);
  return {
    path,
    value: valueOf(path, document),
    placeOf: (keys) => {
      const offset = offsetOf(keys);
      if (offset === undefined) return path;
      const { line, column } = lineAt(offset);
      return `${path}:${line}:${column}`;
    },
    excerptOf: (keys) => {
      const offset = offsetOf(keys);
      if (offset === undefined) return '';
      const { column, text: written } = lineAt(offset);
      return withCaret(written, column - 1);
    },
  };
};

const valueOf = (path: string, document: Document): unknown => {
  try {
    // Aliases may not blow a small file up.
    return document.toJS({ maxAliasCount: 20 }) ?? {};
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
};

/** Of the key at a path, or of the item of a list; of the last part of the path that is there. */
const keyOffset = (document: Document, keys: ConfigPath): number | undefined => {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (!isNode(node)) return offset;
      offset = node.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
};

const unreadable = (place: string, problem: string, cause?: unknown): KnownError =>
  new KnownError('config-invalid', `the config file ${place} cannot be read: ${problem}`, {
    remedy: 'correct the place named above',
    cause,
  });

const names = ['yaml', 'yml', 'json', 'ts', 'mjs'].map((extension) => `lagline.config.${extension}`);

/** The file given, or the first of the usual names in the working directory; undefined where there is none. */
export const findConfigFile = (given: string | undefined, cwd: string): string | undefined =>
  given === undefined
    ? names.map((name) => resolve(cwd, name)).find((name) => existsSync(name))
    : resolve(cwd, given);
