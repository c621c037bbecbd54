import type { GroupDescription } from '../kafka/read-groups.ts';
import type { Unread } from '../kafka/router.ts';
import type { WatchTarget } from '../kafka/watch-targets.ts';
import type { Observation } from '../record/observation.ts';
import type { Assignment } from '../record/run-record.ts';

/** Tells who holds which partitions, when that is not what it was. */
export type AssignmentWatch = (
  atMs: number,
  groups: ReadonlyMap<string, GroupDescription | Unread>,
  targets: readonly WatchTarget[],
) => Observation[];

/**
 * It serves forecasts, for partitions of one member share its time. Of a group that cannot be described, or that has no
 * members, nothing is told, and what was told before stands.
 */
export const createAssignmentWatch = (): AssignmentWatch => {
  const told = new Map<string, string>();
  return (atMs, groups, targets) =>
    targets.flatMap(({ group, topics }) => {
      const described = groups.get(group);
      if (described === undefined || 'reason' in described) return [];
      return topics.flatMap((topic): Observation[] => {
        const members = membersOn(topic, described);
        const key = JSON.stringify([group, topic]);
        const text = JSON.stringify(members);
        if (members.length === 0 || told.get(key) === text) return [];
        told.set(key, text);
        return [{ kind: 'assignment', group, topic, atMs, members }];
      });
    });
};

const membersOn = (topic: string, { members }: GroupDescription): Assignment['members'] =>
  members
    .flatMap(({ memberId, assigned }) => {
      const partitions = assigned.filter((each) => each.topic === topic).map(({ partition }) => partition);
      return partitions.length === 0
        ? []
        : [{ member: memberId, partitions: partitions.sort((left, right) => left - right) }];
    })
    .sort((left, right) => (left.member < right.member ? -1 : 1));
