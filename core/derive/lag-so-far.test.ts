import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inReadings, offsetHistories } from '../../fixtures/offset-histories.ts';
import { partition } from '../../fixtures/build-record.ts';
import { inBlocks, samplesIn, type PlacedSample } from '../record/offset-samples.ts';
import type { OffsetHistory, OffsetSample } from '../record/run-record.ts';
import { LagSoFar } from './lag-so-far.ts';
import { groupCurves } from './offset-curves.ts';

type Point = { readonly atMs: number; readonly low: number | null; readonly high: number | null };

const pointsOf = (lag: LagSoFar): Point[] =>
  Array.from({ length: lag.length }, (_, reading) => {
    const bounds = lag.at(reading);
    return bounds === undefined ? [] : [{ atMs: lag.atMs(reading), ...bounds }];
  }).flat();

const wholePoints = (readings: readonly (readonly PlacedSample[])[]): Point[] => {
  const histories = new Map<number, OffsetHistory<OffsetSample[]>>();
  for (const { sample, ...place } of readings.flat()) {
    const history = histories.get(place.partition) ?? { ...place, samples: [] };
    histories.set(place.partition, history);
    history.samples.push(sample);
  }
  return groupCurves([...histories.values()]).flatMap(({ points }) =>
    points.map(({ atMs, lagLow, lagHigh }) => ({ atMs, low: lagLow, high: lagHigh })),
  );
};

/** A run's clock never stands back. */
const ascending = offsetHistories.filter((histories) =>
  histories.every(({ samples }) =>
    samples.every(({ fromMs }, index) => index === 0 || fromMs > (samples[index - 1]?.fromMs ?? 0)),
  ),
);

const agrees = (readings: readonly (readonly PlacedSample[])[]): void => {
  const lag = new LagSoFar();
  readings.forEach((reading, index) => {
    for (const { block, times } of inBlocks(reading)) lag.take(block, times);
    assert.deepEqual(pointsOf(lag), wholePoints(readings.slice(0, index + 1)));
  });
};

describe('the lag of a group so far', () => {
  it('is after every reading what all readings together say', () => {
    fc.assert(fc.property(ascending, (histories) => agrees(inReadings(histories))));
  });

  it('is that too of partitions that take part late, or are read late, or not always', () => {
    const reading = fc.record({
      isRead: fc.boolean(),
      isEmpty: fc.boolean(),
      isBegun: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(reading, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        (partitions) => {
          const histories = partitions.map((seen, index) => {
            let committed: number | null = null;
            const readings = seen.flatMap(({ isRead, isBegun }, at) => {
              if (isBegun) committed = 2;
              return isRead ? [[at * 1000, committed, 5] as const] : [];
            });
            const history = partition(readings, { partition: index });
            return {
              ...history,
              samples: history.samples.map((sample, at) =>
                seen[at]?.isEmpty === true ? { ...sample, logStart: sample.end } : sample,
              ),
            };
          });
          agrees(inReadings(histories.filter(({ samples }) => samples.length > 0)));
        },
      ),
    );
  });

  it('looks at unchanged readings no more, and says of earlier ones something else only when a partition begins', () => {
    const [before, after] = [partition([[0, 1, 3]]), partition([[0, null, 4]], { partition: 1 })] as const;
    const [first] = inBlocks(
      [...before.samples, ...after.samples].map((sample, index) => ({
        group: 'g',
        topic: 't',
        partition: index,
        sample,
      })),
    );
    assert.ok(first !== undefined);
    const lag = new LagSoFar();
    for (let reading = 0; reading < 3; reading += 1) lag.take(first.block, first.times);
    assert.deepEqual([lag.revision, lag.at(0)], [1, { low: 2, high: 2 }]);
    const contents = samplesIn([first]).map(({ sample }) => ({
      ...sample,
      committedBefore: 2n,
      committedAfter: 2n,
    }));
    lag.take({ ...first.block, contents }, first.times);
    assert.deepEqual(
      [lag.revision, lag.at(0), lag.at(3)],
      [2, { low: null, high: null }, { low: 3, high: 3 }],
    );
  });
});
