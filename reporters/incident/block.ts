/**
 * What a report is made of, before it is Markdown or HTML. Texts are inline Markdown of a small kind, as the locales and
 * `markdown.ts` make it: code spans, `**strong**`, `<br>`, escapes and entities; nothing from outside stands in them
 * unescaped.
 */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }
  /** Text as it is, lines and all. */
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly paragraphs: readonly string[] }
  | { readonly kind: 'details'; readonly summary: string; readonly body: Block }
  | { readonly kind: 'rule' }
  | { readonly kind: 'group'; readonly blocks: readonly Block[] };

/** A picture by the name under which the reporter that shows it knows it: a path, or a chart of the page. */
export type Picture = { readonly alt: string; readonly name: string };

export type ListItem =
  | string
  | {
      readonly text: string;
      /** Below the text, before the items. */
      readonly pictures?: readonly Picture[];
      readonly items?: readonly ListItem[];
    };

export const heading = (level: number, text: string): Block => ({ kind: 'heading', level, text });

/** Lines shown as they are, such as a console's. */
export const fence = (language: string, text: string): Block => ({ kind: 'code', language, text });

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): Block => ({
  kind: 'table',
  head,
  rows,
});

export const bullets = (items: readonly ListItem[]): Block => ({ kind: 'list', items });

/** Blocks one after the other, a text being a paragraph; empty ones leave no trace. */
export const blocks = (...parts: readonly (string | Block | undefined)[]): Block => ({
  kind: 'group',
  blocks: parts.flatMap((part): readonly Block[] => {
    if (part === undefined || part === '') return [];
    if (typeof part === 'string') return [{ kind: 'paragraph', text: part }];
    return isEmpty(part) ? [] : [part];
  }),
});

const isEmpty = (block: Block): boolean =>
  (block.kind === 'group' && block.blocks.length === 0) ||
  (block.kind === 'list' && block.items.length === 0) ||
  (block.kind === 'quote' && block.paragraphs.length === 0);
