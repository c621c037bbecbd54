/** A text of the user's in lines of its own, with a caret below the place (0-based) that a parser stopped at. */
export const withCaret = (text: string, at: number): string =>
  `\n  ${text}\n  ${' '.repeat(displayWidth(text.slice(0, at)))}^`;

/** Columns a terminal needs for the text: wide characters (Hangul, full-width forms) take two. */
const displayWidth = (text: string): number =>
  [...text].reduce(
    (width, character) =>
      width + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(character) ? 2 : 1),
    0,
  );
