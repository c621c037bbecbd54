import type { Goal } from '../goals.ts';

export type PartOptions = {
  readonly seed: number;
  /** Fewer and shorter histories, for `npm test`. */
  readonly short: boolean;
  /** Prints one line, such as a row of a table of errors. */
  readonly say: (line: string) => void;
};

/** One question to lagline's figures, answered against a known truth. */
export type Part = {
  readonly name: string;
  readonly run: (options: PartOptions) => Promise<readonly Goal[]>;
};
