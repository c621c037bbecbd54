import type { Clock } from '../clock.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import type { TopicPartition } from '../kafka/topic-partition.ts';
import type { TimeLagBy } from '../time-lag-ways.ts';
import type { Observation } from '../record/observation.ts';
import type { OffsetTime } from '../record/run-record.ts';
import { isNarrowed, narrowByTime, type TimeSearch } from './time-search.ts';

export type RecordTimeReads = Pick<KafkaReader, 'timesAt' | 'offsetsAt'>;

/** Partitions of one look; those beyond have their turn in the next one. */
const mostPartitions = 64;
/** Where it only fills in for interpolation. */
const fillInEveryMs = 2000;
/** Questions to ListOffsets of one look. */
const mostRounds = 3;

type Offsets = Extract<Observation, { kind: 'offsets' }>;
type Watched = {
  firstEnd: bigint;
  lastEnd: bigint;
  /** Offset whose time was had last, as closely as it can be. */
  askedOffset: bigint | undefined;
  search: TimeSearch | undefined;
  /** We may not read its records. */
  isDenied: boolean;
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
  const all = new Map<string, Watched>();
  let turn = 0;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const elapsed = (epochMs: number): number => epochMs - clock.startedAtEpochMs;

  const watch = (each: Offsets): Watched => {
    const name = keyOf(each);
    const { end } = each.sample;
    const known = all.get(name);
    // An end that went back is that of another log.
    const watched =
      known === undefined || end < known.lastEnd
        ? { firstEnd: end, lastEnd: end, askedOffset: undefined, search: undefined, isDenied: false }
        : known;
    watched.lastEnd = end;
    all.set(name, watched);
    return watched;
  };

  const byTimestamp = async (wanted: readonly Wanted[]): Promise<ReadonlyMap<Offsets, OffsetTime[]>> => {
    const times = new Map<Offsets, OffsetTime[]>();
    for (const some of withoutTwice(wanted)) {
      const answers = await reads.timesAt(some.map(({ each, offset }) => ({ ...placeOf(each), offset })));
      some.forEach(({ each, offset, watched }, index) => {
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

  const byListOffsets = async (wanted: readonly Wanted[]): Promise<ReadonlyMap<Offsets, OffsetTime[]>> => {
    const times = new Map<Offsets, OffsetTime[]>();
    for (const some of withoutTwice(wanted)) {
      const found = await narrowByTime(
        reads,
        some.map(({ each, offset, watched }) => ({
          of: placeOf(each),
          offset,
          end: each.sample.end,
          search: watched.search,
        })),
        { nowEpochMs: clock.startedAtEpochMs + clock.elapsedMs(), rounds: mostRounds },
      );
      some.forEach(({ each, watched, offset }, index) => {
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
    const wanted = seen.flatMap((each): Wanted[] => {
      if (each.kind !== 'offsets') return [];
      const watched = watch(each);
      const offset = waitingFrom(each);
      if (by === 'interpolation' || offset === undefined || offset === watched.askedOffset) return [];
      return by !== 'auto' || offset < watched.firstEnd ? [{ each, offset, watched }] : [];
    });
    const nowMs = clock.elapsedMs();
    if (wanted.length === 0 || (by === 'auto' && nowMs - lookedAtMs < fillInEveryMs)) return seen;
    lookedAtMs = nowMs;
    const start = turn % wanted.length;
    turn += mostPartitions;
    const chosen = [...wanted.slice(start), ...wanted.slice(0, start)].slice(0, mostPartitions);
    const isByTimestamp = ({ watched }: Wanted): boolean =>
      by === 'record-timestamp' || (by === 'auto' && !watched.isDenied);
    const nothing: ReadonlyMap<Offsets, OffsetTime[]> = new Map();
    const [stamped, listed] = await Promise.all([
      byTimestamp(chosen.filter(isByTimestamp)).catch(() => nothing),
      byListOffsets(chosen.filter((each) => !isByTimestamp(each))).catch(() => nothing),
    ]);
    return seen.map((each) => {
      if (each.kind !== 'offsets') return each;
      const recordTimes = stamped.get(each) ?? listed.get(each);
      return recordTimes === undefined ? each : { ...each, sample: { ...each.sample, recordTimes } };
    });
  };
};

type Wanted = { readonly each: Offsets; readonly offset: bigint; readonly watched: Watched };

const placeOf = ({ topic, partition }: Offsets): TopicPartition => ({ topic, partition });
const keyOf = ({ group, topic, partition }: Offsets): string => JSON.stringify([group, topic, partition]);

/** One request asks for a partition once; groups that share a topic ask one after the other. */
const withoutTwice = (wanted: readonly Wanted[]): Wanted[][] =>
  wanted.length === 0 ? [] : [...Map.groupBy(wanted, ({ each }) => each.group).values()];

/** Offset of the message that the group reads next; undefined where none waits, or it is no longer in the log. */
const waitingFrom = ({
  sample: { committedBefore, end, logStart, isMarkersOnly },
}: Offsets): bigint | undefined =>
  committedBefore === null ||
  committedBefore >= end ||
  isMarkersOnly === true ||
  (logStart !== null && committedBefore < logStart)
    ? undefined
    : committedBefore;
