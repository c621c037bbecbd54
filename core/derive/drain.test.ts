import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lagReadings, partition, type Reading } from '../../fixtures/build-record.ts';
import { inColumns, offsetHistories } from '../../fixtures/offset-histories.ts';
import { deriveDrain, EmptyWatch, partitionDrain, type Drain, type LagReading } from './drain.ts';
import { groupCurves } from './offset-curves.ts';
import type { OffsetHistory, OffsetSample } from '../record/run-record.ts';
import { partitionLag } from './partition-lag.ts';

const loadEndMs = 2500;
const drainOf = (readings: readonly Reading[], sustainMs = 2000, endMs = loadEndMs): Drain =>
  deriveDrain(groupCurves([partition(readings)])[0]?.points ?? [], endMs, sustainMs);

describe('deriveDrain', () => {
  for (const [what, lags, state] of [
    ['drained once nothing remained for the sustained interval', [0, 9, 9, 4, 0, 0, 0], 'drained'],
    ['no backlog where the group had caught up when the load ended', [0, 9, 0, 0, 0, 0], 'no-backlog'],
    ['no backlog where none was ever seen', [0, 0, 0, 0, 0, 0], 'no-backlog'],
    ['not drained by one empty reading', [0, 9, 9, 4, 0], 'timed-out'],
    ['not drained by a moment of emptiness before more came', [0, 9, 9, 0, 0, 3], 'timed-out'],
    ['timed out while a backlog stands', [0, 9, 9, 4, 2, 1], 'timed-out'],
    ['unknown without readings', [], 'unknown'],
    ['unknown where watching ended with the load and no backlog stood', [0, 9, 0], 'unknown'],
  ] as const) {
    it(`is ${what}`, () => assert.equal(drainOf(lagReadings(lags)).state, state));
  }

  it('is not drained by one reading however short the sustained interval', () => {
    assert.equal(drainOf(lagReadings([0, 9, 9, 4, 0]), 1).state, 'timed-out');
  });

  it('is not sure before the sustained interval has passed after the load', () => {
    assert.equal(drainOf(lagReadings([0, 0, 0, 0]), 2000, 3000).state, 'unknown');
  });

  it('counts no partition without a commit as empty that was written to', () => {
    const idle = lagReadings([0, 9, 4, 0, 0, 0, 0]);
    const never = idle.map(([atMs], index): Reading => [atMs, null, index === 0 ? 4 : 5]);
    const points = groupCurves([partition(idle), partition(never, { partition: 1 })])[0]?.points ?? [];
    assert.equal(deriveDrain(points, loadEndMs, 2000).state, 'unknown');
    const empty = partition(never, { partition: 1, logStart: 5 });
    const known = groupCurves([partition(idle), empty])[0]?.points ?? [];
    assert.equal(deriveDrain(known, loadEndMs, 2000).state, 'drained');
  });

  it('knows the moment to two sampling intervals', () => {
    const { emptiedAt } = drainOf(lagReadings([0, 9, 9, 4, 0, 0, 0]));
    assert.deepEqual(emptiedAt, { lowMs: 3001, highMs: 4002 });
  });

  it('puts the lower bound at the last certain backlog, not at a reading that left it open', () => {
    const readings: Reading[] = [
      [0, 0, 9],
      [3000, 5, 9],
      [4000, 5, 9, 9],
      [5000, 9, 9],
      [6000, 9, 9],
      [7000, 9, 9],
    ];
    assert.deepEqual(drainOf(readings).emptiedAt, { lowMs: 3001, highMs: 5002 });
  });

  it('has the whole time before as its interval where no reading was certain', () => {
    const readings: Reading[] = [
      [3000, null, 9],
      [4000, null, 9],
      [5000, 9, 9],
      [6000, 9, 9],
      [7000, 9, 9],
    ];
    assert.deepEqual(drainOf(readings).emptiedAt, { lowMs: 3001, highMs: 5002 });
  });

  it('has the true moment inside its interval, whatever the rate and the sampling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 50, max: 1500 }),
        fc.integer({ min: 0, max: 999 }),
        (backlog, perSecond, intervalMs, offsetMs) => {
          const emptyAtMs = loadEndMs + (backlog * 1000) / perSecond;
          const count = Math.ceil((emptyAtMs + 4000 + offsetMs) / intervalMs) + 3;
          const readings = Array.from({ length: count }, (_, index): Reading => {
            const atMs = offsetMs + index * intervalMs;
            // the end offset is answered 1 to 2 ms after the reading's time
            const doneAt = (ms: number): number =>
              Math.min(backlog, Math.max(0, Math.floor(((ms - loadEndMs) * perSecond) / 1000 + 1e-9)));
            return [atMs, doneAt(atMs), backlog, doneAt(atMs + 4)];
          });
          const { state, emptiedAt } = drainOf(readings);
          assert.equal(state, 'drained');
          assert.ok(emptiedAt);
          assert.ok(emptiedAt.lowMs <= emptyAtMs + 4 && emptyAtMs <= emptiedAt.highMs);
          assert.ok(emptiedAt.highMs - emptiedAt.lowMs <= 2 * intervalMs + 10);
        },
      ),
    );
  });
});

/** Readings a second or so apart, most of them without a backlog. */
const readingsOfLag = fc
  .array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 1500 }),
      tookMs: fc.integer({ min: 0, max: 50 }),
      lagHigh: fc.oneof(
        { weight: 5, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constantFrom(null, 3) },
      ),
    }),
    { maxLength: 20 },
  )
  .map((all) => {
    let atMs = 0;
    return all.map(({ afterMs, tookMs, lagHigh }): LagReading => {
      atMs += afterMs;
      return { endSentMs: atMs, endReceivedMs: atMs + tookMs, lagLow: lagHigh, lagHigh };
    });
  });

describe('what the live run waits for', () => {
  it('is, after each reading, what all readings up to it say', () => {
    let drained = 0;
    fc.assert(
      fc.property(
        readingsOfLag,
        fc.integer({ min: 0, max: 8000 }),
        fc.integer({ min: 0, max: 4000 }),
        (readings, endMs, sustainMs) => {
          const watch = new EmptyWatch();
          readings.forEach((reading, index) => {
            watch.take(reading);
            const { state } = deriveDrain(readings.slice(0, index + 1), endMs, sustainMs);
            const isDrained = state === 'drained' || state === 'no-backlog';
            if (isDrained) drained += 1;
            assert.equal(watch.isDrained(endMs, sustainMs), isDrained);
          });
        },
      ),
    );
    assert.ok(drained > 20, String(drained));
  });
});

describe('partitionDrain', () => {
  it('is what every reading of the partition says, one after the other', () => {
    fc.assert(
      fc.property(
        offsetHistories,
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: 0, max: 4000 }),
        (histories, endMs, sustainMs) => {
          const found = (all: readonly OffsetHistory[]) =>
            all.map((each) => partitionDrain(each, endMs, sustainMs));
          const expected = histories.map(({ samples }) => readThrough(samples, endMs, sustainMs));
          assert.deepEqual(found(histories), expected);
          assert.deepEqual(found(inColumns(histories)), expected);
        },
      ),
    );
  });
});

/** From the first reading to the last, with nothing left out. */
const readThrough = (samples: readonly OffsetSample[], endMs: number, sustainMs: number): Drain => {
  const lags = samples.map(partitionLag);
  const stood: number[] = [];
  let empty: { sinceMs: number; movedMs?: number; readings: number } | undefined;
  for (const [
    index,
    { fromMs, endSentMs, endReceivedMs, committedBefore, committedAfter, end },
  ] of samples.entries()) {
    const { low, high } = lags[index] ?? assert.fail();
    const before = samples[index - 1];
    const isMarker = lags[index - 1]?.high === 0 && before !== undefined && end <= before.end;
    const moved =
      committedBefore === null || isMarker
        ? undefined
        : committedAfter !== null && committedAfter > committedBefore
          ? fromMs
          : before !== undefined && before.committedAfter !== null && committedBefore > before.committedAfter
            ? before.endReceivedMs
            : undefined;
    if (moved !== undefined) stood.push(moved);
    if (low !== null && low > 0) stood.push(endSentMs);
    if (high !== 0) empty = undefined;
    else {
      empty ??= { sinceMs: endReceivedMs, readings: 0 };
      empty.readings += 1;
      if (moved !== undefined) empty.movedMs = endReceivedMs;
    }
  }
  const lastBacklogMs = stood.length === 0 ? undefined : Math.max(...stood);
  const unknown: Drain = { state: 'unknown', emptiedAt: undefined, lastBacklogMs };
  if (lags.every(({ high }) => high === null)) return unknown;
  const lastMs = samples.at(-1)?.endSentMs ?? 0;
  if (empty === undefined || empty.readings < 2 || lastMs - Math.max(empty.sinceMs, endMs) < sustainMs - 100)
    return lastBacklogMs !== undefined && (lastBacklogMs >= endMs || empty === undefined)
      ? { ...unknown, state: 'timed-out' }
      : unknown;
  return {
    state: empty.sinceMs <= endMs ? 'no-backlog' : 'drained',
    emptiedAt: { lowMs: lastBacklogMs ?? samples[0]?.endSentMs ?? 0, highMs: empty.movedMs ?? empty.sinceMs },
    lastBacklogMs,
  };
};
