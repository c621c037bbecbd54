import type { KafkaReader } from '../kafka/kafka-reader.ts';
import type { TopicPartition } from '../kafka/topic-partition.ts';

/** What is known of when the first message from an offset on was made; times in ms since the epoch. */
export type TimeSearch = {
  /** A message that is not behind it, and its time. */
  readonly below: { readonly offset: bigint; readonly ms: number } | undefined;
  readonly above:
    | {
        /** From `ms` on there are only messages behind this offset. */
        readonly offset: bigint;
        readonly ms: number;
        /** Time of the first of those. Where no message but a marker stands at the offset, it is the one that is meant. */
        readonly messageMs: number;
      }
    | undefined;
};

export type SearchQuestion = {
  readonly of: TopicPartition;
  /** Of the message. */
  readonly offset: bigint;
  readonly end: bigint;
  /** As an earlier search for an offset of this log left it. */
  readonly search: TimeSearch | undefined;
};

/** Timestamps have no more. */
const closeMs = 1;

/**
 * Narrows down by ListOffsets when messages were made: it answers the first one from a time on. Each round is one request per
 * leader for all partitions; it asks in turn where the straight line between the bounds says, and in their middle. Timestamps are
 * taken to ascend along the log.
 */
export const narrowByTime = async (
  { offsetsAt }: Pick<KafkaReader, 'offsetsAt'>,
  questions: readonly SearchQuestion[],
  { nowEpochMs, rounds }: { readonly nowEpochMs: number; readonly rounds: number },
): Promise<readonly TimeSearch[]> => {
  const searches = questions.map(({ offset, search }): TimeSearch => {
    const [below, above] = [search?.below, search?.above];
    return {
      below: below !== undefined && below.offset <= offset ? below : undefined,
      above: above !== undefined && above.offset >= offset ? above : undefined,
    };
  });
  for (let round = 0; round < rounds; round += 1) {
    const open = questions.flatMap((question, index) => {
      const timestampMs = nextTime(question, searches[index], nowEpochMs, round % 2 === 0);
      return timestampMs === undefined ? [] : [{ question, index, timestampMs }];
    });
    if (open.length === 0) break;
    const answers = await offsetsAt(
      open.map(({ question, timestampMs }) => ({ ...question.of, timestampMs })),
    );
    open.forEach(({ question, index, timestampMs }, place) => {
      const answer = answers[place];
      if (answer === undefined || 'reason' in answer) return;
      const before = searches[index] ?? { below: undefined, above: undefined };
      searches[index] = narrowed(before, question, timestampMs, answer.found);
    });
  }
  return searches;
};

/** Whether nothing more can be had of when the message at the offset was made. */
export const isNarrowed = ({ below, above }: TimeSearch, offset: bigint): boolean =>
  below?.offset === offset || (below !== undefined && above !== undefined && above.ms - below.ms <= closeMs);

/** Undefined: nothing more can be had. */
const nextTime = (
  { offset, end }: SearchQuestion,
  search: TimeSearch | undefined,
  nowEpochMs: number,
  isByLine: boolean,
): number | undefined => {
  const below = search?.below;
  // The first message of the log.
  if (below === undefined) return 0;
  const above = search?.above ?? { offset: end, ms: nowEpochMs };
  const widthMs = above.ms - below.ms;
  if (widthMs <= closeMs || below.offset === offset) return undefined;
  const span = Number(above.offset - below.offset);
  const share = isByLine && span > 0 ? Number(offset - below.offset) / span : 0.5;
  return Math.min(above.ms - closeMs, Math.max(below.ms + closeMs, Math.round(below.ms + widthMs * share)));
};

const narrowed = (
  search: TimeSearch,
  { offset, end }: SearchQuestion,
  askedMs: number,
  found: { readonly offset: bigint; readonly timestampMs: number } | null,
): TimeSearch => {
  if (found === null) return { ...search, above: { offset: end - 1n, ms: askedMs, messageMs: askedMs } };
  if (found.offset > offset)
    return { ...search, above: { offset: found.offset - 1n, ms: askedMs, messageMs: found.timestampMs } };
  return { ...search, below: { offset: found.offset, ms: found.timestampMs } };
};
