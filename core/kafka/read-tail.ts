import type { Cluster } from './cluster.ts';
import { readHeads, type BatchHead } from './batch-head.ts';
import { errorName } from './error-codes.ts';
import { leaders } from './places.ts';
import { recordTimeAt, type RecordTime } from './record-time.ts';
import {
  askBatches,
  type BatchesAnswer,
  type BatchesQuestion,
  type FetchLimits,
} from './requests/fetch-batches.ts';
import { createRouter, type Unread } from './router.ts';
import { partitionKey, type TopicPartition } from './topic-partition.ts';

const tailLimits: FetchLimits = { maxBytes: 16 * 1024, maxBytesPerPartition: 16 * 1024 };
/** Fetches after which the rest counts as messages. */
const mostFetches = 8;
/** A Java producer's batch has 16 KiB unless it is told otherwise. */
const timeLimits: FetchLimits = { maxBytes: 512 * 1024, maxBytesPerPartition: 32 * 1024 };

export type TailReads = {
  /** Whether only the markers that end transactions stand from one offset up to another; rejects where it cannot be read. */
  isMarkersOnly(of: TopicPartition, from: bigint, to: bigint): Promise<boolean>;
  /**
   * Times of the first messages from these offsets on: one Fetch of at most half a megabyte per leader. A batch beyond
   * 32 KiB is had for the first of a leader's partitions only; null: no message could be seen.
   */
  timesAt(
    questions: readonly BatchesQuestion[],
  ): Promise<readonly (TopicPartition & ({ readonly time: RecordTime | null } | Unread))[]>;
};

export const readTails = (cluster: Cluster): TailReads => {
  const route = createRouter(cluster, leaders(cluster));
  const ask = (
    questions: readonly BatchesQuestion[],
    limits: FetchLimits,
  ): Promise<ReadonlyMap<string, BatchesAnswer | Unread>> => {
    const offsets = new Map(questions.map(({ offset, ...of }) => [partitionKey(of), offset]));
    return route(questions, async (link, those) => {
      const asked = those.map(({ topic, partition }) => ({
        topic,
        partition,
        offset: offsets.get(partitionKey({ topic, partition })) ?? 0n,
      }));
      const answers = await askBatches(link, asked, limits);
      return new Map(answers.map((answer) => [partitionKey(answer), answer]));
    });
  };

  return {
    isMarkersOnly: async (of, from, to) => {
      let at = from;
      for (let fetches = 0; fetches < mostFetches && at < to; fetches += 1) {
        const [answer] = (await ask([{ ...of, offset: at }], tailLimits)).values();
        if (answer === undefined || 'reason' in answer) throw new Error(answer?.reason ?? 'no answer');
        if (answer.errorCode !== 0) throw new Error(errorName(answer.errorCode));
        const next = afterMarkers(readHeads(answer.bytes), at, to);
        if (next === undefined) return false;
        at = next;
      }
      return at >= to;
    },
    timesAt: async (questions) => {
      const answers = await ask(questions, timeLimits);
      return questions.map(({ topic, partition, offset }) => {
        const answer = answers.get(partitionKey({ topic, partition }));
        if (answer === undefined) return { topic, partition, reason: 'no answer' };
        if ('reason' in answer) return { topic, partition, reason: answer.reason };
        return answer.errorCode === 0
          ? { topic, partition, time: recordTimeAt(answer.bytes, offset) ?? null }
          : { topic, partition, reason: errorName(answer.errorCode) };
      });
    },
  };
};

/** First offset behind the markers; undefined where something else stands there, or nothing could be seen. */
const afterMarkers = (heads: readonly BatchHead[], from: bigint, to: bigint): bigint | undefined => {
  let at = from;
  for (const { lastOffset, isControl } of heads) {
    if (at >= to) return at;
    if (!isControl) return undefined;
    if (lastOffset >= at) at = lastOffset + 1n;
  }
  return at === from ? undefined : at;
};
