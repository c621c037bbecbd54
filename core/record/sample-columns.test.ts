import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inColumns, inReadings, offsetHistories } from '../../fixtures/offset-histories.ts';
import { collectOffsets } from './offset-collection.ts';
import { contentAt } from './content-columns.ts';
import { inOrder, newestOf, samplesUntil } from './sample-parts.ts';
import type { OffsetSample, OffsetSamples } from './run-record.ts';
import { stretchesOf } from './stretches-of.ts';

/** Put together again from their stretches. */
const walked = (samples: OffsetSamples): OffsetSample[] => {
  const stretches = stretchesOf(samples);
  const all: OffsetSample[] = [];
  for (let index = 0; index < stretches.length; index += 1) {
    assert.equal(stretches.first[index], all.length);
    const content = contentAt(stretches, index);
    const to = stretches.to[index] ?? 0;
    for (let reading = stretches.from[index] ?? 0; reading < to; reading += 1) {
      const recordTimes = stretches.recordTimes.get(all.length);
      const sample = { ...content, ...stretches.readings.at(reading) };
      all.push(recordTimes === undefined ? sample : { ...sample, recordTimes });
    }
  }
  assert.equal(stretches.samples, all.length);
  return all;
};

/** Whether times go back within a stretch. */
const isBroken = (samples: OffsetSamples): boolean => {
  const { from, to, readings } = stretchesOf(samples);
  return from.some((begin, index) => {
    const times = Array.from({ length: (to[index] ?? 0) - begin }, (_, at) => readings.at(begin + at));
    return times.some(({ fromMs, endSentMs, endReceivedMs, toMs }, at) => {
      const before = times[at - 1];
      return (
        before !== undefined &&
        (fromMs < before.fromMs ||
          endSentMs < before.endSentMs ||
          endReceivedMs < before.endReceivedMs ||
          toMs < before.toMs)
      );
    });
  });
};

describe('samples in columns', () => {
  it('stay as they were read, whatever comes later', () => {
    fc.assert(
      fc.property(offsetHistories, (histories) => {
        const collection = collectOffsets();
        const readings = inReadings(histories);
        const reads = readings.map((reading) => {
          for (const { sample, ...place } of reading) collection.add(place, sample);
          return collection.read();
        });
        reads.forEach((read, index) => {
          const seen = readings.slice(0, index + 1).flat();
          for (const { partition, samples } of read) {
            const listed = seen.filter((each) => each.partition === partition).map(({ sample }) => sample);
            assert.deepEqual([samples.length, walked(samples)], [listed.length, listed]);
          }
        });
      }),
      { numRuns: 30 },
    );
  });

  it('are the same as in a list, whichever way they are read', () => {
    fc.assert(
      fc.property(offsetHistories, fc.nat(40_000), fc.nat(40), (histories, atMs, most) => {
        inColumns(histories).forEach(({ samples }, index) => {
          const list = histories[index]?.samples ?? [];
          assert.equal(samples.length, list.length);
          assert.deepEqual([...samples], list);
          assert.deepEqual(
            list.map((_, place) => samples.at(place)),
            list,
          );
          assert.deepEqual([samples.at(-1), samples.at(list.length)], [list.at(-1), undefined]);
          assert.deepEqual(walked(samples), list);
          assert.deepEqual(walked(list), list);
          assert.ok(!isBroken(samples));
          assert.deepEqual([...samplesUntil(samples, atMs)], [...samplesUntil(list, atMs)]);
          const newest = newestOf(samplesUntil(samples, atMs), most);
          const listed = [...newestOf(samplesUntil(list, atMs), most)];
          assert.deepEqual(
            [newest.length, walked(newest), newest.at(0), newest.at(-1)],
            [listed.length, listed, listed.at(0), listed.at(-1)],
          );
          assert.deepEqual([...inOrder(samples)], [...inOrder(list)]);
        });
      }),
    );
  });
});
