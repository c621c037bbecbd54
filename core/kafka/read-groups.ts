import { KnownError, messageOf } from '../errors.ts';
import type { ByPartition } from './by-partition.ts';
import type { Cluster } from './cluster.ts';
import { errorName, explainDenied, kafkaErrors } from './error-codes.ts';
import { coordinators } from './places.ts';
import {
  askClassicGroups,
  askConsumerGroups,
  askGroups,
  consumerGroupDescribeKey,
  type DescribedGroup,
  type GroupMember,
  type ListedGroup,
} from './requests/groups.ts';
import {
  askCommitted,
  askCommittedTopics,
  type CommittedAnswer,
  type CommittedOffset,
  type CommittedQuestion,
  type CommittedTopics,
} from './requests/offset-fetch.ts';
import { createRouter, type Unread } from './router.ts';

export type { GroupMember, ListedGroup };

/** State and members of a group, whichever protocol it speaks. */
export type GroupDescription = {
  /** `consumer` is the protocol of KIP-848. */
  readonly protocol: 'classic' | 'consumer';
  /** As the broker calls it: Stable, Empty, PreparingRebalance, Assigning, Reconciling, Dead, … */
  readonly state: string;
  readonly members: readonly GroupMember[];
};

/**
 * By topic and partition, the same object for as long as nothing of the group changes; null where nothing was committed, and why
 * where a partition could not be read.
 */
export type Committed = ReadonlyMap<string, ByPartition<bigint | null | Unread>>;

export type GroupReads = {
  /** Of every coordinator; share groups among them, by their type. */
  groups(): Promise<readonly ListedGroup[]>;
  describe(groups: readonly string[]): Promise<ReadonlyMap<string, GroupDescription | Unread>>;
  /** All groups of one coordinator in one request. `partitions` undefined: all that the group has committed. */
  committed(questions: readonly CommittedQuestion[]): Promise<ReadonlyMap<string, Committed | Unread>>;
  /** Topics on which each group has committed anything. */
  committedTopics(groups: readonly string[]): Promise<ReadonlyMap<string, readonly string[] | Unread>>;
};

export const readGroups = (cluster: Cluster): GroupReads => {
  const route = createRouter(cluster, coordinators<CommittedQuestion>(cluster));

  /** All brokers have to answer: a list without the groups of one would make them seem not to be there. */
  const list = async (): Promise<readonly ListedGroup[]> => {
    await cluster.metadata([]);
    const lists = await Promise.all(
      [...cluster.brokers().keys()].map(async (id) => {
        const { errorCode, groups } = await cluster.askBroker(id, askGroups).catch(cannotList);
        if (errorCode === kafkaErrors.CLUSTER_AUTHORIZATION_FAILED) throw mayNotList;
        if (errorCode !== 0) cannotList(new Error(`broker ${id}: ${errorName(errorCode)}`));
        return groups;
      }),
    );
    return lists.flat();
  };

  const describe: GroupReads['describe'] = async (groups) => {
    const answers = await route<Described>(
      groups.map((group) => ({ group, partitions: undefined })),
      async (link, those) => {
        const names = those.map(({ group }) => group);
        // What is no group of the consumer protocol answers GROUP_ID_NOT_FOUND there, and the other way round `Dead`.
        const modern =
          link.versionOf(consumerGroupDescribeKey, [0, 0]) === undefined
            ? []
            : await askConsumerGroups(link, names);
        const found = modern.filter(({ errorCode }) => errorCode !== kafkaErrors.GROUP_ID_NOT_FOUND);
        const isFound = new Set(found.map(({ group }) => group));
        const rest = names.filter((name) => !isFound.has(name));
        const classic = rest.length === 0 ? [] : await askClassicGroups(link, rest);
        const all: Described[] = [
          ...found.map((group) => ({ ...group, protocol: 'consumer' as const })),
          ...classic.map((group) => ({ ...group, protocol: 'classic' as const })),
        ];
        return new Map(all.map((group) => [group.group, group]));
      },
    );
    return new Map([...answers].map(([group, answer]) => [group, descriptionOf(group, answer)]));
  };

  const committed: GroupReads['committed'] = async (questions) => {
    const answers = await route(
      questions,
      async (link, those) =>
        new Map((await askCommitted(link, those)).map((answer) => [answer.group, answer])),
    );
    return new Map([...answers].map(([group, answer]) => [group, committedOf(group, answer)]));
  };

  const committedTopics: GroupReads['committedTopics'] = async (groups) => {
    const answers = await route<CommittedTopics>(
      groups.map((group) => ({ group, partitions: undefined })),
      async (link, those) => {
        const names = those.map(({ group }) => group);
        return new Map((await askCommittedTopics(link, names)).map((answer) => [answer.group, answer]));
      },
    );
    return new Map([...answers].map(([group, answer]) => [group, topicsOf(group, answer)]));
  };

  return { groups: list, describe, committed, committedTopics };
};

const cannotList = (cause: unknown): never => {
  throw new KnownError('broker-unreachable', `the consumer groups cannot be listed: ${messageOf(cause)}`, {
    remedy: 'start that broker again, or try again once the cluster does without it (some ten seconds)',
    cause,
  });
};

const mayNotList = new KnownError('not-authorized', 'the broker does not let us list consumer groups', {
  remedy:
    'grant Describe on the groups: kafka-acls --add --allow-principal User:<us> --operation Describe --group <group>',
});

type Described = DescribedGroup & Pick<GroupDescription, 'protocol'>;

const descriptionOf = (group: string, answer: Described | Unread): GroupDescription | Unread => {
  if ('reason' in answer) return answer;
  const { errorCode, protocol, state, members } = answer;
  return errorCode === 0
    ? { protocol, state, members }
    : { reason: explainDenied(errorCode, 'group', group) };
};

const topicsOf = (group: string, answer: CommittedTopics | Unread): readonly string[] | Unread => {
  if ('reason' in answer) return answer;
  return answer.errorCode === 0 ? answer.topics : { reason: explainDenied(answer.errorCode, 'group', group) };
};

const committedOf = (group: string, answer: CommittedAnswer | Unread): Committed | Unread => {
  if ('reason' in answer) return answer;
  if (answer.errorCode !== 0) return { reason: explainDenied(answer.errorCode, 'group', group) };
  const known = explained.get(answer);
  if (known !== undefined) return known;
  const topics = new Map(
    [...answer.topics].map(([topic, offsets]) => [topic, refusalsExplained(topic, offsets)]),
  );
  explained.set(answer, topics);
  return topics;
};

const explained = new WeakMap<CommittedAnswer, Committed>();

const refusalsExplained = (
  topic: string,
  offsets: ByPartition<CommittedOffset>,
): ByPartition<bigint | null | Unread> => {
  let isAnyRefused = false;
  offsets.forEach((offset) => {
    if (isRefused(offset)) isAnyRefused = true;
  });
  if (!isAnyRefused) return offsets as ByPartition<bigint | null>;
  return new Map(
    [...offsets].map(([partition, offset]) => [
      partition,
      isRefused(offset) ? { reason: explainDenied(offset.errorCode, 'topic', topic) } : offset,
    ]),
  );
};

const isRefused = (offset: CommittedOffset): offset is Exclude<CommittedOffset, bigint | null> =>
  typeof offset === 'object' && offset !== null;
