import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { TimeLagBy } from '../time-lag-ways.ts';
import type { Observation } from '../record/observation.ts';
import { inBlocks, samplesIn, type PlacedSample } from '../record/offset-samples.ts';
import type { OffsetTime } from '../record/run-record.ts';
import { createRecordTimes, type RecordTimeReads } from './record-times.ts';

const startedAtEpochMs = 1_000_000;

/** A reader whose records were made 10 ms apart, from 60 s before the run on, `uneven`: ever further; `refuse`: Read is not granted. */
const setUp = (by: TimeLagBy, { refuse = false, breaks = false, uneven = false } = {}) => {
  let nowMs = 0;
  const asked: string[] = [];
  const madeMs = (offset: bigint): number =>
    startedAtEpochMs - 60_000 + (uneven ? Number(offset) ** 2 / 10 : Number(offset) * 10);
  const reads: RecordTimeReads = {
    timesAt: (questions) => {
      asked.push(...questions.map(({ topic, partition, offset }) => `fetch ${topic}/${partition}@${offset}`));
      if (breaks) return Promise.reject(new Error('connection lost'));
      return Promise.resolve(
        questions.map(({ topic, partition, offset }) =>
          refuse
            ? { topic, partition, reason: 'TOPIC_AUTHORIZATION_FAILED' }
            : {
                topic,
                partition,
                time: { offset, lowMs: madeMs(offset), highMs: madeMs(offset), clock: 'producer' as const },
              },
        ),
      );
    },
    offsetsAt: (questions) => {
      asked.push(...questions.map(({ topic, partition }) => `list ${topic}/${partition}`));
      return Promise.resolve(
        questions.map(({ topic, partition, timestampMs }) => {
          const sinceMs = Math.max(0, timestampMs - startedAtEpochMs + 60_000);
          const offset = BigInt(Math.ceil(uneven ? Math.sqrt(10 * sinceMs) : sinceMs / 10));
          return { topic, partition, found: { offset, timestampMs: madeMs(offset) } };
        }),
      );
    },
  };
  const ask = createRecordTimes(reads, { startedAtEpochMs, elapsedMs: () => nowMs }, by);
  return {
    ask,
    asked,
    at: async (atMs: number, ...seen: readonly PlacedSample[]): Promise<(readonly OffsetTime[])[]> => {
      nowMs = atMs;
      return samplesIn(await ask(inBlocks(seen))).map(({ sample }) => sample.recordTimes ?? []);
    },
  };
};

const offsets = (
  committed: number | null,
  end: number,
  given: { partition?: number; group?: string; logStart?: bigint; isMarkersOnly?: true } = {},
): PlacedSample => {
  const { partition = 0, group = 'billing', logStart = 0n, ...sample } = given;
  const before = committed === null ? null : BigInt(committed);
  return {
    group,
    topic: 'orders',
    partition,
    sample: {
      fromMs: 0,
      toMs: 3,
      endSentMs: 1,
      endReceivedMs: 2,
      committedBefore: before,
      committedAfter: before,
      end: BigInt(end),
      logStart,
      ...sample,
    },
  };
};

describe('createRecordTimes', () => {
  it('asks of itself only for what waited before the first reading, and now and then', async () => {
    const { asked, at } = setUp('auto');
    assert.deepEqual(await at(0, offsets(100, 200)), [
      [{ offset: 100n, lowMs: -59_000, highMs: -59_000, by: 'record-timestamp', clock: 'producer' }],
    ]);
    assert.deepEqual(await at(500, offsets(110, 250)), [[]]);
    assert.deepEqual((await at(3000, offsets(120, 300)))[0]?.[0]?.offset, 120n);
    // The backlog is now younger than the first reading.
    assert.deepEqual(await at(9000, offsets(200, 900)), [[]]);
    assert.deepEqual(asked, ['fetch orders/0@100', 'fetch orders/0@120']);
  });

  it('does not ask where nothing waits, or what waits cannot be read', async () => {
    const { asked, at } = setUp('record-timestamp');
    await at(
      0,
      offsets(5, 5),
      offsets(null, 9, { partition: 1 }),
      offsets(3, 9, { partition: 2, logStart: 4n }),
      offsets(8, 9, { partition: 3, isMarkersOnly: true }),
    );
    assert.deepEqual(asked, []);
  });

  it('asks once for an offset that stays', async () => {
    const { asked, at } = setUp('record-timestamp');
    await at(0, offsets(5, 9));
    await at(1000, offsets(5, 12));
    await at(2000, offsets(6, 12));
    assert.deepEqual(asked, ['fetch orders/0@5', 'fetch orders/0@6']);
  });

  it('goes by ListOffsets where records may not be read', async () => {
    const { asked, at } = setUp('auto', { refuse: true });
    assert.deepEqual(await at(0, offsets(100, 200)), [[]]);
    const [times] = await at(5000, offsets(100, 200));
    assert.ok(times !== undefined && times.every(({ by }) => by === 'list-offsets'));
    assert.ok(times.some(({ lowMs }) => lowMs !== null && lowMs <= -59_000));
    assert.deepEqual(asked.filter((each) => each.startsWith('fetch')).length, 1);
  });

  it('goes on narrowing the time of an offset that stays by ListOffsets, until nothing more can be had', async () => {
    const { asked, at } = setUp('list-offsets', { uneven: true });
    const exact = { offset: 100n, lowMs: -59_000, highMs: -59_000, by: 'list-offsets', clock: null };
    let looks = 0;
    const isExact = async (): Promise<boolean> => {
      looks += 1;
      const [times = []] = await at(looks * 1000, offsets(100, 200));
      return times.some((time) => isDeepStrictEqual(time, exact));
    };
    while (!(await isExact())) assert.ok(looks < 12, 'it did not come to an end');
    assert.ok(looks > 1, 'one look was enough, and this shows nothing');
    const before = asked.length;
    await at(60_000, offsets(100, 200));
    assert.equal(asked.length, before);
  });

  it('begins again where the log was made anew', async () => {
    const { at } = setUp('auto');
    await at(0, offsets(100, 200));
    // Of the new log everything was seen from its beginning, but for what is there already.
    assert.equal((await at(5000, offsets(3, 50)))[0]?.[0]?.offset, 3n);
    assert.deepEqual(await at(10_000, offsets(60, 90)), [[]]);
  });

  it('asks for each group that shares a topic, and gives all partitions a turn', async () => {
    const { asked, at } = setUp('record-timestamp');
    await at(0, offsets(1, 9), offsets(2, 9, { group: 'mailing' }));
    assert.deepEqual(asked, ['fetch orders/0@1', 'fetch orders/0@2']);
    const many = Array.from({ length: 100 }, (_, partition) => offsets(1, 9, { partition, group: 'many' }));
    await at(1000, ...many);
    await at(2000, ...many);
    const seen = new Set(asked.slice(2));
    assert.equal(seen.size, 100);
  });

  it('leaves out what cannot be had, and nothing else', async () => {
    const { ask } = setUp('record-timestamp', { breaks: true });
    const gap: Observation = { kind: 'gap', gap: { source: 'x', fromMs: 0, toMs: 1, reason: '' } };
    const seen = [...inBlocks([offsets(1, 9)]), gap];
    assert.deepEqual(await ask(seen), seen);
  });

  it('asks for nothing where only interpolation is wanted', async () => {
    const { asked, at } = setUp('interpolation');
    await at(0, offsets(100, 200));
    assert.deepEqual(asked, []);
  });
});
