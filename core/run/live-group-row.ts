import type { LiveGroup } from '../live-view.ts';
import type { Assignment } from '../record/run-record.ts';
import type { GroupPhase } from '../sampling/kafka-changes.ts';
import { longestWaiting, type GroupRow } from '../watch/group-row.ts';
import { groupLinesOf, partitionLineOf } from '../watch/watch-lines.ts';

/**
 * A group's topic of a run as a row: rates, waiting time and status as `lagline watch` has them, from the run's own recent
 * readings; lag without partitions that have no part in the run, and the forecast with its interval.
 */
export const liveGroupRow = (live: LiveGroup): GroupRow => {
  const { group, topic, lagLow, lagHigh, histories, assignment, drainForecast } = live;
  const phase = phaseOf(live);
  const holders = holdersOf(assignment, phase);
  const partitions = histories.flatMap(
    (history) => partitionLineOf(history, holders(history.partition), '') ?? [],
  );
  const [line] = groupLinesOf(partitions, () => phase);
  return {
    group,
    topic,
    phase,
    status: line?.status ?? null,
    lagLow,
    lagHigh,
    produceRatePerSecond: line?.produceRatePerSecond ?? null,
    consumeRatePerSecond: line?.consumeRatePerSecond ?? null,
    waiting: longestWaiting(partitions),
    drain: drainForecast,
  };
};

/** Where nobody ever told who holds what, a partition is taken to be held unless the group has no members: nothing says otherwise. */
const holdersOf = (assignment: Assignment | undefined, phase: GroupPhase) => {
  const by = (memberId: string) => ({ memberId, host: '', clientId: '' });
  if (assignment === undefined) return () => (phase === 'empty' ? undefined : by(''));
  const holders = new Map(
    assignment.members.flatMap(({ member, partitions }) =>
      partitions.map((partition) => [partition, by(member)] as const),
    ),
  );
  return (partition: number) => holders.get(partition);
};

/** As the newest readings have it; a group that consumes is known as such only where its members are. */
const phaseOf = ({ histories, assignment }: LiveGroup): GroupPhase => {
  const told = histories
    .map(({ samples }) => samples.at(-1)?.groupState)
    .find((state) => state !== undefined);
  return told ?? (assignment === undefined ? 'unknown' : 'consuming');
};
