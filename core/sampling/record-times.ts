import type { Clock } from '../clock.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import type { TopicPartition } from '../kafka/topic-partition.ts';
import type { TimeLagBy } from '../time-lag-ways.ts';
import { GroupTopicMap } from '../record/group-topic-map.ts';
import type { Observation } from '../record/observation.ts';
import { LastContents } from '../record/last-contents.ts';
import type { OffsetBlock } from '../record/offset-block.ts';
import { partitionOffsets } from '../record/partition-column.ts';
import type { OffsetContent, OffsetTime } from '../record/run-record.ts';
import { isNarrowed, narrowByTime, type TimeSearch } from './time-search.ts';

export type RecordTimeReads = Pick<KafkaReader, 'timesAt' | 'offsetsAt'>;

/** Partitions of one look; those beyond have their turn in the next one. */
const mostPartitions = 64;
/** Where it only fills in for interpolation. */
const fillInEveryMs = 2000;
/** Questions to ListOffsets of one look. */
const mostRounds = 3;

/** What is known of a partition that was chosen once; begun anew where its log is another one. */
type Watched = {
  /** Offset whose time was had last, as closely as it can be. */
  askedOffset: bigint | undefined;
  search: TimeSearch | undefined;
  /** We may not read its records. */
  isDenied: boolean;
};

/** Of one group's topic. */
type Topic = {
  readonly group: string;
  readonly topic: string;
  /** The newest. */
  block: OffsetBlock;
  readonly last: LastContents;
  /** Of each partition's log the end that was read first. */
  readonly firstEnds: ReturnType<typeof partitionOffsets>;
  readonly watched: Map<number, Watched>;
  /** How many partitions of the block are to be asked for; undefined where that has to be counted. */
  waiting: number | undefined;
};

/**
 * Puts times of the messages that groups are to read next beside their offsets. `auto`: only where such a message was there
 * before the first reading, so that the history of end offsets cannot tell its age: by its timestamp, and by ListOffsets where
 * its topic may be described and not read. What cannot be had is left out; nothing here makes a gap.
 */
export const createRecordTimes = (
  reads: RecordTimeReads,
  clock: Clock,
  by: TimeLagBy,
): ((seen: readonly Observation[]) => Promise<readonly Observation[]>) => {
  const topics = new GroupTopicMap<Topic>();
  let turn = 0;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const elapsed = (epochMs: number): number => epochMs - clock.startedAtEpochMs;

  const topicOf = (block: OffsetBlock): Topic => {
    const known = topics.get(block);
    if (known !== undefined) return known;
    const { group, topic } = block;
    const made: Topic = {
      group,
      topic,
      block,
      last: new LastContents(),
      firstEnds: partitionOffsets(),
      watched: new Map(),
      waiting: undefined,
    };
    topics.set(block, made);
    return made;
  };

  const watch = (block: OffsetBlock): Topic => {
    const of = topicOf(block);
    const isNews = of.last.take(block, (partition, { end }, before) => {
      // An end that went back is that of another log.
      if (before !== undefined && end >= before.end) return;
      of.firstEnds.set(partition, end);
      of.watched.delete(partition);
    });
    if (!isNews) return of;
    of.block = block;
    of.waiting = undefined;
    return of;
  };

  /** The offset whose time is to be asked for. */
  const wantedAt = (of: Topic, index: number): bigint | undefined => {
    const { partitions, contents } = of.block;
    const partition = partitions[index] as number;
    const offset = waitingFrom(contents.at(index) as OffsetContent);
    if (offset === undefined || offset === of.watched.get(partition)?.askedOffset) return undefined;
    return by !== 'auto' || offset < (of.firstEnds.get(partition) ?? offset) ? offset : undefined;
  };

  const waitingOn = (of: Topic): number => {
    if (of.waiting === undefined) {
      of.waiting = 0;
      const { length } = of.block.partitions;
      for (let index = 0; index < length; index += 1) if (wantedAt(of, index) !== undefined) of.waiting += 1;
    }
    return of.waiting;
  };

  /** Those of a topic that are to be asked for, but for the first `passed`; at most `most`. */
  const chooseFrom = (of: Topic, passed: number, most: number): Wanted[] => {
    const chosen: Wanted[] = [];
    const { partitions, contents } = of.block;
    let left = passed;
    for (let index = 0; index < partitions.length && chosen.length < most; index += 1) {
      const offset = wantedAt(of, index);
      if (offset === undefined) continue;
      left -= 1;
      if (left >= 0) continue;
      const partition = partitions[index] as number;
      let watched = of.watched.get(partition);
      if (watched === undefined)
        of.watched.set(partition, (watched = { askedOffset: undefined, search: undefined, isDenied: false }));
      const { end } = contents.at(index) as OffsetContent;
      chosen.push({ of, partition, offset, end, watched });
    }
    return chosen;
  };

  /** The next ones in turn, from the first on again behind the last. */
  const choose = (all: readonly Topic[], total: number): Wanted[] => {
    const start = turn % total;
    turn += mostPartitions;
    const wanted = Math.min(mostPartitions, total);
    const chosen: Wanted[] = [];
    let [passed, end] = [start, wanted];
    for (let round = 0; round < 2 && chosen.length < wanted; round += 1) {
      // In the second round up to where the first began.
      end = round === 0 ? wanted : Math.min(wanted, chosen.length + start);
      for (const of of all) {
        if (chosen.length >= end) break;
        const here = waitingOn(of);
        if (passed >= here) {
          passed -= here;
          continue;
        }
        chosen.push(...chooseFrom(of, passed, end - chosen.length));
        passed = 0;
      }
    }
    return chosen;
  };

  const byTimestamp = async (wanted: readonly Wanted[]): Promise<ReadonlyMap<Wanted, OffsetTime[]>> => {
    const times = new Map<Wanted, OffsetTime[]>();
    for (const some of withoutTwice(wanted)) {
      const answers = await reads.timesAt(some.map((each) => ({ ...placeOf(each), offset: each.offset })));
      some.forEach((each, index) => {
        const { offset, watched } = each;
        const answer = answers[index];
        if (answer === undefined) return;
        if ('reason' in answer) {
          watched.isDenied = answer.reason.startsWith('TOPIC_AUTHORIZATION_FAILED');
          return;
        }
        watched.askedOffset = offset;
        if (answer.time === null) return;
        const { lowMs, highMs, clock: whose } = answer.time;
        // Behind markers, or what compaction took, it is still the message that the group reads next.
        times.set(each, [
          {
            offset,
            lowMs: lowMs === null ? null : elapsed(lowMs),
            highMs: elapsed(highMs),
            by: 'record-timestamp',
            clock: whose,
          },
        ]);
      });
    }
    return times;
  };

  const byListOffsets = async (wanted: readonly Wanted[]): Promise<ReadonlyMap<Wanted, OffsetTime[]>> => {
    const times = new Map<Wanted, OffsetTime[]>();
    for (const some of withoutTwice(wanted)) {
      const found = await narrowByTime(
        reads,
        some.map((each) => ({
          of: placeOf(each),
          offset: each.offset,
          end: each.end,
          search: each.watched.search,
        })),
        { nowEpochMs: clock.startedAtEpochMs + clock.elapsedMs(), rounds: mostRounds },
      );
      some.forEach((each, index) => {
        const { watched, offset } = each;
        const search = found[index];
        if (search === undefined) return;
        watched.search = search;
        // What one look leaves open the next one goes on with.
        watched.askedOffset = isNarrowed(search, offset) ? offset : undefined;
        const point = (at: bigint, lowMs: number | null, highMs: number | null): OffsetTime => ({
          offset: at,
          lowMs: lowMs === null ? null : elapsed(lowMs),
          highMs: highMs === null ? null : elapsed(highMs),
          by: 'list-offsets',
          clock: null,
        });
        const { below, above } = search;
        times.set(each, [
          ...(below === undefined ? [] : [point(below.offset, below.ms, below.ms)]),
          ...(above === undefined || below?.offset === offset ? [] : [point(offset, null, above.messageMs)]),
        ]);
      });
    }
    return times;
  };

  return async (seen) => {
    if (by === 'interpolation') return seen;
    const all = seen.flatMap((each) => (each.kind === 'offsets' ? [watch(each.block)] : []));
    const nowMs = clock.elapsedMs();
    if (by === 'auto' && nowMs - lookedAtMs < fillInEveryMs) return seen;
    const total = all.reduce((sum, of) => sum + waitingOn(of), 0);
    if (total === 0) return seen;
    lookedAtMs = nowMs;
    const chosen = choose(all, total);
    const isByTimestamp = ({ watched }: Wanted): boolean =>
      by === 'record-timestamp' || (by === 'auto' && !watched.isDenied);
    const nothing: ReadonlyMap<Wanted, OffsetTime[]> = new Map();
    const [stamped, listed] = await Promise.all([
      byTimestamp(chosen.filter(isByTimestamp)).catch(() => nothing),
      byListOffsets(chosen.filter((each) => !isByTimestamp(each))).catch(() => nothing),
    ]);
    const told = new Map<OffsetBlock, Map<number, OffsetTime[]>>();
    for (const each of chosen) {
      const { of, partition } = each;
      of.waiting = undefined;
      const times = stamped.get(each) ?? listed.get(each);
      if (times === undefined) continue;
      const ofBlock = told.get(of.block) ?? new Map<number, OffsetTime[]>();
      told.set(of.block, ofBlock.set(partition, times));
    }
    return seen.map((each) => {
      const times = each.kind === 'offsets' ? told.get(each.block) : undefined;
      if (each.kind !== 'offsets' || times === undefined) return each;
      return { ...each, recordTimes: new Map([...times].sort(([left], [right]) => left - right)) };
    });
  };
};

type Wanted = {
  readonly of: Topic;
  readonly partition: number;
  readonly offset: bigint;
  readonly end: bigint;
  readonly watched: Watched;
};

const placeOf = ({ of: { topic }, partition }: Wanted): TopicPartition => ({ topic, partition });

/** One request asks for a partition once; groups that share a topic ask one after the other. */
const withoutTwice = (wanted: readonly Wanted[]): Wanted[][] =>
  wanted.length === 0 ? [] : [...Map.groupBy(wanted, ({ of }) => of.group).values()];

/** Offset of the message that the group reads next; undefined where none waits, or it is no longer in the log. */
const waitingFrom = ({ committedBefore, end, logStart, isMarkersOnly }: OffsetContent): bigint | undefined =>
  committedBefore === null ||
  committedBefore >= end ||
  isMarkersOnly === true ||
  (logStart !== null && committedBefore < logStart)
    ? undefined
    : committedBefore;
