import type { GroupDescription } from '../kafka/read-groups.ts';
import type { Unread } from '../kafka/router.ts';
import type { Observation } from '../record/observation.ts';
import { phaseOf } from './kafka-changes.ts';

/** What is asked for more seldom than offsets, and bears on what they mean. */
export type Surroundings = {
  /** Of groups whose members are not consuming; one that is, or whose state is not known, is left out. */
  readonly groupStates: ReadonlyMap<string, 'empty' | 'rebalancing'>;
  readonly compactedTopics: ReadonlySet<string>;
};

export const groupStatesOf = (
  groups: ReadonlyMap<string, GroupDescription | Unread>,
): Surroundings['groupStates'] =>
  new Map(
    [...groups].flatMap(([group, answer]) => {
      const phase = phaseOf(answer);
      return phase === 'empty' || phase === 'rebalancing' ? [[group, phase]] : [];
    }),
  );

/** Readings of offsets with the state of their group and topic as it was last seen. */
export const withSurroundings = (
  seen: readonly Observation[],
  { groupStates, compactedTopics }: Surroundings,
): Observation[] =>
  seen.map((each) => {
    if (each.kind !== 'offsets') return each;
    const groupState = groupStates.get(each.group);
    const isCompacted = compactedTopics.has(each.topic);
    if (groupState === undefined && !isCompacted) return each;
    return {
      ...each,
      sample: {
        ...each.sample,
        ...(groupState === undefined ? {} : { groupState }),
        ...(isCompacted ? { isCompacted: true as const } : {}),
      },
    };
  });
