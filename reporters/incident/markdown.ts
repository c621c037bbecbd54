import type { TextStyle } from '../locales/fact-reader.ts';
import { inOneLine } from '../plain-text.ts';
import type { Block, ListItem } from './block.ts';

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

/** The blocks as Markdown, one empty line between them. */
export const renderMarkdown = (block: Block): string => {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${block.text}`;
    case 'paragraph':
      return block.text;
    case 'table':
      return [block.head, block.head.map(() => '---'), ...block.rows].map(tableLine).join('\n');
    case 'list':
      return block.items.flatMap((item) => itemLines(item, '')).join('\n');
    case 'code':
      return fenced(block.language, block.text);
    case 'quote':
      return block.paragraphs.map((text) => `> ${text}`).join('\n>\n');
    case 'details':
      return [
        '<details>',
        `<summary>${block.summary}</summary>`,
        renderMarkdown(block.body),
        '</details>',
      ].join('\n\n');
    case 'rule':
      return '---';
    case 'group':
      return block.blocks.map(renderMarkdown).join('\n\n');
  }
};

const tableLine = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const step = '    ';

/** Each picture in a paragraph of its own inside the list. */
const itemLines = (item: ListItem, indent: string): string[] => {
  if (typeof item === 'string') return [`${indent}- ${item}`];
  const { text, pictures = [], items = [] } = item;
  return [
    `${indent}- ${text}`,
    ...pictures.flatMap(({ alt, name }) => ['', `${indent}${step}![${alt}](./${name})`]),
    ...(pictures.length === 0 ? [] : ['']),
    ...items.flatMap((each) => itemLines(each, indent + step)),
  ];
};

/** A fence longer than any run of backticks inside, so that the text cannot end it. */
const fenced = (language: string, body: string): string => {
  const marks = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${marks}${language}\n${body}\n${marks}`;
};

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
