/** A piece of a sentence and the mark of where its number comes from; no mark for a piece without a number. */
export type Tagged = readonly [text: string | undefined, tag?: string | undefined];

/** Joins the pieces there are; pieces in a row with the same mark carry it once, behind the last of them. */
export const joinTagged = (pieces: readonly Tagged[], separator = ', '): string => {
  const found = pieces.filter(([text]) => text !== undefined && text !== '');
  return found
    .map(([text, tag], index) =>
      tag === undefined || found[index + 1]?.[1] === tag ? text : `${text} ${tag}`,
    )
    .join(separator);
};
