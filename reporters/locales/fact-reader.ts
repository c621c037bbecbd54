import type { Facts } from '../../core/errors.ts';

/** How text that came from outside (topics, groups, expressions) is made harmless for the medium it is shown in. */
export type TextStyle = {
  readonly text: (value: string) => string;
  readonly code: (value: string) => string;
};

/** Facts as wording reads them: a missing, null or mistyped fact is undefined, never 0 or an empty text. */
export type FactReader = {
  number(key: string): number | undefined;
  flag(key: string): boolean | undefined;
  /** Made harmless for the medium. */
  text(key: string): string | undefined;
  /** As code, made harmless for the medium. */
  code(key: string): string | undefined;
  /** The text as it came; only to compare with known ids. */
  id(key: string): string | undefined;
  /** All facts as `key=value`, for ids that no wording is known for. */
  all(): string;
};

export const readFacts = (facts: Facts, style: TextStyle): FactReader => {
  const fact = (key: string) => (Object.hasOwn(facts, key) ? (facts[key] ?? undefined) : undefined);
  const words = (key: string): string | undefined => {
    const value = fact(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    number: (key) => {
      const value = fact(key);
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    },
    flag: (key) => {
      const value = fact(key);
      return typeof value === 'boolean' ? value : undefined;
    },
    text: (key) => optional(words(key), style.text),
    code: (key) => optional(words(key), style.code),
    id: words,
    all: () =>
      Object.entries(facts)
        .map(([key, value]) => style.text(`${key}=${value === null ? '?' : plain(value)}`))
        .join(', '),
  };
};

/** Numbers are cut to what a reader can use; the exact ones stand in `report.json`. */
const plain = (value: string | number | boolean): string =>
  typeof value === 'number' && !Number.isInteger(value)
    ? value.toFixed(Math.abs(value) < 10 ? 3 : 1)
    : String(value);

const optional = (value: string | undefined, style: (value: string) => string): string | undefined =>
  value === undefined ? undefined : style(value);

/** Joins what there is; absent parts leave no trace. */
export const joinParts = (parts: readonly (string | undefined)[], separator = ', '): string =>
  parts.filter((part): part is string => part !== undefined && part !== '').join(separator);

/** Applies a format to a fact that is there. */
export const shown = (
  value: number | null | undefined,
  format: (value: number) => string,
): string | undefined =>
  value === null || value === undefined || !Number.isFinite(value) ? undefined : format(value);
