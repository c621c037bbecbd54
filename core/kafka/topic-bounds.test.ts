import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PartitionList } from './by-partition.ts';
import { explainDenied, kafkaErrors } from './error-codes.ts';
import type { OffsetAnswer, TopicOffsets } from './requests/list-offsets.ts';
import type { Parts } from './router.ts';
import { boundsByTopic } from './topic-bounds.ts';
import { partitionKey } from './topic-partition.ts';

const topics = ['orders', 'mail'];
const partitions = topics.flatMap((topic) => [0, 1, 2].map((partition) => ({ topic, partition })));

type Told = Readonly<Record<string, { readonly offset: bigint; readonly errorCode: number } | undefined>>;
type Bound = { readonly parts: readonly Told[]; readonly unread: readonly string[] };

/** As leaders answer: each topic's partitions together. */
const partOf = (told: Told): ReadonlyMap<string, TopicOffsets> =>
  new Map(
    topics.flatMap((topic) => {
      const list = Object.assign(new PartitionList<OffsetAnswer>(), { isAnyMoved: false });
      for (const of of partitions.filter((each) => each.topic === topic)) {
        const answer = told[partitionKey(of)];
        if (answer !== undefined)
          list.set(of.partition, { ...of, ...answer, timestampMs: -1, leaderEpoch: 4 });
      }
      return list.size === 0 ? [] : [[topic, list] as const];
    }),
  );

const asAnswered = ({ parts, unread }: Bound): Parts<ReadonlyMap<string, TopicOffsets>> => ({
  parts: parts.map(partOf),
  unread: new Map(unread.map((key) => [key, { reason: `${key} is open` }])),
});

/** Each partition for itself, in the most obvious way. */
const slowly = (key: string, topic: string, [ends, watermarks, starts]: (Bound | undefined)[]): unknown => {
  const of = (bound: Bound | undefined): bigint | string | null => {
    if (bound === undefined) return null;
    if (bound.unread.includes(key)) return `${key} is open`;
    const told = bound.parts.map((part) => part[key]).filter((each) => each !== undefined);
    const last = told.at(-1);
    if (last === undefined) return null;
    return last.errorCode === 0 ? last.offset : explainDenied(last.errorCode, 'topic', topic);
  };
  const [end, highWatermark, logStart] = [of(ends), of(watermarks), of(starts)];
  const reason = [end, logStart, highWatermark].find((each) => typeof each === 'string');
  if (reason !== undefined) return { reason };
  return end === null ? { reason: 'no answer' } : { end, highWatermark, logStart, leaderEpoch: 4 };
};

const keys = partitions.map(partitionKey);
const told = fc.record(
  Object.fromEntries(
    keys.map((key) => [
      key,
      fc.record({
        offset: fc.bigInt(2n ** 60n, 2n ** 60n + 1n),
        errorCode: fc.oneof(
          { weight: 9, arbitrary: fc.constant(0) },
          fc.constant(kafkaErrors.TOPIC_AUTHORIZATION_FAILED),
        ),
      }),
    ]),
  ),
  { requiredKeys: [] },
);
const bound = fc.record({
  parts: fc.array(told, { minLength: 1, maxLength: 3 }),
  unread: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, fc.subarray(keys)),
});

describe('the bounds of logs by topic', () => {
  it('are those of each partition for itself, whatever was kept of answers before', () => {
    const tick = fc.tuple(bound, fc.option(bound), fc.option(bound), fc.boolean());
    fc.assert(
      fc.property(fc.array(tick, { minLength: 1, maxLength: 4 }), (ticks) => {
        const list = [...partitions];
        let answers: Parameters<typeof boundsByTopic>[1] | undefined;
        let given: (Bound | undefined)[] = [];
        for (const [ends, watermarks, starts, isRepeated] of ticks) {
          if (answers === undefined || !isRepeated) {
            given = [ends, watermarks ?? undefined, starts ?? undefined];
            const [end, highWatermarks, logStarts] = given.map((each) => each && asAnswered(each));
            assert.ok(end);
            answers = { ends: end, highWatermarks, logStarts };
          }
          const bounds = boundsByTopic(list, answers);
          for (const { topic, partition } of partitions)
            assert.deepEqual(
              bounds.get(topic)?.get(partition),
              slowly(partitionKey({ topic, partition }), topic, given),
            );
        }
      }),
    );
  });

  it('are the same objects until something of them changes', () => {
    const list = [...partitions];
    const part = (end: bigint) =>
      partOf(
        Object.fromEntries(keys.map((key) => [key, { offset: key === 'mail/1' ? end : 3n, errorCode: 0 }])),
      );
    const of = (ends: ReadonlyMap<string, TopicOffsets>) =>
      boundsByTopic(list, {
        ends: { parts: [ends], unread: new Map() },
        highWatermarks: undefined,
        logStarts: undefined,
      });
    const [still, moved] = [part(3n), part(4n)];
    const [first, again] = [of(still), of(still)];
    assert.equal(again.get('mail'), first.get('mail'));
    const now = of(new Map([...still, ...[...moved].filter(([topic]) => topic === 'mail')]));
    assert.equal(now.get('orders'), first.get('orders'));
    assert.notEqual(now.get('mail'), first.get('mail'));
    assert.equal(now.get('mail')?.get(0), first.get('mail')?.get(0));
    assert.deepEqual(now.get('mail')?.get(1), {
      end: 4n,
      highWatermark: null,
      logStart: null,
      leaderEpoch: 4,
    });
  });
});
