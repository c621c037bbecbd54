import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { KnownError } from '../errors.ts';

export type Scenario = {
  /** Fit for a folder's name. */
  readonly name: string;
  /** Absolute path of the k6 script. */
  readonly script: string;
  readonly isShipped: boolean;
};

/** The scenarios that come with lagline, by name; each is one file in `scenarios/`. */
export const listScenarios = (folder: string = shippedFolder()): Scenario[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map(({ name }) => ({ name: basename(name, '.ts'), script: join(folder, name), isShipped: true }))
    .sort((left, right) => left.name.localeCompare(right.name, 'en'));

/** Finds the script that is meant by a shipped scenario's name or by the path of any k6 script. */
export const resolveScenario = (nameOrPath: string, folder: string = shippedFolder()): Scenario => {
  const shipped = listScenarios(folder);
  const named = shipped.find(({ name }) => name === nameOrPath);
  if (named !== undefined) return named;

  const script = resolve(nameOrPath);
  if (isFile(script)) return { name: nameOf(script), script, isShipped: false };
  const names = shipped.map(({ name }) => name).join(', ');
  const isPath = /[/\\]|\.[cm]?[jt]s$/.test(nameOrPath);
  throw new KnownError(
    'scenario-unknown',
    isPath ? `there is no k6 script at '${nameOrPath}'` : `there is no scenario '${nameOrPath}'`,
    { remedy: `use one of ${names}, or the path of a k6 script such as ./my-test.js` },
  );
};

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const nameOf = (script: string): string => {
  const fit = basename(script)
    .replace(/\.[^.]*$/, '')
    .replace(/[^a-zA-Z0-9._-]+/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '');
  return fit === '' ? 'script' : fit;
};

/** Scenarios are read by k6 and not by Node, so they lie beside package.json both in a checkout and in the package. */
const shippedFolder = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) || !existsSync(join(folder, 'scenarios'))) {
    const above = dirname(folder);
    if (above === folder)
      throw new Error(`no folder 'scenarios' beside a package.json above ${import.meta.dirname}`);
    folder = above;
  }
  return join(folder, 'scenarios');
};
