import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import { partitionKey, type TopicPartition } from '../kafka/topic-partition.ts';
import { lookForTargets, type WatchTarget } from '../kafka/watch-targets.ts';
import type { GroupTarget } from '../plan.ts';
import { samplesOf } from '../record/offset-samples.ts';
import type { OffsetHistory } from '../record/run-record.ts';
import { phaseOf } from '../sampling/kafka-changes.ts';
import { createOffsetWatch, type OffsetWatch } from '../sampling/offset-watch.ts';
import { groupLinesOf, partitionLineOf, type Holder } from './watch-lines.ts';
import type { PartitionLine, WatchLine } from './watch-line.ts';

export type WatchOptions = {
  readonly connect: () => Promise<KafkaReader>;
  readonly clock: Clock;
  /** Groups and topics by name, glob or regular expression. */
  readonly wanted: readonly GroupTarget[];
  /** How far back rates and statuses look, in ms. */
  readonly windowMs: number;
};

type EventLine = Extract<WatchLine, { kind: 'event' }>;

/** A look at groups that goes on whatever happens to the broker. */
export type WatchSession = {
  /** Connects; throws a KnownError where no broker answers. */
  open(): Promise<void>;
  /** What is to be told now. Never rejects: a broker that is away is a gap, which a later tick ends. */
  tick(): Promise<readonly WatchLine[]>;
  close(): Promise<void>;
};

/** How often groups and topics are asked for by name. */
const targetsEveryMs = 5000;

export const createWatchSession = ({ connect, clock, wanted, windowMs }: WatchOptions): WatchSession => {
  let reader: KafkaReader | undefined;
  let isClosed = false;
  let gapSinceMs: number | undefined;
  let soughtAtMs = Number.NEGATIVE_INFINITY;
  let targets: readonly WatchTarget[] | undefined;
  const offsets = createOffsetWatch(
    () => {
      if (reader === undefined) throw new Error('the connection was given up');
      return reader;
    },
    clock,
    'auto',
  );
  let missing: ReadonlySet<string> = new Set();
  let shareGroups: ReadonlySet<string> = new Set();
  const histories = new Map<string, OffsetHistory>();
  const timeAt = (elapsedMs: number): string => new Date(clock.startedAtEpochMs + elapsedMs).toISOString();
  const event = (name: string, facts: EventLine['facts'], atMs = clock.elapsedMs()): EventLine => ({
    kind: 'event',
    time: timeAt(atMs),
    name,
    facts,
  });

  /** What is not there yet, or holds nothing yet, keeps nothing else from being watched. */
  const seek = async (from: KafkaReader): Promise<EventLine[]> => {
    if (clock.elapsedMs() - soughtAtMs < targetsEveryMs) return [];
    const startedMs = clock.elapsedMs();
    const found = await lookForTargets(from, wanted);
    const told: EventLine[] = [];
    const reasons = found.missing.map(({ problem }) => problem.message);
    for (const reason of reasons) if (!missing.has(reason)) told.push(event('waiting', { reason }));
    missing = new Set(reasons);
    for (const group of found.shareGroups.filter((name) => !shareGroups.has(name)))
      told.push(event('share-group-left-out', { group }));
    shareGroups = new Set(found.shareGroups);
    const before = new Set(targets?.map(({ group }) => group));
    if (targets !== undefined)
      for (const { group } of found.targets)
        if (!before.has(group)) told.push(event('group-appeared', { group }));
    targets = found.targets;
    offsets.aim(targets, found.topicNames);
    soughtAtMs = startedMs;
    return told;
  };

  const read = async (from: KafkaReader): Promise<WatchLine[]> => {
    const told = await seek(from).catch((error: unknown): EventLine[] => {
      // What is watched already can be read though one broker does not list its groups.
      if (targets === undefined) throw error;
      soughtAtMs = clock.elapsedMs();
      return [];
    });
    if (targets === undefined || targets.length === 0) return told;
    const seen = await offsets.read();
    const time = timeAt(clock.elapsedMs());
    const groups = offsets.groups();
    const holders = holdersOf(groups);
    const lines: PartitionLine[] = [];
    for (const each of seen) {
      if (each.kind === 'event') told.push(event(each.name, each.facts, each.atMs));
      if (each.kind === 'gap') told.push(event('unreadable', { reason: each.gap.reason }));
      if (each.kind !== 'offsets') continue;
      for (const { sample, ...place } of samplesOf(each)) {
        const key = keyOf(place.group, place);
        const samples = [...(histories.get(key)?.samples ?? []), sample];
        const kept = samples.filter(({ toMs }) => toMs >= sample.toMs - windowMs);
        const history = { ...place, samples: kept };
        histories.set(key, history);
        const line = partitionLineOf(history, holders.get(key), time);
        if (line !== undefined) lines.push(line);
      }
    }
    return [...told, ...lines, ...groupLinesOf(lines, (group) => phaseOf(groups.get(group)))];
  };

  const drop = async (): Promise<void> => {
    const old = reader;
    reader = undefined;
    soughtAtMs = Number.NEGATIVE_INFINITY;
    await old?.close().catch(() => {});
  };

  return {
    open: async () => {
      reader = await connect();
    },
    tick: async () => {
      const startedMs = clock.elapsedMs();
      try {
        reader ??= await connect();
        // A tick that was left to itself may connect after the end; nobody would close that connection.
        if (isClosed) {
          await drop();
          return [];
        }
        const lines = await read(reader);
        if (gapSinceMs === undefined) return lines;
        const fromMs = gapSinceMs;
        gapSinceMs = undefined;
        const [time, fromTime] = [timeAt(clock.elapsedMs()), timeAt(fromMs)];
        return [
          { kind: 'gap-end', time, fromTime, durationMs: Math.round(clock.elapsedMs() - fromMs) },
          ...lines,
        ];
      } catch (error) {
        // A new connection is the only one that is sure not to be stuck.
        await drop();
        if (gapSinceMs !== undefined) return [];
        gapSinceMs = startedMs;
        return [{ kind: 'gap', time: timeAt(startedMs), reason: messageOf(error) }];
      }
    },
    close: async () => {
      isClosed = true;
      await drop();
    },
  };
};

/** Members by what they hold. */
const holdersOf = (groups: ReturnType<OffsetWatch['groups']>): ReadonlyMap<string, Holder> =>
  new Map(
    [...groups].flatMap(([group, described]) =>
      'reason' in described
        ? []
        : described.members.flatMap((member) =>
            member.assigned.map((each) => [keyOf(group, each), member] as const),
          ),
    ),
  );

const keyOf = (group: string, place: TopicPartition): string => `${group}\n${partitionKey(place)}`;
