import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { narrowByTime, type TimeSearch } from './time-search.ts';

type Message = { readonly offset: bigint; readonly ms: number };

/** ListOffsets of a log: the first message from a time on. */
const logOf = (messages: readonly Message[]) => {
  let requests = 0;
  return {
    requests: () => requests,
    offsetsAt: (questions: readonly { topic: string; partition: number; timestampMs: number }[]) => {
      requests += 1;
      return Promise.resolve(
        questions.map(({ topic, partition, timestampMs }) => {
          const found = messages.find(({ ms }) => ms >= timestampMs);
          return { topic, partition, found: found ? { offset: found.offset, timestampMs: found.ms } : null };
        }),
      );
    },
  };
};

const of = { topic: 'orders', partition: 0 };
const evenly = Array.from({ length: 1000 }, (_, index): Message => ({
  offset: BigInt(index),
  ms: 1_000_000 + 100 * index,
}));

describe('narrowByTime', () => {
  it('finds the time of a message of an even log within a few requests, and needs none where it knows it', async () => {
    const log = logOf(evenly);
    const question = { of, offset: 637n, end: 1000n, search: undefined };
    const clock = { nowEpochMs: 1_100_000, rounds: 4 };
    const [found] = await narrowByTime(log, [question], clock);
    assert.deepEqual(found?.below, { offset: 637n, ms: 1_063_700 });
    const before = log.requests();
    assert.deepEqual(await narrowByTime(log, [{ ...question, search: found }], clock), [found]);
    assert.equal(log.requests(), before);
  });

  it('keeps what it knows where a partition cannot be read', async () => {
    const search: TimeSearch = { below: { offset: 1n, ms: 5 }, above: undefined };
    const unread = { offsetsAt: () => Promise.resolve([{ ...of, reason: 'NOT_LEADER_OR_FOLLOWER' }]) };
    assert.deepEqual(
      await narrowByTime(unread, [{ of, offset: 9n, end: 10n, search }], { nowEpochMs: 99, rounds: 3 }),
      [search],
    );
  });

  it('has the time of the first message from the offset on inside its bounds, after any number of rounds and moves', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Steps of 0: one time for several messages. Offsets left out: markers, or what compaction took.
        fc.array(fc.tuple(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 3 })), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.array(fc.tuple(fc.nat({ max: 200 }), fc.integer({ min: 1, max: 6 })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (steps, looks) => {
          let [ms, offset] = [1000, 0];
          const messages = steps.map(([wait, step]): Message => {
            ms += wait;
            const message = { offset: BigInt(offset), ms };
            offset += step;
            return message;
          });
          const last = messages.at(-1)?.offset ?? 0n;
          const log = logOf(messages);
          let search: TimeSearch | undefined;
          for (const [at, rounds] of looks) {
            const asked = BigInt(at) % (last + 1n);
            [search] = await narrowByTime(log, [{ of, offset: asked, end: last + 1n, search }], {
              nowEpochMs: ms + 50,
              rounds,
            });
            const truth = messages.find((message) => message.offset >= asked)?.ms ?? Number.NaN;
            assert.ok((search?.below?.ms ?? 0) <= truth, `${search?.below?.ms} ${truth}`);
            if (search?.below?.offset === asked) assert.equal(search.below.ms, truth);
            assert.ok(truth <= (search?.above?.messageMs ?? ms), `${truth} ${search?.above?.messageMs}`);
          }
          const asked = BigInt(looks.at(-1)?.[0] ?? 0) % (last + 1n);
          // As far as it gets: both bounds have closed around one time.
          const [end] = await narrowByTime(log, [{ of, offset: asked, end: last + 1n, search }], {
            nowEpochMs: ms + 50,
            rounds: 60,
          });
          assert.ok(
            end?.below?.offset === asked || (end?.above?.ms ?? Infinity) - (end?.below?.ms ?? 0) <= 1,
          );
        },
      ),
    );
  });
});
