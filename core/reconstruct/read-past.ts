import { KnownError } from '../errors.ts';
import type { GroupTarget } from '../plan.ts';
import { commitHistoryBuilder, type GroupHistory } from './commit-history.ts';
import { groupPartition, groupTopic } from '../kafka/group-partition.ts';
import type { HistoryLog } from './history-log.ts';
import type { AskOffsets } from './produce-curve.ts';
import { isActiveWithin, topicReadings, type TopicReadings } from './readings.ts';
import { topicCurves, type TopicCurves } from './topic-curves.ts';

export type Period = {
  /** ms since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
};

export type PastRequest = {
  readonly groups: readonly GroupTarget[];
  readonly period: Period;
  readonly nowMs: number;
  readonly stop: AbortSignal;
  readonly onStep: (step: string) => void;
};

export type Past = {
  /** One entry a group and topic. */
  readonly topics: readonly TopicReadings[];
  /** Records of __consumer_offsets in a version that is not known. */
  readonly unreadableRecords: number;
};

/** Times from the first to the last of a period, a step apart; the last is the end, however long the last step. */
export const gridOf = ({ fromMs, toMs, stepMs }: Period): number[] => {
  const grid: number[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) grid.push(atMs);
  return [...grid, toMs];
};

/**
 * Reads what groups committed and what was produced within a period from the broker's own logs, and puts both together.
 * A KnownError where a group or topic is not there, where the period holds nothing of a group, or where all of its history
 * is gone.
 */
export const readPast = async (log: HistoryLog, request: PastRequest): Promise<Past> => {
  const { groups, period, nowMs, stop, onStep } = request;
  const grid = gridOf(period);
  const histories = await readHistories(log, request);
  const targets: { readonly group: string; readonly topic: string; readonly history: GroupHistory }[] = [];
  for (const target of groups) {
    const history = histories.get(target.group);
    if (history === undefined) continue;
    for (const topic of await topicsOf(log, target, history, period))
      targets.push({ group: target.group, topic, history });
  }
  const curvesOf = new Map<string, TopicCurves>();
  for (const { topic } of targets) {
    if (curvesOf.has(topic)) continue;
    onStep(`${topic}: produce curve`);
    const ask: AskOffsets = (questions) => {
      stop.throwIfAborted();
      return log.recordsAt(topic, questions);
    };
    const commits = targets
      .filter((each) => each.topic === topic)
      .flatMap(({ history }) => history.partitions.filter((each) => each.topic === topic));
    const logs = await log.ends(topic);
    curvesOf.set(topic, await topicCurves(ask, { logs, grid, nowMs, commits }));
  }
  const topics = targets.flatMap(({ group, topic, history }) => {
    const curves = curvesOf.get(topic);
    return curves === undefined ? [] : [topicReadings({ ...curves, group, topic, history })];
  });
  refuseLostHistory(topics, period);
  const unreadableRecords = Math.max(0, ...[...histories.values()].map((each) => each.unreadableRecords));
  return { topics, unreadableRecords };
};

/** Commits of every group; those in the same partition of the log are read in one pass. */
const readHistories = async (
  log: HistoryLog,
  { groups, period, stop, onStep }: PastRequest,
): Promise<Map<string, GroupHistory>> => {
  const partitions = await log.partitions(groupTopic);
  if (partitions === undefined)
    throw new KnownError('group-missing', `the broker has no ${groupTopic}: no group ever committed there`, {
      remedy: 'check --brokers',
    });
  const names = [...new Set(groups.map(({ group }) => group))];
  const byPartition = Map.groupBy(names, (group) => groupPartition(group, partitions.length));
  const histories = new Map<string, GroupHistory>();
  for (const [partition, inPartition] of byPartition) {
    onStep(`${groupTopic}-${partition}: commits of ${inPartition.join(', ')}`);
    const builders = inPartition.map((group) => ({ group, builder: commitHistoryBuilder(group) }));
    for await (const batches of log.batches(groupTopic, partition)) {
      stop.throwIfAborted();
      for (const batch of batches) for (const { builder } of builders) builder.add(batch);
      // What stands later was committed later, but for a little difference between brokers' clocks.
      const lastMs = batches.at(-1)?.records[0]?.timestampMs ?? 0;
      if (lastMs > period.toMs + clockSlackMs) break;
    }
    for (const { group, builder } of builders) histories.set(group, builder.finish());
  }
  const unknown = names.find((group) => histories.get(group)?.isKnown !== true);
  if (unknown !== undefined) throw await groupMissing(log, unknown);
  return histories;
};

const clockSlackMs = 60_000;

const groupMissing = async (log: HistoryLog, group: string): Promise<KnownError> => {
  const known = await log.groups();
  return known.includes(group)
    ? new KnownError(
        'group-missing',
        `the consumer group '${group}' has committed nothing that is still in ${groupTopic}`,
        {
          remedy:
            'choose a period in which it ran; groups that keep their offsets elsewhere cannot be rebuilt',
        },
      )
    : new KnownError(
        'group-missing',
        `neither the broker nor ${groupTopic} knows a consumer group '${group}'`,
        {
          remedy: `name one of: ${shortList(known)}`,
        },
      );
};

/** The topics given, or all that the group had something committed on within the period; a deleted one cannot be read. */
const topicsOf = async (
  log: HistoryLog,
  { group, topics: wanted }: GroupTarget,
  { partitions, hole }: GroupHistory,
  period: Period,
): Promise<string[]> => {
  const active = partitions.filter(
    (each) =>
      isActiveWithin(each, period.fromMs, period.toMs) || (hole !== null && hole.toMs > period.fromMs),
  );
  const found = wanted ?? [...new Set(active.map(({ topic }) => topic))].sort();
  if (found.length === 0) {
    const times = partitions.flatMap(({ commits }) => commits.map(({ atMs }) => atMs));
    throw new KnownError(
      'history-missing',
      `the consumer group '${group}' had nothing committed between ${iso(period.fromMs)} and ${iso(period.toMs)}`,
      {
        remedy:
          times.length === 0
            ? 'choose another group or period'
            : `its commits in the log go from ${iso(least(times))} to ${iso(greatest(times))}: give --from and --to within`,
      },
    );
  }
  const there = await Promise.all(
    found.map(async (topic) => ({ topic, isThere: (await log.partitions(topic)) !== undefined })),
  );
  const gone = there.filter(({ isThere }) => !isThere).map(({ topic }) => topic);
  if (gone.length > 0 && (wanted !== undefined || gone.length === found.length))
    throw await topicMissing(
      log,
      group,
      gone[0] ?? '',
      active.some(({ topic }) => topic === gone[0]),
    );
  return there.filter(({ isThere }) => isThere).map(({ topic }) => topic);
};

const topicMissing = async (
  log: HistoryLog,
  group: string,
  topic: string,
  wasCommitted: boolean,
): Promise<KnownError> =>
  wasCommitted
    ? new KnownError(
        'topic-missing',
        `the topic '${topic}', which '${group}' committed on, has been deleted`,
        {
          remedy: 'what was produced to it is gone with it; choose other topics with --topic',
        },
      )
    : new KnownError('topic-missing', `the topic '${topic}' does not exist on the broker`, {
        remedy: `name one of: ${shortList((await log.topics()).filter((name) => !name.startsWith('__')))}`,
      });

/** With nothing known of any topic there is nothing to write a report on. */
const refuseLostHistory = (topics: readonly TopicReadings[], { fromMs, toMs }: Period): void => {
  if (topics.some(({ readings }) => readings.length > 0)) return;
  const [first] = topics.flatMap(({ missing }) => missing);
  const what =
    first?.reason === 'commits-compacted'
      ? `compaction of ${groupTopic} has taken the commits of '${first.group}'`
      : first?.reason === 'timestamps-ahead'
        ? `'${first.topic}' holds records stamped with a time that is yet to come, and when the others were produced cannot be told`
        : `retention has taken the records of '${first?.topic}'`;
  throw new KnownError(
    'history-missing',
    `nothing is left of the period from ${iso(fromMs)} to ${iso(toMs)}: ${what} (partitions ${first?.partitions.join(', ')})`,
    { remedy: 'choose a later period' },
  );
};

const shortList = (names: readonly string[]): string =>
  names.length === 0
    ? '(there is none)'
    : [...names].sort().slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const least = (values: readonly number[]): number =>
  values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
const greatest = (values: readonly number[]): number =>
  values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
