import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createLiveView } from '../live-view.ts';
import type { OffsetBlock } from '../record/offset-block.ts';
import { readingWriter } from '../record/reading-writer.ts';
import { createChangeWatch } from '../sampling/kafka-changes.ts';
import { createRecordTimes } from '../sampling/record-times.ts';
import { createTailWatch } from '../sampling/tail-watch.ts';

const partitions = Array.from({ length: 300 }, (_, partition) => partition);

/** Every partition moves at each tick. */
const blockAt = (tick: number): OffsetBlock => ({
  group: 'billing',
  topic: 'orders',
  partitions,
  contents: partitions.map((partition) => {
    const end = BigInt(1000 + tick * 10 + partition);
    const committed = end - BigInt((tick + partition) % 50);
    return { committedBefore: committed, committedAfter: committed, end, logStart: 0n };
  }),
});

it('takes no more memory for offsets of 300 partitions after 3,000 ticks than after 1,000', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let nowMs = 0;
  const markTails = createTailWatch(async () => true);
  const withTimes = createRecordTimes(
    {
      timesAt: async (questions) =>
        questions.map(({ topic, partition, offset }) => ({
          topic,
          partition,
          time: { offset, lowMs: 5, highMs: 5, clock: 'producer' },
        })),
      offsetsAt: async () => [],
    },
    { elapsedMs: () => nowMs, startedAtEpochMs: 0 },
    'record-timestamp',
  );
  const changes = createChangeWatch();
  const write = readingWriter();
  const live = createLiveView(2000);
  const heapMb: number[] = [];
  let written = 0;
  for (let tick = 1; tick <= 3000; tick += 1) {
    nowMs = tick * 1000;
    const times = { fromMs: nowMs, endSentMs: nowMs + 1, endReceivedMs: nowMs + 2, toMs: nowMs + 3 };
    const seen = await withTimes(await markTails([{ kind: 'offsets', times, block: blockAt(tick) }]));
    changes.offsets(seen);
    for (const piece of write(seen)) written += piece.length;
    live.take(seen);
    if (tick % 1000 !== 0) continue;
    collect();
    heapMb.push(process.memoryUsage().heapUsed / 1e6);
  }
  assert.ok(written > 25e6, String(written));
  // One number for each reading of each partition would be 5 MB.
  assert.ok((heapMb[2] as number) - (heapMb[0] as number) < 1, heapMb.join(' '));
});
