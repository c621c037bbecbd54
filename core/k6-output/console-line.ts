/** A line as k6 wrote it. */
export type ConsoleLine = {
  readonly text: string;
  /** It was broken or cut, and what k6 wrote cannot be told for certain. */
  readonly isDoubtful: boolean;
};

const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]/g;

/** How many columns of a terminal a line takes: Korean, Chinese and Japanese letters take two. */
export const columnsOf = (line: string): number => line.length + (line.match(wide)?.length ?? 0);
