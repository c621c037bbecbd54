const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const gap = '·';

/**
 * One character for each value, by its share of the greatest; the lowest block is a lag of nothing. A dot is a gap: nothing
 * was read, or no number. Blanks stand where there was no reading yet.
 */
export const sparkline = (values: readonly (number | null)[]): string => {
  const first = values.findIndex((value) => value !== null);
  const greatest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return values
    .map((value, index) => {
      if (value === null) return first === -1 || index < first ? ' ' : gap;
      if (value === 0 || greatest === 0) return blocks[0];
      return blocks[Math.min(blocks.length - 1, 1 + Math.floor((value / greatest) * (blocks.length - 1)))];
    })
    .join('');
};
