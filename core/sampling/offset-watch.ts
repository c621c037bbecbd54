import type { Clock } from '../clock.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import { partitionsByTopic } from '../kafka/places.ts';
import type { GroupDescription } from '../kafka/read-groups.ts';
import type { Unread } from '../kafka/router.ts';
import type { TopicPartition } from '../kafka/topic-partition.ts';
import type { WatchTarget } from '../kafka/watch-targets.ts';
import type { TimeLagBy } from '../time-lag-ways.ts';
import type { Observation } from '../record/observation.ts';
import { createAssignmentWatch } from './group-assignment.ts';
import { createChangeWatch } from './kafka-changes.ts';
import { createRecordTimes } from './record-times.ts';
import { readBracket, type BracketWanted } from './offset-bracket.ts';
import {
  createAdditionWatch,
  createCompactionWatch,
  groupStatesOf,
  type Surroundings,
} from './surroundings.ts';
import { createTailWatch } from './tail-watch.ts';

/** How often partitions and the states of groups are asked for. */
const surroundingsEveryMs = 5000;

/** Reads the offsets of groups with all that bears on what they mean; a run and `lagline watch` read by it. */
export type OffsetWatch = {
  /**
   * What is read from now on, and looked around for at once. A topic that was not among all those there at the first call is a
   * new one.
   */
  aim(targets: readonly WatchTarget[], topicsThere: readonly string[]): void;
  /** One reading: the offsets, and what changed around them since the last one that succeeded. Throws where nothing can be read. */
  read(): Promise<Observation[]>;
  /** Groups as they were last described. */
  groups(): ReadonlyMap<string, GroupDescription | Unread>;
  /** Looks for partitions and group states, where it is time for it; what it finds is told by the next reading. */
  lookAround(): Promise<void>;
};

/** `reader` is asked for anew at each use: whoever watches for long may have to connect again. */
export const createOffsetWatch = (reader: () => KafkaReader, clock: Clock, by: TimeLagBy): OffsetWatch => {
  const changes = createChangeWatch();
  const assignments = createAssignmentWatch();
  const compactedAmong = createCompactionWatch((setting, topics) => reader().topicConfig(setting, topics));
  const markTails = createTailWatch((of, from, to) => reader().isMarkersOnly(of, from, to));
  const withTimes = createRecordTimes(
    {
      timesAt: (questions) => reader().timesAt(questions),
      offsetsAt: (questions) => reader().offsetsAt(questions),
    },
    clock,
    by,
  );
  let addedAmong: ReturnType<typeof createAdditionWatch> | undefined;
  let targets: readonly WatchTarget[] = [];
  let partitions: ReadonlyMap<string, readonly TopicPartition[]> = new Map();
  let wanted: readonly BracketWanted[] = [];
  let groups: ReadonlyMap<string, GroupDescription | Unread> = new Map();
  let surroundings: Surroundings = {
    groupStates: new Map(),
    compactedTopics: new Set(),
    addedPartitions: new Set(),
  };
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const untold: Observation[] = [];

  const lookAround = async (): Promise<void> => {
    if (clock.elapsedMs() - lookedAtMs < surroundingsEveryMs) return;
    const startedMs = clock.elapsedMs();
    const [topics, described] = await Promise.all([
      reader().topicsNamed([...new Set(targets.flatMap(({ topics: own }) => own))]),
      reader().describe(targets.map(({ group }) => group)),
    ]);
    lookedAtMs = startedMs;
    groups = described;
    partitions = partitionsByTopic(topics, partitions);
    wanted = wantedOf(targets, partitions, wanted);
    surroundings = {
      groupStates: groupStatesOf(groups),
      compactedTopics: await compactedAmong(topics),
      addedPartitions: addedAmong?.(topics) ?? new Set(),
    };
    const atMs = clock.elapsedMs();
    const look = { topics, groups, brokers: reader().brokers() };
    untold.push(...changes.surroundings(atMs, look), ...assignments(atMs, groups, targets));
  };

  return {
    aim: (now, topicsThere) => {
      addedAmong ??= createAdditionWatch(new Set(topicsThere));
      const isSame = JSON.stringify(now) === JSON.stringify(targets);
      targets = now;
      if (!isSame) lookedAtMs = Number.NEGATIVE_INFINITY;
    },
    read: async () => {
      await lookAround();
      const read = await readBracket(reader(), clock, wanted, surroundings);
      const seen = await withTimes(await markTails(read));
      return [...untold.splice(0), ...seen, ...changes.offsets(seen)];
    },
    groups: () => groups,
    lookAround,
  };
};

/** What is to be read; as long as nothing is added or gone, the same lists, of which requests are made only once. */
const wantedOf = (
  targets: readonly WatchTarget[],
  partitions: ReadonlyMap<string, readonly TopicPartition[]>,
  before: readonly BracketWanted[],
): readonly BracketWanted[] => {
  const known = new Map(before.map((each) => [each.group, each]));
  const now = targets.map(({ group, topics }): BracketWanted => {
    const lists = joined(topics.map((topic) => partitions.get(topic) ?? []));
    const old = known.get(group);
    const isSame =
      old?.partitions.length === lists.length && old.partitions.every((each, index) => each === lists[index]);
    return isSame && old !== undefined ? old : { group, partitions: lists };
  });
  return now.length === before.length && now.every((each, index) => each === before[index]) ? before : now;
};

/** Many groups read one topic each, and many of them the same: they have its list. */
const joined = (lists: readonly (readonly TopicPartition[])[]): readonly TopicPartition[] => {
  const [only] = lists;
  return lists.length === 1 && only !== undefined ? only : lists.flat();
};
