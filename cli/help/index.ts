import { en } from './en.ts';
import { ko } from './ko.ts';
import type { HelpWords } from './words.ts';

/** Korean where the locale of the terminal is Korean, else English. */
export const helpWords = (environment: NodeJS.ProcessEnv): HelpWords => {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return /^ko([_.-]|$)/i.test(locale) ? ko : en;
};
