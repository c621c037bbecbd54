import { KnownError } from '../errors.ts';

/*
 * Where a value stands in a JSON document; a small part of JSONPath:
 *
 *   path  = "$" , { "." , name | "[" , index , "]" } ;
 *   name  = one or more characters other than "." "[" "]" "*" and blanks ;
 *   index = 1 to 9 digits ;
 */

/** Names of objects and indexes of arrays, from the root on. */
export type JsonPath = readonly (string | number)[];

/** Throws a KnownError that shows the place where it does not parse. */
export const parseJsonPath = (text: string): JsonPath => {
  const steps: (string | number)[] = [];
  let at = text.startsWith('$') ? 1 : 0;
  const step = /\.([^.[\]*\s]+)|\[(\d{1,9})\]/y;
  while (at > 0 && at < text.length) {
    step.lastIndex = at;
    const [all, name, index] = step.exec(text) ?? [];
    if (all === undefined) break;
    steps.push(name ?? Number(index));
    at += all.length;
  }
  if (at > 0 && at === text.length) return steps;
  throw new KnownError(
    'config-invalid',
    `the path '${text}' does not parse: expected ${at === 0 ? '$' : '.name or [index]'}\n  ${text}\n  ${' '.repeat(at)}^`,
    { remedy: 'write it as in $.counts.missing or $.rows[0].total' },
  );
};

/** The value there; undefined where there is none. */
export const valueAt = (document: unknown, path: JsonPath): unknown =>
  path.reduce<unknown>((place, key) => {
    if (Array.isArray(place)) return typeof key === 'number' ? (place[key] as unknown) : undefined;
    if (typeof place !== 'object' || place === null || typeof key !== 'string') return undefined;
    return Object.hasOwn(place, key) ? (place as Record<string, unknown>)[key] : undefined;
  }, document);
