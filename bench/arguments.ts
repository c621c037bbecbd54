import { parseArgs } from 'node:util';

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
  try {
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
      seed: seed === undefined ? Date.now() % 1_000_000 : wholeNumber('--seed', seed),
      short: values['short'] === true,
      rest,
      switches: new Set(given.flatMap(([name, value]) => (value === true ? [name] : []))),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
};

/** A flag's value as a whole number from 0; throws an Error that names flag and value. */
export const wholeNumber = (flag: string, text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${flag} '${text}' is not a whole number: give one such as ${flag} 20`);
};
