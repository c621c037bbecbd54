import { Lexer, type Token, type Tokens } from 'marked';

/** A table row or sentence of a document, with all that says what it is about. */
export type Passage = {
  /** From 1. */
  readonly line: number;
  readonly kind: 'table-row' | 'sentence';
  /** Headings above it, outermost first. */
  readonly headings: readonly string[];
  /** What the passage stands under besides: list items around it. */
  readonly context: readonly string[];
  /** The cells of a row, or the one sentence. */
  readonly cells: readonly Cell[];
};

export type Cell = {
  /** Heading of its column; empty outside of tables. */
  readonly column: string;
  readonly text: string;
};

export type CodeBlock = {
  readonly line: number;
  readonly headings: readonly string[];
  readonly text: string;
};

export type ReportText = { readonly passages: readonly Passage[]; readonly codeBlocks: readonly CodeBlock[] };

type Place = { readonly line: number; readonly context: readonly string[] };

/** The sentences, table rows and code blocks of a Markdown document (GitHub's kind), in their order. */
export const readMarkdown = (text: string): ReportText => {
  const passages: Passage[] = [];
  const codeBlocks: CodeBlock[] = [];
  let headings: readonly { depth: number; text: string }[] = [];
  const above = (): string[] => headings.map((heading) => heading.text);

  const add = (kind: Passage['kind'], { line, context }: Place, cells: readonly Cell[]): void => {
    passages.push({ line, kind, headings: above(), context, cells });
  };
  const addSentences = (source: string, place: Place): void => {
    for (const { text: sentence, line } of sentencesOf(source, place.line))
      add('sentence', { ...place, line }, [{ column: '', text: sentence }]);
  };
  const walk = (tokens: readonly Token[], place: Place): void => {
    let { line } = place;
    for (const token of tokens) {
      visit(token, { ...place, line });
      line += newlinesIn(token.raw);
    }
  };
  const visit = (token: Token, place: Place): void => {
    if (isKind(token, 'heading')) {
      headings = [
        ...headings.filter(({ depth }) => depth < token.depth),
        { depth: token.depth, text: plainText(token.tokens) },
      ];
    } else if (isKind(token, 'code')) {
      codeBlocks.push({ line: place.line, headings: above(), text: token.text });
    } else if (isKind(token, 'table')) {
      for (const [index, row] of token.rows.entries())
        add(
          'table-row',
          { ...place, line: place.line + 2 + index },
          row.map((cell, at) => ({
            column: plainText(token.header[at]?.tokens ?? []),
            text: plainText(cell.tokens),
          })),
        );
    } else if (isKind(token, 'list')) {
      walkItems(token.items, place);
    } else if (isKind(token, 'blockquote')) {
      walk(token.tokens, place);
    } else if (token.type === 'paragraph' || token.type === 'text') {
      const inline = 'tokens' in token ? token.tokens : undefined;
      addSentences(inline === undefined ? token.raw : plainText(inline), place);
    }
  };
  const walkItems = (items: readonly Tokens.ListItem[], place: Place): void => {
    let { line } = place;
    for (const item of items) {
      const own = item.tokens.find(({ type }) => type === 'text' || type === 'paragraph');
      const inner = item.tokens.filter((token) => token !== own);
      const heading = own !== undefined && 'tokens' in own ? plainText(own.tokens ?? []) : '';
      if (own !== undefined) visit(own, { ...place, line });
      walk(inner, {
        line: line + newlinesIn(own?.raw ?? ''),
        context: heading === '' ? place.context : [...place.context, heading],
      });
      line += newlinesIn(item.raw);
    }
  };
  walk(new Lexer({ gfm: true }).lex(text), { line: 1, context: [] });
  return { passages, codeBlocks };
};

type TokenOf = {
  readonly heading: Tokens.Heading;
  readonly code: Tokens.Code;
  readonly table: Tokens.Table;
  readonly list: Tokens.List;
  readonly blockquote: Tokens.Blockquote;
};

const isKind = <Kind extends keyof TokenOf>(token: Token, kind: Kind): token is TokenOf[Kind] =>
  token.type === kind;

const newlinesIn = (text: string): number => text.split('\n').length - 1;

/** What a reader sees, a break being a line feed; pictures and HTML leave nothing. */
const plainText = (tokens: readonly Token[]): string =>
  tokens
    .map((token): string => {
      switch (token.type) {
        case 'br':
          return '\n';
        case 'image':
        case 'html':
          return /^<br\s*\/?>$/i.test(token.raw) ? '\n' : '';
        case 'codespan':
        case 'escape':
          return 'text' in token ? String(token.text) : token.raw;
        case 'del':
          // One tilde between two numbers is a range, and strikes nothing out.
          return token.raw.startsWith('~~') ? '' : token.raw;
        default:
          return 'tokens' in token && token.tokens !== undefined
            ? plainText(token.tokens)
            : decode(textOf(token));
      }
    })
    .join('')
    .trim();

const textOf = (token: Token): string => ('text' in token ? String(token.text) : token.raw);

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
};

const decode = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|nbsp|#39);/g, (whole, name: string) => entities[name] ?? whole);

/** Split behind a full stop that ends something, and at breaks; a line feed within a sentence stays one blank. */
const sentencesOf = (source: string, line: number): { text: string; line: number }[] => {
  const found: { text: string; line: number }[] = [];
  let at = line;
  for (const piece of source.split(
    /(?<=[.!?。])(?=\s)(?<!\b(?:vs|approx|e\.g|i\.e|max|min|avg)\.)|\n(?=\s*(?:✅|❌|⚠))/u,
  )) {
    const leading = newlinesIn(/^\s*/.exec(piece)?.[0] ?? '');
    const text = piece.replaceAll(/\s+/g, ' ').trim();
    if (text !== '') found.push({ text, line: at + leading });
    at += newlinesIn(piece);
  }
  return found;
};
