import type { Goal } from '../goals.ts';
import { brackets } from './brackets.ts';
import { bracketsBroker } from './brackets-broker.ts';
import { drain } from './drain.ts';
import { forecast } from './forecast.ts';
import { latency } from './latency.ts';
import { timeLag } from './time-lag.ts';
import { timeLagBroker } from './time-lag-broker.ts';

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

export const parts: readonly Part[] = [
  brackets,
  bracketsBroker,
  latency,
  timeLag,
  timeLagBroker,
  drain,
  forecast,
];
