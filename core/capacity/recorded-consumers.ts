import type { GroupCurve } from '../derive/offset-curves.ts';
import type { RunRecord } from '../record/run-record.ts';

/**
 * How many members held partitions of the topic, from few to many: one number where that did not change while the run was
 * measured, none where the broker did not tell. A moment without any, as during a rebalance, is left out.
 */
export const recordedConsumers = (
  { assignments }: Pick<RunRecord, 'assignments'>,
  { group, topic }: Pick<GroupCurve, 'group' | 'topic'>,
): number[] => {
  const counts = assignments
    .filter((each) => each.group === group && each.topic === topic)
    .map(({ members }) => members.filter(({ partitions }) => partitions.length > 0).length)
    .filter((count) => count > 0);
  return [...new Set(counts)].sort((left, right) => left - right);
};
