import { terminalEscapes } from './console-lines.ts';

const summaryLine = /(?:iterations|http_reqs|iteration_duration|checks_total|vus)\.{3,}(?::|$)/m;

/**
 * The parts of a text that are k6's console output, as they stand there but for colours: each fenced block of a Markdown document that
 * holds a summary; of another text, what each run of k6 printed. Empty where there is none. A block whose last line does not
 * end was cut within it.
 */
export const consoleBlocks = (written: string): string[] => {
  const text = written.replaceAll(terminalEscapes, '');
  const fenced = fencedBlocks(text).filter((block) => summaryLine.test(block));
  if (fenced.length > 0) return fenced;
  return runsOf(text).filter((block) => summaryLine.test(block));
};

const fencedBlocks = (text: string): string[] => {
  const blocks: string[] = [];
  let open: { fence: string; lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const fence = /^\s*(?:>\s*)?(`{3,}|~{3,})/.exec(line)?.[1];
    if (open === undefined) {
      if (fence !== undefined) open = { fence, lines: [] };
    } else if (fence?.startsWith(open.fence)) {
      blocks.push(`${open.lines.join('\n')}\n`);
      open = undefined;
    } else open.lines.push(line);
  }
  return blocks;
};

/** Each run begins with where it is executed; what stands before the first belongs to the first. */
const runsOf = (text: string): string[] => {
  const starts = [...text.matchAll(/^.*\bexecution: (?:local|cloud)\b/gm)].map(({ index }) => index).slice(1);
  const ends = [...starts, text.length];
  return [0, ...starts].map((start, index) => text.slice(start, ends[index]));
};
