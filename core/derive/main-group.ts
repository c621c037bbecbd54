import type { KafkaGroupReport } from '../report-document.ts';

type Ranked = Pick<KafkaGroupReport, 'finalLagMessages' | 'peakLagMessages'>;

/** The group that tells most about a run: the one with the most left over, else with the highest peak; the first of equals. */
export const mainGroup = <Group extends Ranked>(groups: readonly Group[]): Group | undefined =>
  groups.toSorted(
    (left, right) =>
      (right.finalLagMessages ?? 0) - (left.finalLagMessages ?? 0) ||
      (right.peakLagMessages ?? 0) - (left.peakLagMessages ?? 0),
  )[0];
