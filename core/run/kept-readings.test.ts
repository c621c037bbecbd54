import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { offsetWorlds, playWorld } from '../../fixtures/offset-worlds.ts';
import { createLiveView } from '../live-view.ts';
import { readingWriter } from '../record/reading-writer.ts';
import { recordTimesLines } from '../record/record-times-lines.ts';
import { createChangeWatch } from '../sampling/kafka-changes.ts';
import { readBracket } from '../sampling/offset-bracket.ts';
import { createRecordTimes } from '../sampling/record-times.ts';
import { createTailWatch } from '../sampling/tail-watch.ts';

type World = typeof offsetWorlds extends fc.Arbitrary<infer T> ? T : never;

/** Everything that a run makes of what a broker answered, reading by reading. */
const told = async (world: World, isKept: boolean): Promise<unknown[]> => {
  const { clock, readers, readTail, reads } = playWorld(world, isKept);
  const markTails = createTailWatch(readTail);
  const withTimes = createRecordTimes(reads, clock, world.by);
  const changes = createChangeWatch();
  const write = readingWriter();
  const live = createLiveView();
  const all: unknown[] = [];
  for (const { reader, wanted, surroundings } of readers()) {
    const read = await readBracket(reader, clock, wanted, surroundings).catch((error: unknown) =>
      String(error),
    );
    if (typeof read === 'string') {
      all.push(read);
      continue;
    }
    const seen = await withTimes(await markTails(read));
    const gaps = seen.filter(({ kind }) => kind === 'gap');
    all.push(gaps, changes.offsets(seen), [...write(seen)].join(''), recordTimesLines(seen));
    live.take(seen);
    all.push([live.readings, live.lagMessages(), live.isDrained(0, 10), live.drainForecast()]);
  }
  return all;
};

describe('readings in which what has not changed is the same object', () => {
  it('tell what readings tell of which nothing was kept', async () => {
    await fc.assert(
      fc.asyncProperty(offsetWorlds, async (world) => {
        assert.deepEqual(await told(world, true), await told(world, false));
      }),
    );
  });
});
