import type { Observation } from '../../record/observation.ts';
import type { Judged } from '../rule.ts';

/** A rule that is judged again and again while the load runs. */
export type LiveRule = {
  take(observations: readonly Observation[]): void;
  /** On what was taken so far, in a load that began at `startedMs` and goes on at `nowMs`. */
  judge(startedMs: number, nowMs: number): Judged;
};
