import { KnownError } from '../errors.ts';
import type { GroupTarget } from '../plan.ts';
import type { KafkaReader } from './kafka-reader.ts';
import { parseNamePattern } from './name-pattern.ts';
import type { ListedGroup } from './read-groups.ts';
import type { TopicMetadata } from './requests/metadata.ts';

/** A group, and the topics on which it is watched. */
export type WatchTarget = { readonly group: string; readonly topics: readonly string[] };

/** What is meant and not there, or not to be watched. */
export type MissingTarget = {
  /** As it was asked for, or the one group of a pattern that it is about. */
  readonly group: string;
  readonly problem: KnownError;
  /** One of several groups that a pattern matches reads nothing yet, which keeps none of the others from being watched. */
  readonly isOneOfMany: boolean;
};

export type FoundTargets = {
  readonly targets: readonly WatchTarget[];
  readonly missing: readonly MissingTarget[];
  /** Matched by a pattern, and left out: they have no lag by offsets. */
  readonly shareGroups: readonly string[];
  /** All that there are on the cluster, whether meant or not. */
  readonly topicNames: readonly string[];
};

type TargetReader = Pick<KafkaReader, 'groups' | 'topics' | 'committedTopics' | 'describe'>;

/**
 * The groups and topics that are meant, as they are now. Topics left out: those that the group has committed on or holds
 * partitions of. Internal topics are meant only where they are named in full. Throws a KnownError for what is not there.
 */
export const findTargets = async (
  reader: TargetReader,
  wanted: readonly GroupTarget[],
): Promise<FoundTargets> => {
  const found = await lookForTargets(reader, wanted);
  const fatal = found.missing.find(({ isOneOfMany }) => !isOneOfMany) ?? found.missing[0];
  if (fatal !== undefined && (found.targets.length === 0 || !fatal.isOneOfMany)) throw fatal.problem;
  return found;
};

/** The same where what is not there may still come: it is told beside what is. */
export const lookForTargets = async (
  reader: TargetReader,
  wanted: readonly GroupTarget[],
): Promise<FoundTargets> => {
  const [groups, topics] = await Promise.all([reader.groups(), reader.topics()]);
  const missing: MissingTarget[] = [];
  /** Undefined where it throws what is missing. */
  const orMissing = <T>(group: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      missing.push({ group, problem: asMissing(error), isOneOfMany: false });
      return undefined;
    }
  };
  const found = new Map<string, { readonly named: GroupTarget['topics']; readonly isOneOfMany: boolean }>();
  const shareGroups = new Set<string>();
  for (const { group: text, topics: named } of wanted) {
    const names = orMissing(text, () => groupsOf(text, groups));
    for (const name of names?.readable ?? [])
      found.set(name, { named, isOneOfMany: (names?.readable.length ?? 0) > 1 });
    for (const name of names?.share ?? []) shareGroups.add(name);
  }
  const own = await ownTopics(
    reader,
    [...found].flatMap(([group, { named }]) => (named === undefined ? [group] : [])),
  );
  const targets: WatchTarget[] = [];
  for (const [group, { named, isOneOfMany }] of found) {
    const all =
      named === undefined
        ? orMissing(group, () => own(group))
        : named.flatMap((text) => orMissing(group, () => topicsOf(text, topics)) ?? []);
    if (all !== undefined && all.length > 0) targets.push({ group, topics: [...new Set(all)] });
    else if (all !== undefined && named === undefined)
      missing.push({ group, problem: readsNothing(group), isOneOfMany });
  }
  return { targets, missing, shareGroups: [...shareGroups], topicNames: topics.map(({ name }) => name) };
};

/** Whether looking again may find what the first look did not: a plain group on plain topics is what it is. */
export const mayGrow = (wanted: readonly GroupTarget[]): boolean =>
  wanted.some(
    ({ group, topics }) =>
      topics === undefined || [group, ...topics].some((text) => parseNamePattern(text, 'name').isPattern),
  );

const asMissing = (error: unknown): KnownError => {
  if (error instanceof KnownError && /^(group|topic)-missing$/.test(error.code)) return error;
  throw error;
};

const readsNothing = (group: string): KnownError =>
  new KnownError(
    'topic-missing',
    `the consumer group '${group}' has committed nothing and holds no partition`,
    { remedy: 'say which topics it reads, e.g. --topic coupon-issue' },
  );

const groupsOf = (
  text: string,
  groups: readonly ListedGroup[],
): { readonly readable: readonly string[]; readonly share: readonly string[] } => {
  const pattern = parseNamePattern(text, 'consumer group');
  const matching = groups.filter(({ group }) => pattern.matches(group));
  const namesOf = (isShare: boolean): string[] =>
    matching
      .filter(({ type }) => (type === 'share') === isShare)
      .map(({ group }) => group)
      .sort();
  const [readable, share] = [namesOf(false), namesOf(true)];
  if (readable.length > 0) return { readable, share };
  if (share.length > 0) {
    throw new KnownError(
      'group-missing',
      `'${share[0] ?? text}' is a share group, which has no lag by offsets`,
      {
        remedy: 'name a consumer group; share groups (KIP-932) are not supported',
      },
    );
  }
  const names = groups.map(({ group }) => group);
  throw new KnownError(
    'group-missing',
    pattern.isPattern
      ? `no consumer group on the broker matches '${text}'`
      : `the consumer group '${text}' does not exist on the broker`,
    { remedy: `start its consumer first, or name one of: ${shortList(names)}` },
  );
};

const topicsOf = (text: string, topics: readonly TopicMetadata[]): string[] => {
  const pattern = parseNamePattern(text, 'topic');
  const found = topics.filter(
    ({ name, isInternal }) => pattern.matches(name) && !(pattern.isPattern && isInternal),
  );
  if (found.length > 0) return found.map(({ name }) => name);
  const names = topics.filter(({ isInternal }) => !isInternal).map(({ name }) => name);
  throw new KnownError(
    'topic-missing',
    pattern.isPattern
      ? `no topic on the broker matches '${text}'`
      : `the topic '${text}' does not exist on the broker`,
    { remedy: `name one of: ${shortList(names)}` },
  );
};

/** What groups have committed on or hold partitions of; throws for one whose offsets cannot be read. */
const ownTopics = async (
  reader: TargetReader,
  groups: readonly string[],
): Promise<(group: string) => readonly string[]> => {
  const [committed, described] =
    groups.length === 0
      ? [new Map<string, never>(), new Map<string, never>()]
      : await Promise.all([reader.committedTopics(groups), reader.describe(groups)]);
  return (group) => {
    const [topics, description] = [committed.get(group), described.get(group)];
    if (topics !== undefined && 'reason' in topics) {
      throw new KnownError(
        'group-missing',
        `the offsets of the consumer group '${group}' cannot be read: ${topics.reason}`,
        {
          remedy: `we need to be allowed to DESCRIBE the group: kafka-acls --add --operation Describe --group ${group}`,
        },
      );
    }
    const held =
      description === undefined || 'reason' in description
        ? []
        : description.members.flatMap(({ assigned }) => assigned.map(({ topic }) => topic));
    return [...new Set([...(topics ?? []), ...held])].sort();
  };
};

const shortList = (names: readonly string[]): string =>
  names.length === 0
    ? '(there is none)'
    : [...names].sort().slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');
