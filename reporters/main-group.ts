import { mainGroup as mainGroupOf } from '../core/derive/main-group.ts';
import type { KafkaGroupReport, RunReport } from '../core/report-document.ts';

/** The group that tells most about a run; the same one that its evaluation speaks of. */
export const mainGroup = (run: RunReport): KafkaGroupReport | undefined => mainGroupOf(run.kafka.groups);

/** Where that group stands in the run's report, with a dot at the end; as of the first where there is none. */
export const mainGroupPath = (run: RunReport): string => {
  const group = mainGroup(run);
  return `kafka.groups.${group === undefined ? 0 : run.kafka.groups.indexOf(group)}.`;
};
