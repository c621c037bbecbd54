import { KnownError } from '../errors.ts';
import type { GroupTarget } from '../plan.ts';
import type { KafkaReader } from './kafka-reader.ts';
import { parseNamePattern } from './name-pattern.ts';
import type { ListedGroup } from './read-groups.ts';
import type { TopicMetadata } from './requests/metadata.ts';

/** A group, and the topics on which it is watched. */
export type WatchTarget = { readonly group: string; readonly topics: readonly string[] };

/**
 * The groups and topics that are meant, as they are now. Topics left out: those that the group has committed on or holds
 * partitions of. Internal topics are meant only where they are named in full. Throws a KnownError for what is not there.
 */
export const findTargets = async (
  reader: KafkaReader,
  wanted: readonly GroupTarget[],
): Promise<readonly WatchTarget[]> => {
  const [groups, topics] = [await reader.groups(), await reader.topics()];
  const found = new Map<string, { readonly wanted: GroupTarget; readonly isOneOfMany: boolean }>();
  for (const each of wanted) {
    const names = groupsOf(each.group, groups);
    for (const name of names) found.set(name, { wanted: each, isOneOfMany: names.length > 1 });
  }
  const targets = await Promise.all(
    [...found].map(
      async ([
        group,
        {
          wanted: { topics: named },
          isOneOfMany,
        },
      ]) => ({
        group,
        isOneOfMany,
        topics:
          named === undefined
            ? await ownTopics(reader, group)
            : [...new Set(named.flatMap((topic) => topicsOf(topic, topics)))],
      }),
    ),
  );
  // Of many that a pattern matches, one that reads nothing yet does not keep the others from being watched.
  const idle = targets.find(({ topics: none, isOneOfMany }) => none.length === 0 && !isOneOfMany);
  const reading = targets.filter(({ topics: some }) => some.length > 0);
  if (idle === undefined && reading.length > 0)
    return reading.map(({ group, topics: own }) => ({ group, topics: own }));
  throw new KnownError(
    'topic-missing',
    `the consumer group '${(idle ?? targets[0])?.group ?? ''}' has committed nothing and holds no partition`,
    { remedy: 'say which topics it reads, e.g. --topic coupon-issue' },
  );
};

const groupsOf = (text: string, groups: readonly ListedGroup[]): string[] => {
  const pattern = parseNamePattern(text, 'consumer group');
  const matching = groups.filter(({ group }) => pattern.matches(group));
  const readable = matching.filter(({ type }) => type !== 'share');
  if (readable.length > 0) return readable.map(({ group }) => group);
  if (matching.length > 0) {
    throw new KnownError(
      'group-missing',
      `'${matching[0]?.group ?? text}' is a share group, which has no lag by offsets`,
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

const ownTopics = async (reader: KafkaReader, group: string): Promise<string[]> => {
  const [committed, described] = await Promise.all([
    reader.committed([{ group, partitions: undefined }]),
    reader.describe([group]),
  ]);
  const [offsets, description] = [committed.get(group), described.get(group)];
  if (offsets !== undefined && 'reason' in offsets) {
    throw new KnownError(
      'group-missing',
      `the offsets of the consumer group '${group}' cannot be read: ${offsets.reason}`,
      {
        remedy: `we need to be allowed to DESCRIBE the group: kafka-acls --add --operation Describe --group ${group}`,
      },
    );
  }
  const held =
    description === undefined || 'reason' in description
      ? []
      : description.members.flatMap(({ assigned }) => assigned.map(({ topic }) => topic));
  return [...new Set([...(offsets?.keys() ?? []), ...held])].sort();
};

const shortList = (names: readonly string[]): string =>
  names.length === 0
    ? '(there is none)'
    : [...names].sort().slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');
