/** Wide characters of Korean take two places in a terminal. */
const widthOf = (text: string): number =>
  [...text].reduce((width, character) => width + (/[\u1100-\u11ff\u3000-\ud7af]/.test(character) ? 2 : 1), 0);

/** Rows as lines for a terminal: columns one below the other, indented by two. */
export const alignedRows = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ''))));
  return rows.map(
    (row) =>
      `  ${row
        .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)))
        .join('  ')
        .trimEnd()}`,
  );
};
