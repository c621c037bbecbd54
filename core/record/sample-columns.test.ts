import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inColumns, offsetHistories } from '../../fixtures/offset-histories.ts';
import { cursorOf, inOrder, samplesUntil } from './sample-cursor.ts';
import type { OffsetSample, OffsetSamples } from './run-record.ts';

const walked = (samples: OffsetSamples): OffsetSample[] => {
  const cursor = cursorOf(samples);
  const all: OffsetSample[] = [];
  while (cursor.next()) {
    const { times, content, recordTimes } = cursor;
    const { fromMs, endSentMs, endReceivedMs, toMs } = times;
    const sample = { ...content, fromMs, endSentMs, endReceivedMs, toMs };
    all.push(recordTimes === undefined ? sample : { ...sample, recordTimes });
  }
  return all;
};

describe('samples in columns', () => {
  it('are the same as in a list, whichever way they are read', () => {
    fc.assert(
      fc.property(offsetHistories, fc.integer({ min: 0, max: 40_000 }), (histories, atMs) => {
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
          assert.deepEqual([...samplesUntil(samples, atMs)], [...samplesUntil(list, atMs)]);
          assert.deepEqual([...inOrder(samples)], [...inOrder(list)]);
        });
      }),
    );
  });
});
