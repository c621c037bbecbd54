import type { BrokerAddress } from '../kafka/broker-link.ts';
import type { GroupDescription } from '../kafka/read-groups.ts';
import type { TopicMetadata } from '../kafka/requests/metadata.ts';
import type { Observation } from '../record/observation.ts';
import { GroupTopicMap } from '../record/group-topic-map.ts';
import { LastContents } from '../record/last-contents.ts';
import type { OffsetContent, ReadingTimes } from '../record/run-record.ts';

type Event = Extract<Observation, { kind: 'event' }>;
type Groups = ReadonlyMap<string, GroupDescription | { readonly reason: string }>;

/** One look at what is around the offsets. */
export type Look = {
  readonly topics: readonly TopicMetadata[];
  readonly groups: Groups;
  /** Those that belong to the cluster, by id. */
  readonly brokers: ReadonlyMap<number, BrokerAddress>;
};

/** Tells what changed around the offsets from one look to the next; of what was not looked at before it tells nothing. */
export type ChangeWatch = {
  surroundings(atMs: number, look: Look): Event[];
  offsets(seen: readonly Observation[]): Event[];
};

export const createChangeWatch = (): ChangeWatch => {
  const topicsBefore = new Map<string, KnownTopic>();
  const phasesBefore = new Map<string, GroupPhase>();
  let brokersBefore: Look['brokers'] | undefined;
  const known = new GroupTopicMap<LastContents>();
  return {
    surroundings: (atMs, { topics, groups, brokers }) => {
      const now = new Map(topics.map((topic) => [topic.name, topic]));
      const phases = new Map([...groups].map(([group, answer]) => [group, phaseOf(answer)]));
      const events = [
        ...(brokersBefore === undefined ? [] : brokerEvents(atMs, brokersBefore, brokers)),
        ...topicEvents(atMs, topicsBefore, now),
        ...groupEvents(atMs, phasesBefore, phases, groups),
      ];
      brokersBefore = brokers;
      for (const [topic, before] of topicsBefore)
        if (!now.has(topic)) topicsBefore.set(topic, { ...before, isDeleted: true });
      for (const [topic, metadata] of now) topicsBefore.set(topic, { ...metadata, isDeleted: false });
      for (const [group, phase] of phases) if (phase !== 'unknown') phasesBefore.set(group, phase);
      return events;
    },
    offsets: (seen) => {
      const events: Event[] = [];
      for (const each of seen) {
        if (each.kind !== 'offsets') continue;
        const { block, times } = each;
        let last = known.get(block);
        if (last === undefined) known.set(block, (last = new LastContents()));
        last.take(block, (partition, now, before) => {
          if (before !== undefined && wentBack(before, now))
            events.push(...offsetEvents({ ...block, partition }, before, now, times));
        });
      }
      return events;
    },
  };
};

const brokerEvents = (atMs: number, before: Look['brokers'], now: Look['brokers']): Event[] => {
  const only = (these: Look['brokers'], those: Look['brokers'], name: string): Event[] =>
    [...these].flatMap(([broker, { host, port }]) =>
      those.has(broker) ? [] : [{ kind: 'event', atMs, name, facts: { broker, address: `${host}:${port}` } }],
    );
  return [...only(before, now, 'broker-lost'), ...only(now, before, 'broker-joined')];
};

/** A topic as it was last seen; one that was deleted may be made again. */
type KnownTopic = TopicMetadata & { readonly isDeleted: boolean };

const topicEvents = (
  atMs: number,
  before: ReadonlyMap<string, KnownTopic>,
  now: ReadonlyMap<string, TopicMetadata>,
): Event[] =>
  [...before].flatMap(([topic, old]): Event[] => {
    const current = now.get(topic);
    const event = (name: string, facts: Event['facts'] = {}): Event => ({
      kind: 'event',
      atMs,
      name,
      facts: { topic, ...facts },
    });
    if (current === undefined) return old.isDeleted ? [] : [event('topic-deleted')];
    if (old.isDeleted || (old.id !== undefined && current.id !== old.id)) return [event('topic-recreated')];
    const known = new Map(old.partitions.map((each) => [each.partition, each]));
    const added = current.partitions.filter(({ partition }) => !known.has(partition));
    const moved = current.partitions.filter(({ partition, leader }) => {
      const was = known.get(partition)?.leader;
      return was !== undefined && was !== leader;
    });
    return [
      ...(added.length === 0
        ? []
        : [event('partitions-added', { count: added.length, total: current.partitions.length })]),
      ...moved.map(({ partition, leader }) =>
        leader < 0 ? event('leader-lost', { partition }) : event('leader-moved', { partition, leader }),
      ),
    ];
  });

/** What a group's state means for its consumption; the brokers have more words than users need. */
export const groupPhases = ['consuming', 'rebalancing', 'empty', 'gone', 'unknown'] as const;
export type GroupPhase = (typeof groupPhases)[number];

export const phaseOf = (group: GroupDescription | { readonly reason: string } | undefined): GroupPhase => {
  if (group === undefined || 'reason' in group) return 'unknown';
  switch (group.state) {
    case 'Stable':
      return 'consuming';
    case 'Empty':
      return 'empty';
    case 'Dead':
      return 'gone';
    default:
      return 'rebalancing';
  }
};

const groupEvents = (
  atMs: number,
  before: ReadonlyMap<string, GroupPhase>,
  now: ReadonlyMap<string, GroupPhase>,
  groups: Groups,
): Event[] =>
  [...now].flatMap(([group, phase]): Event[] => {
    const was = before.get(group);
    if (was === undefined || was === phase || phase === 'unknown') return [];
    const description = groups.get(group);
    const members = description === undefined || 'reason' in description ? null : description.members.length;
    return [{ kind: 'event', atMs, name: `group-${phase}`, facts: { group, members } }];
  });

/** Whether anything is not as a log and a group that go on leave it. */
const wentBack = (before: OffsetContent, now: OffsetContent): boolean =>
  now.end < before.end ||
  (before.committedAfter !== null &&
    (now.committedAfter === null || now.committedAfter < before.committedAfter));

const offsetEvents = (
  { group, topic, partition }: { readonly group: string; readonly topic: string; readonly partition: number },
  before: OffsetContent,
  now: OffsetContent,
  { endReceivedMs }: ReadingTimes,
): Event[] => {
  const event = (name: string, facts: Event['facts']): Event => ({
    kind: 'event',
    atMs: endReceivedMs,
    name,
    facts: { group, topic, partition, ...facts },
  });
  const [was, is] = [before.committedAfter, now.committedAfter];
  return [
    // Facts are numbers that people read; beyond 2^53 they lose digits, and the journal's offsets do not.
    ...(was !== null && is !== null && is < was
      ? [event('offsets-rewound', { from: Number(was), to: Number(is) })]
      : []),
    ...(was !== null && is === null ? [event('offsets-deleted', { from: Number(was) })] : []),
    ...(now.end < before.end
      ? [event('log-went-back', { from: Number(before.end), to: Number(now.end) })]
      : []),
  ];
};
