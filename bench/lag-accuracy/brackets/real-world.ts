import { setTimeout as sleep } from 'node:timers/promises';
import { partitionKey } from '../../../core/kafka/topic-partition.ts';
import { commitOffset } from '../../../fixtures/commit-offset.ts';
import { connectKafkaWriter, type KafkaWriter } from '../../../fixtures/kafka-writer.ts';
import type { Random } from '../../random.ts';
import type { PartitionTruth } from './judge-real.ts';
import { createTruthLog } from './truth-log.ts';

/** Names of what the world is made of: each topic has one group, but for `live` one that only commits. */
export const worldGroups = [
  { group: 'bracket-plain', topics: ['plain'] },
  { group: 'bracket-transactions', topics: ['transactions'] },
  { group: 'bracket-reborn', topics: ['reborn'] },
  { group: 'bracket-live', topics: ['live'] },
] as const;

export type WorldCounts = {
  produced: number;
  commits: number;
  resets: number;
  transactionsCommitted: number;
  transactionsAborted: number;
  partitionsAdded: number;
  topicsMadeAgain: number;
  recordsDeleted: number;
  membersJoined: number;
};

export type World = {
  /** By group and partition. */
  truthOf(group: string, topic: string, partition: number): PartitionTruth | undefined;
  readonly counts: Readonly<WorldCounts>;
  /** Everything that is to happen, up to the given time. */
  play(untilMs: number): Promise<void>;
  close(): Promise<void>;
};

type Logs = PartitionTruth & { readonly markers: Set<number>; end: number; at: number; startsAt: number };

type Parts = {
  readonly broker: string;
  readonly writer: KafkaWriter;
  readonly random: Random;
  readonly nowMs: () => number;
  readonly counts: WorldCounts;
  readonly logs: Map<string, Logs>;
};

/**
 * Producers, transactional ones too, committers that go forward and back, a consumer group whose members come and go, partitions
 * that are added, records that are deleted, and a topic that is deleted and made again. Each of them logs what it does.
 */
export const createWorld = async (broker: string, random: Random, nowMs: () => number): Promise<World> => {
  const writer = await connectKafkaWriter(broker);
  const counts: WorldCounts = {
    produced: 0,
    commits: 0,
    resets: 0,
    transactionsCommitted: 0,
    transactionsAborted: 0,
    partitionsAdded: 0,
    topicsMadeAgain: 0,
    recordsDeleted: 0,
    membersJoined: 0,
  };
  const parts: Parts = { broker, writer, random, nowMs, counts, logs: new Map() };
  for (const [topic, partitions] of [
    ['plain', 3],
    ['transactions', 2],
    ['reborn', 2],
    ['live', 2],
  ] as const) {
    await writer.createTopic(topic, partitions);
    for (let partition = 0; partition < partitions; partition += 1) newLogs(parts, topic, partition);
  }
  // Also has the broker set up its offsets topic, which takes a while.
  for (const topic of ['plain', 'transactions', 'reborn', 'live'])
    for (let partition = 0; partition < 2; partition += 1) {
      const logs = logsOf(parts, topic, partition);
      await logs.committed.change(0, () => writer.commit(`bracket-${topic}`, topic, partition, 0));
    }
  return {
    truthOf: (_, topic, partition) => parts.logs.get(partitionKey({ topic, partition })),
    counts,
    play: async (untilMs) => {
      // All of them have ended when this does, also where one fails.
      const ended = await Promise.allSettled([
        ...[0, 1, 2].flatMap((partition) => [
          produce(parts, 'plain', partition, untilMs),
          commit(parts, 'plain', partition, untilMs),
        ]),
        addPartitions(parts, untilMs),
        deleteRecords(parts, untilMs),
        ...[0, 1].flatMap((partition) => [
          transact(parts, partition, untilMs),
          produce(parts, 'live', partition, untilMs),
        ]),
        remakeTopic(parts, untilMs),
        consumeLive(parts, untilMs),
      ]);
      for (const each of ended) if (each.status === 'rejected') throw each.reason;
    },
    close: () => writer.close(),
  };
};

const newLogs = ({ logs, nowMs }: Parts, topic: string, partition: number): Logs => {
  const made: Logs = {
    stable: createTruthLog(nowMs, 0),
    watermark: createTruthLog(nowMs, 0),
    start: createTruthLog(nowMs, 0),
    committed: createTruthLog<number | null>(nowMs, null),
    life: createTruthLog(nowMs, 0),
    markers: new Set(),
    end: 0,
    at: 0,
    startsAt: 0,
  };
  logs.set(partitionKey({ topic, partition }), made);
  return made;
};

const logsOf = ({ logs }: Parts, topic: string, partition: number): Logs => {
  const found = logs.get(partitionKey({ topic, partition }));
  if (found === undefined) throw new Error(`nothing is logged of ${topic}/${partition}`);
  return found;
};

const isOver = ({ nowMs }: Parts, untilMs: number): boolean => nowMs() >= untilMs;

/** Ends early where the world does. */
const wait = async (parts: Parts, ms: number, untilMs: number): Promise<void> => {
  await sleep(Math.max(0, Math.min(ms, untilMs - parts.nowMs())));
};

const appendTo = async (
  { writer, counts }: Parts,
  logs: Logs,
  topic: string,
  partition: number,
  count: number,
): Promise<void> => {
  const end = logs.end + count;
  // What was stable is stable again as soon as it is written.
  await logs.watermark.change(end, () =>
    logs.stable.change(end, () => writer.produce(topic, partition, count)),
  );
  logs.end = end;
  counts.produced += count;
};

const commitTo = async (
  { broker, counts }: Parts,
  logs: Logs,
  of: { readonly group: string; readonly topic: string; readonly partition: number },
  offset: number,
): Promise<void> => {
  if (offset < logs.at) counts.resets += 1;
  await logs.committed.change(offset, () => commitOffset([broker], { ...of, offset }));
  logs.at = offset;
  counts.commits += 1;
};

const produce = async (parts: Parts, topic: string, partition: number, untilMs: number): Promise<void> => {
  const logs = logsOf(parts, topic, partition);
  while (!isOver(parts, untilMs)) {
    await appendTo(parts, logs, topic, partition, parts.random.integer(1, 20));
    await wait(parts, parts.random.integer(5, 60), untilMs);
  }
};

/** Follows the end, and at times is set anywhere, back or forth. */
const commit = async (parts: Parts, topic: string, partition: number, untilMs: number): Promise<void> => {
  const { random } = parts;
  const logs = logsOf(parts, topic, partition);
  const of = { group: `bracket-${topic}`, topic, partition };
  while (!isOver(parts, untilMs)) {
    const isReset = random.next() < 0.02;
    const next = Math.min(logs.end, Math.max(logs.at, logs.startsAt) + random.integer(1, 25));
    await commitTo(parts, logs, of, isReset ? random.integer(0, logs.end) : next);
    // A commit under way leaves open what stood; most readings are to fall between two.
    await wait(parts, random.integer(20, 120), untilMs);
  }
};

const transact = async (parts: Parts, partition: number, untilMs: number): Promise<void> => {
  const { random, writer, counts } = parts;
  const topic = 'transactions';
  const logs = logsOf(parts, topic, partition);
  const of = { group: 'bracket-transactions', topic, partition };
  let ending: { done(): void }[] = [];
  while (!isOver(parts, untilMs)) {
    const [first, count] = [logs.end, random.integer(1, 10)];
    let transaction: Awaited<ReturnType<KafkaWriter['beginTransaction']>> | undefined;
    // The next one cannot begin before the marker of the last is written.
    await logs.watermark.change(first + count, async () => {
      transaction = await writer.beginTransaction(topic, partition, count);
    });
    for (const change of ending) change.done();
    counts.produced += count;
    await wait(parts, random.integer(10, 150), untilMs);
    // A reader of uncommitted messages at times.
    if (random.next() < 0.1) await commitTo(parts, logs, of, first + random.integer(1, count));
    const isCommitted = random.next() < 0.7;
    const marker = first + count;
    logs.markers.add(marker);
    logs.end = marker + 1;
    ending = [logs.watermark.begin(marker + 1), logs.stable.begin(marker + 1)];
    await (isCommitted ? transaction?.commit() : transaction?.abort());
    counts[isCommitted ? 'transactionsCommitted' : 'transactionsAborted'] += 1;
    // A rest that nobody touches for a while: the marker alone, or messages before it.
    if (random.next() < 0.5) await commitTo(parts, logs, of, random.next() < 0.6 ? marker : first);
    else if (random.next() < 0.1) await commitTo(parts, logs, of, random.integer(0, marker));
    await wait(parts, random.pick([10, 50, 250]), untilMs);
  }
};

const addPartitions = async (parts: Parts, untilMs: number): Promise<void> => {
  const [topic, startedMs] = ['plain', parts.nowMs()];
  const later: Promise<void>[] = [];
  for (const [share, total] of [
    [0.15, 4],
    [0.4, 5],
  ] as const) {
    await wait(parts, startedMs + share * (untilMs - startedMs) - parts.nowMs(), untilMs);
    const partition = total - 1;
    newLogs(parts, topic, partition);
    await parts.writer.addPartitions(topic, total);
    parts.counts.partitionsAdded += 1;
    later.push(
      produce(parts, topic, partition, untilMs),
      // Long enough for the sampler to look around, so that it sees the partition without a commit.
      wait(parts, 6000, untilMs).then(() => commit(parts, topic, partition, untilMs)),
    );
  }
  await Promise.all(later);
};

/** As retention does, also what the group has not got to. */
const deleteRecords = async (parts: Parts, untilMs: number): Promise<void> => {
  const { random, writer, counts } = parts;
  const topic = 'plain';
  const everyMs = (untilMs - parts.nowMs()) / 12;
  for (;;) {
    await wait(parts, everyMs, untilMs);
    if (isOver(parts, untilMs)) return;
    const partition = random.integer(0, 2);
    const logs = logsOf(parts, topic, partition);
    const before = Math.max(logs.startsAt, Math.min(logs.end, logs.at + random.integer(1, 60)));
    await logs.start.change(before, () => writer.deleteRecords(topic, partition, before));
    logs.startsAt = before;
    counts.recordsDeleted += 1;
  }
};

/** Four lives, whose commits go with the topic; at times the group commits again what it has in mind. */
const remakeTopic = async (parts: Parts, untilMs: number): Promise<void> => {
  const { writer, counts, random } = parts;
  const [topic, group, startedMs] = ['reborn', 'bracket-reborn', parts.nowMs()];
  const both = [0, 1].map((partition) => ({ partition, logs: logsOf(parts, topic, partition) }));
  for (let life = 1; life <= 4; life += 1) {
    const lifeEndsMs = startedMs + (life / 4) * (untilMs - startedMs);
    await Promise.all(
      both.flatMap(({ partition }) => [
        produce(parts, topic, partition, lifeEndsMs),
        commit(parts, topic, partition, lifeEndsMs),
      ]),
    );
    if (life === 4 || isOver(parts, untilMs)) return;
    const stale = both.map(({ logs }) => logs.at);
    const ends = both.flatMap(({ logs }) => [
      logs.stable.begin(0),
      logs.watermark.begin(0),
      logs.start.begin(0),
      logs.life.begin(life),
    ]);
    const commits = both.map(({ logs }) => logs.committed.begin(null));
    await writer.deleteTopic(topic);
    await writer.createTopic(topic, 2);
    for (const change of ends) change.done();
    await untilNothingCommitted(writer, group, topic);
    for (const change of commits) change.done();
    counts.topicsMadeAgain += 1;
    for (const [index, { partition, logs }] of both.entries()) {
      Object.assign(logs, { end: 0, at: 0, startsAt: 0 });
      const of = { group, topic, partition };
      if (index === 0) {
        await commitTo(parts, logs, of, stale[index] ?? 0);
        await wait(parts, random.integer(200, 400), untilMs);
      }
      await commitTo(parts, logs, of, 0);
    }
  }
};

const untilNothingCommitted = async (writer: KafkaWriter, group: string, topic: string): Promise<void> => {
  for (let turn = 0; turn < 300; turn += 1) {
    if ((await writer.committed(group, topic)).every((offset) => Number(offset) < 0)) return;
    await sleep(20);
  }
  throw new Error(`what ${group} committed did not go with ${topic}`);
};

/** Two members of one group, of which the second comes and goes: what they commit is logged by them. */
const consumeLive = async (parts: Parts, untilMs: number): Promise<void> => {
  const [topic, group, startedMs] = ['live', 'bracket-live', parts.nowMs()];
  const join = async (): Promise<{ stop(): Promise<void> }> => {
    parts.counts.membersJoined += 1;
    return parts.writer.consume({
      group,
      topic,
      commitEveryMs: 100,
      handle: (messages) => sleep(messages),
      onCommit: async (offsets, act) => {
        const changes = offsets.map(({ partition, offset }) =>
          logsOf(parts, topic, partition).committed.begin(Number(offset)),
        );
        await act();
        // kafkajs calls a commit done that it gave up because its consumer stops; what stands tells.
        const standing = await parts.writer.committed(group, topic);
        offsets.forEach(({ partition, offset }, index) => {
          if (standing[partition] === offset) changes[index]?.done();
        });
        parts.counts.commits += changes.length;
      },
    });
  };
  const first = await join();
  const turnMs = Math.max(5000, (untilMs - startedMs) / 20);
  try {
    while (untilMs - parts.nowMs() > turnMs) {
      await wait(parts, turnMs / 2, untilMs);
      const second = await join();
      await wait(parts, turnMs / 2, untilMs);
      await stop(second);
    }
    await wait(parts, untilMs - parts.nowMs(), untilMs);
  } finally {
    await stop(first);
  }
};

/** Its last commit is refused where the group rebalances just then. */
const stop = (member: { stop(): Promise<void> }): Promise<void> => member.stop().catch(() => {});
