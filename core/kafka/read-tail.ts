import type { Cluster } from './cluster.ts';
import { errorName } from './error-codes.ts';
import { leaders } from './places.ts';
import { partitionKey, type TopicPartition } from './topic-partition.ts';
import { askBatchHeads } from './requests/fetch-heads.ts';
import { createRouter } from './router.ts';

const maxBytes = 16 * 1024;
/** Fetches after which the rest counts as messages. */
const mostFetches = 8;

export type TailReads = {
  /** Whether only the markers that end transactions stand from one offset up to another; rejects where it cannot be read. */
  isMarkersOnly(of: TopicPartition, from: bigint, to: bigint): Promise<boolean>;
};

export const readTails = (cluster: Cluster): TailReads => {
  const route = createRouter(cluster, leaders(cluster));
  return {
    isMarkersOnly: async (of, from, to) => {
      let at = from;
      for (let fetches = 0; fetches < mostFetches && at < to; fetches += 1) {
        const from = at;
        const answers = await route([of], async (link, those) => {
          const heads = those.map(
            async (each) => [partitionKey(each), await askBatchHeads(link, each, from, maxBytes)] as const,
          );
          return new Map(await Promise.all(heads));
        });
        const [answer] = answers.values();
        if (answer === undefined || 'reason' in answer) throw new Error(answer?.reason ?? 'no answer');
        if (answer.errorCode !== 0) throw new Error(errorName(answer.errorCode));
        const next = afterMarkers(answer.heads, at, to);
        if (next === undefined) return false;
        at = next;
      }
      return at >= to;
    },
  };
};

type Heads = Awaited<ReturnType<typeof askBatchHeads>>['heads'];

/** First offset behind the markers; undefined where something else stands there, or nothing could be seen. */
const afterMarkers = (heads: Heads, from: bigint, to: bigint): bigint | undefined => {
  let at = from;
  for (const { lastOffset, isControl } of heads) {
    if (at >= to) return at;
    if (!isControl) return undefined;
    if (lastOffset >= at) at = lastOffset + 1n;
  }
  return at === from ? undefined : at;
};
