import type { TextStyle } from './locales/fact-reader.ts';
import { inOneLine } from './plain-text.ts';

/** For media that have an escaping of their own: one line, without what steers terminals. */
export const plainStyle: TextStyle = { text: inOneLine, code: inOneLine };
