import { KnownError, messageOf } from '../errors.ts';

/** Which names somebody means: one name, a glob such as `order-*`, or a regular expression such as `/^order-\d+$/`. */
export type NamePattern = {
  readonly text: string;
  /** False for one name, which must then be there. */
  readonly isPattern: boolean;
  matches(name: string): boolean;
};

export const parseNamePattern = (text: string, what: string): NamePattern => {
  const expression = /^\/(.+)\/([a-z]*)$/su.exec(text);
  if (expression !== null) {
    const [, source = '', flags = ''] = expression;
    try {
      const parsed = new RegExp(source, flags.replace(/[gy]/g, ''));
      return { text, isPattern: true, matches: (name) => parsed.test(name) };
    } catch (error) {
      throw new KnownError('usage', `the ${what} '${text}' is no regular expression: ${messageOf(error)}`, {
        remedy: `write it as in '/^order-\\d+$/', or as a glob such as 'order-*'`,
      });
    }
  }
  if (!/[*?]/.test(text)) return { text, isPattern: false, matches: (name) => name === text };
  const source = text
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const glob = new RegExp(`^${source}$`, 'su');
  return { text, isPattern: true, matches: (name) => glob.test(name) };
};
