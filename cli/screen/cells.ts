import stringWidth from 'string-width';

/** Columns of a terminal that a text takes: two for each character of Korean. */
export const widthOf = (text: string): number => {
  let width = 0;
  for (let index = 0; index < text.length; index += 1) {
    const columns = columnsOf(text.charCodeAt(index));
    // What may join with its neighbours is left to those who know all of them.
    if (columns === undefined) return stringWidth(text);
    width += columns;
  }
  return width;
};

/** Of what nearly all of a screen is made of, which is a hundred times as fast as looking everything up. */
const columnsOf = (code: number): 1 | 2 | undefined => {
  if (code >= 0x20 && code <= 0x7e) return 1;
  if (code >= 0xac00 && code <= 0xd7a3) return 2;
  return narrow.has(code) ? 1 : undefined;
};

const narrow = new Set(Array.from('·…▁▂▃▄▅▆▇█▲▼≤≥→×↑↓', (character) => character.charCodeAt(0)));

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The text, or as much of its beginning as fits together with an ellipsis. */
export const fitText = (text: string, columns: number): string => {
  if (columns <= 0) return '';
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = width + widthOf(segment);
    if (next > columns - 1) break;
    kept += segment;
    width = next;
  }
  return `${kept}…`;
};

/** The text, or its beginning and its end around an ellipsis: names that are alike differ at the end. */
export const fitName = (text: string, columns: number): string => {
  if (columns <= 0) return '';
  if (widthOf(text) <= columns) return text;
  const ending = Math.floor((columns - 1) / 2);
  let end = '';
  for (const { segment } of [...graphemes.segment(text)].toReversed()) {
    if (widthOf(segment) + widthOf(end) > ending) break;
    end = segment + end;
  }
  return `${fitText(text, columns - widthOf(end))}${end}`;
};

/** The text in exactly so many columns. */
export const padText = (text: string, columns: number, side: 'left' | 'right'): string => {
  const fitted = fitText(text, columns);
  const room = ' '.repeat(Math.max(0, columns - widthOf(fitted)));
  return side === 'left' ? fitted + room : room + fitted;
};
