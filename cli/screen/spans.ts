import { fitText, widthOf } from './cells.ts';

/** What a piece of text means; on a terminal without colours `quiet`, `strong` and `head` remain. */
export type Tone = 'quiet' | 'strong' | 'head' | 'good' | 'caution' | 'bad';
export type Span = { readonly text: string; readonly tone?: Tone };
export type Line = readonly Span[];

export const span = (text: string, tone?: Tone): Span => (tone === undefined ? { text } : { text, tone });

export const lineWidth = (line: Line): number => line.reduce((sum, { text }) => sum + widthOf(text), 0);

/** As much of the line as fits. */
export const fitLine = (line: Line, columns: number): Line => {
  const kept: Span[] = [];
  let room = columns;
  for (const each of line) {
    if (room <= 0) break;
    const text = fitText(each.text, room);
    kept.push({ ...each, text });
    if (text !== each.text) break;
    room -= widthOf(text);
  }
  return kept;
};

const separator = ' · ';

/** Parts one behind the other, in as many lines as it takes; a part is broken only where it is wider than a line. */
export const flow = (parts: readonly Line[], columns: number): Line[] => {
  const lines: Span[][] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && lineWidth(last) + separator.length + lineWidth(part) <= columns)
      last.push(span(separator, 'quiet'), ...part);
    else lines.push([...fitLine(part, columns)]);
  }
  return lines;
};

const colours: Readonly<Partial<Record<Tone, string>>> = { good: '32', caution: '33', bad: '31' };
const weights: Readonly<Partial<Record<Tone, string>>> = { quiet: '2', strong: '1', head: '7', bad: '1' };

/** With the sequences a terminal reads; lines never leave one open. */
export const paint = (line: Line, hasColour: boolean): string =>
  line
    .map(({ text, tone }) => {
      if (tone === undefined || text === '') return text;
      const codes = [weights[tone], hasColour ? colours[tone] : undefined].filter(
        (code) => code !== undefined,
      );
      return codes.length === 0 ? text : `\u001B[${codes.join(';')}m${text}\u001B[0m`;
    })
    .join('');
