import { relative } from 'node:path';
import {
  effectiveConfig,
  type EffectiveValue,
  type GivenFlags,
  type Origin,
} from '../config/effective-config.ts';
import { loadConfigText } from '../config/load-config.ts';
import { readFormats } from '../formats.ts';
import { inOneLine } from '../../reporters/plain-text.ts';

/** `lagline config print`: what a run would be set to, and by what; the file is checked as a run checks it. */
export const configPrintCommand = async (
  given: GivenFlags,
  flags: { readonly config?: string; readonly json?: boolean; readonly format: readonly string[] },
): Promise<number> => {
  const file = await loadConfigText(flags.config);
  readFormats(flags.format.length > 0 ? flags.format : file?.config.format);
  const values = effectiveConfig(given, file, process.env);
  process.stdout.write(flags.json === true ? `${JSON.stringify({ values }, null, 2)}\n` : textOf(values));
  return 0;
};

/** Lines that are YAML, `key: value  # origin`; keys with dots in them are not nested, so that each has one line. */
const textOf = (values: readonly EffectiveValue[]): string => {
  const lines = values.map(({ key, value, origin }) => ({
    text: `${inOneLine(key)}: ${inOneLine(JSON.stringify(value))}`,
    origin: originText(origin),
  }));
  const width = Math.min(60, Math.max(0, ...lines.map(({ text }) => text.length)));
  return lines.map(({ text, origin }) => `${text.padEnd(width)}  # ${origin}\n`).join('');
};

const originText = (origin: Origin): string => {
  switch (origin.from) {
    case 'flag':
      return origin.flag;
    case 'env':
      return origin.variable;
    case 'file':
      return relative(process.cwd(), origin.place) || origin.place;
    case 'default':
      return 'default';
  }
};
