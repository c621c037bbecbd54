import { parseArgs } from 'node:util';
import { KnownError, messageOf } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';

export type BenchArguments = {
  readonly seed: number;
  readonly short: boolean;
  /** Values of the program's own flags, as given. */
  readonly rest: Readonly<Record<string, string>>;
  /** Those of the program's own switches that were given. */
  readonly switches: ReadonlySet<string>;
};

/** `--seed S`, `--short` and a program's own flags; anything else ends it with exit code 2. */
export const benchArguments = (
  own: { readonly values?: readonly string[]; readonly switches?: readonly string[] } = {},
  argv: readonly string[] = process.argv.slice(2),
): BenchArguments => {
  return orEnd(() => {
    const { values } = parseArgs({
      args: [...argv],
      options: Object.fromEntries([
        ...['seed', ...(own.values ?? [])].map((name) => [name, { type: 'string' as const }]),
        ...['short', ...(own.switches ?? [])].map((name) => [name, { type: 'boolean' as const }]),
      ]) as Record<string, { type: 'string' | 'boolean' }>,
    });
    const given = Object.entries(values);
    const texts = given.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
    const { seed, ...rest } = Object.fromEntries(texts) as Record<string, string>;
    return {
      seed: seed === undefined ? Date.now() % 1_000_000 : readWholeNumber('--seed', seed),
      short: values['short'] === true,
      rest,
      switches: new Set(given.flatMap(([name, value]) => (value === true ? [name] : []))),
    };
  });
};

/** What cannot be read ends the program with exit code 2, before anything is measured. */
const orEnd = <Read>(read: () => Read): Read => {
  try {
    return read();
  } catch (error) {
    const remedy = error instanceof KnownError && error.remedy !== undefined ? `: ${error.remedy}` : '';
    process.stderr.write(`${messageOf(error)}${remedy}\n`);
    process.exit(2);
  }
};

/** A flag's value as a whole number from 0; throws `usage`. */
export const readWholeNumber = (flag: string, text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new KnownError('usage', `${flag} '${text}' is not a whole number`, {
    remedy: `give one such as ${flag} 20`,
  });
};

/** The same, ending the program with exit code 2. */
export const wholeNumber = (flag: string, text: string): number => orEnd(() => readWholeNumber(flag, text));

/** Those of the parts that `--only` names, with commas between them; all without it. Throws `usage` for any other name. */
export const readParts = <Part extends string>(
  only: string | undefined,
  parts: readonly Part[],
): readonly Part[] => {
  if (only === undefined) return parts;
  const names = only.split(',').map((name) => name.trim());
  const isPart = (name: string): name is Part => parts.includes(name as Part);
  const unknown = names.find((name) => !isPart(name));
  if (unknown !== undefined) {
    const meant = nearestName(unknown, parts);
    throw new KnownError('usage', `--only '${unknown}' is no part of this bench`, {
      remedy: `${meant === undefined ? '' : `'${meant}' may be meant; `}name some of ${parts.join(',')}`,
    });
  }
  return parts.filter((part) => names.includes(part));
};

/** The same, ending the program with exit code 2. */
export const chosenParts = <Part extends string>(
  only: string | undefined,
  parts: readonly Part[],
): readonly Part[] => orEnd(() => readParts(only, parts));
