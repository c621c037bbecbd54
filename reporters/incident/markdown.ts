import type { TextStyle } from '../locales/fact-reader.ts';
import { inOneLine } from '../plain-text.ts';

/** Text from outside as Markdown that shows exactly that text, also inside a table cell. */
export const escapeText = (text: string): string =>
  inOneLine(text)
    .replace(/[\\`*_[\]|~$]/g, String.raw`\$&`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/:\/\//g, '&#58;//')
    .replace(/www\./gi, (www) => `${www.slice(0, 3)}&#46;`)
    .replace(/@/g, '&#64;')
    .replace(/^([#+=-])/, String.raw`\$1`)
    .replace(/^(\d+)([.)])(?=\s|$)/, String.raw`$1\$2`);

/** Text from outside as a code span; a pipe is escaped as table cells ask for it. */
export const codeInTable = (text: string): string => codeSpan(text).replaceAll('|', String.raw`\|`);

export const codeSpan = (text: string): string => {
  const line = inOneLine(text);
  if (line === '') return '';
  const marks = '`'.repeat(longestRun(line) + 1);
  const room = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${marks}${room}${line}${room}${marks}`;
};

export const inTable: TextStyle = { text: escapeText, code: codeInTable };
export const inLine: TextStyle = { text: escapeText, code: codeSpan };

/** A fence longer than any run of backticks inside, so that the text cannot end it. */
export const fence = (language: string, body: string): string => {
  const marks = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${marks}${language}\n${body}\n${marks}`;
};

/** Cells are Markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export const bullets = (items: readonly string[], indent = ''): string =>
  items.map((item) => `${indent}- ${item}`).join('\n');

/** Blocks with one empty line between them; empty blocks leave no trace. */
export const blocks = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part): part is string => part !== undefined && part !== '').join('\n\n');

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
