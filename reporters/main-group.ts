import type { KafkaGroupReport, RunReport } from '../core/report-document.ts';

/** The group that tells most about a run: the one with the most left over, else with the highest peak. */
export const mainGroup = (run: RunReport): KafkaGroupReport | undefined =>
  run.kafka.groups.toSorted(
    (left, right) =>
      (right.finalLagMessages ?? 0) - (left.finalLagMessages ?? 0) ||
      (right.peakLagMessages ?? 0) - (left.peakLagMessages ?? 0),
  )[0];
