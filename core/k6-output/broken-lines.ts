import { columnsOf, type ConsoleLine } from './console-line.ts';
import { readConsoleMetric } from './console-metric.ts';
import { readConsoleValue } from './console-value.ts';

/**
 * Joins lines that a terminal broke at its edge, within a figure or between two. Copied from there, a line has lost the
 * spaces at its end, so that it does not tell which; joined either way, the figures of a line can be read in one way only.
 * Where they cannot, the line is doubtful.
 */
export const joinBroken = (lines: readonly string[]): ConsoleLine[] => {
  const edge = lines.reduce((widest, line) => Math.max(widest, columnsOf(line)), 0);
  const joined: ConsoleLine[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const text = lines[at] ?? '';
    const kind = kinds.find(({ begins }) => begins.test(text));
    const pieces = [text];
    while (kind?.goesOn(lines[at + 1] ?? '', pieces.join('')) === true && pieces.length <= mostPieces) {
      pieces.push(lines[at + 1] ?? '');
      at += 1;
    }
    joined.push(pieces.length === 1 || kind === undefined ? whole(text) : kind.join(pieces, edge));
  }
  return joined;
};

const mostPieces = 6;
const whole = (text: string): ConsoleLine => ({ text, isDoubtful: false });

/** A kind of line that may have been broken. */
type Kind = {
  readonly begins: RegExp;
  /** Whether a line is more of it; `before` is what there is of it so far. */
  goesOn(line: string, before: string): boolean;
  join(pieces: readonly string[], edge: number): ConsoleLine;
};

/** Joins pieces in the only way that can be read; `read` answers what was read, undefined for nothing whole. */
const joinReadably =
  (read: (text: string) => unknown) =>
  (pieces: readonly string[]): ConsoleLine => {
    const readings = new Map<string, string>();
    for (const text of waysToJoin(pieces)) {
      const reading = read(text);
      if (reading !== undefined) readings.set(JSON.stringify(reading), text);
    }
    const [only, ...others] = readings.values();
    return only === undefined || others.length > 0
      ? { text: pieces.join(' '), isDoubtful: true }
      : whole(only);
  };

const waysToJoin = ([first = '', ...rest]: readonly string[]): string[] =>
  rest.reduce((ways, piece) => ways.flatMap((way) => [`${way}${piece}`, `${way} ${piece}`]), [first]);

/** Where it cannot be read from the text: without a space where the line reaches the edge. */
const joinAtEdge = (pieces: readonly string[], edge: number): ConsoleLine =>
  whole(
    pieces.reduce((text, piece, index) =>
      columnsOf(pieces[index - 1] ?? '') >= edge ? `${text}${piece}` : `${text} ${piece}`,
    ),
  );

const metric: Kind = {
  begins: /^\s*(?:[✓✗]\s+)?(?:[A-Za-z_]\w*(?:\{[^}]*\})?|\{.*\})\.{2,}(?::|$)/,
  // The dots behind its name may be longer than a line.
  goesOn: (line, before) =>
    before.endsWith('.') && !before.includes('.:')
      ? /^\.*: /.test(line)
      : !metric.begins.test(line) && areFigures(line),
  join: joinReadably((text) => {
    const read = readConsoleMetric(text);
    return read === undefined || read.metric === null || read.unread.length > 0 ? undefined : read.metric;
  }),
};

const threshold: Kind = {
  begins: /^\s*[✓✗] '.+' *\S*=\S*$/,
  goesOn: (line) => /^\s*\S+$/.test(line) && areFigures(line),
  join: joinReadably((text) => {
    const figure = /=(.+?)(?:\/s)?$/.exec(text)?.[1] ?? '';
    const share = /^([\d.]+)%$/.exec(figure)?.[1];
    return share ?? readConsoleValue(figure);
  }),
};

const checkCounts: Kind = {
  begins: /^\s*↳\s+\d+% — ✓ \d+ ?\/?/,
  goesOn: (line) => /^[\s\d/✗]*[\d✗][\s\d/✗]*$/.test(line),
  join: joinReadably((text) => /✓ (\d+) \/ ✗ (\d+)$/.exec(text)?.slice(1)),
};

const scenario: Kind = {
  begins: /^\s*\* [^:]+: /,
  goesOn: (line, before) =>
    !before.endsWith(')') && /^\s*[^\s*]/.test(line) && (before.includes('(') || line.includes('(')),
  join: joinAtEdge,
};

const progress: Kind = {
  begins: /^running \(/,
  goesOn: (line, before) => !before.endsWith('iterations') && /^[\w, /]+$/.test(line),
  join: joinAtEdge,
};

const kinds: readonly Kind[] = [metric, threshold, checkCounts, scenario, progress];

const figure =
  /^(?:[a-z]+(?:\([\d.]*\)?)?=\S+|[✓✗]|out|of|-?[\d.]+(?:e[+-]?\d+)?%?|[\d.hmsµun-]+(?:\/s)?|[kMGTP]?B(?:\/s)?)$/;
const partOfFigure = /^[\dA-Za-zµ().=%/✓✗+-]+$/;
const endOfFigure = /^(?:[mµun]?s(?:\/s)?|[hm]|[kMGTP]?B(?:\/s)?|\/s|%|o?f|o?u?t|o)$/;

/** Whether a line is nothing but figures of k6, of which the first and the last may be the rest or the beginning of one. */
const areFigures = (line: string): boolean => {
  const words = line.trim().split(/\s+/);
  if (!words.every((word, index) => (isEnd(index, words) ? partOfFigure : figure).test(word))) return false;
  return /\d/.test(line) || words.every((word) => endOfFigure.test(word));
};

const isEnd = (index: number, words: readonly string[]): boolean => index === 0 || index === words.length - 1;
