import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition, type Reading } from '../../../fixtures/build-record.ts';
import type { OffsetHistory } from '../../record/run-record.ts';
import { bestTimeLag } from './best-time-lag.ts';
import { groupTimeLag, leastTimeLag, peakTimeLag, type GroupTimeLag } from './group-time-lag.ts';
import { isTimeLag } from './time-lag.ts';

/** What a partition's group committed and its log got since the reading before; `null`: it has committed nothing yet. */
const step = fc.tuple(fc.option(fc.nat(4), { freq: 8 }), fc.nat(4), fc.integer({ min: 0, max: 2 }));

const historyOf = (
  steps: readonly (readonly [number | null, number, number])[],
  index: number,
): OffsetHistory => {
  let [committed, end, hasCommits] = [0, 3, false];
  const readings = steps.map(([done, made, between], second): Reading => {
    end += made;
    hasCommits ||= done !== null;
    committed = Math.min(end, committed + (done ?? 0));
    const after = Math.min(end, committed + between);
    const reading: Reading = [second * 1000, hasCommits ? committed : null, end, hasCommits ? after : null];
    committed = after;
    return reading;
  });
  return partition(readings, { partition: index });
};

const groups = fc
  .integer({ min: 1, max: 12 })
  .chain((readings) =>
    fc.array(fc.array(step, { minLength: readings, maxLength: readings }), { minLength: 1, maxLength: 3 }),
  )
  .map((all) => all.map(historyOf));

/** Of each reading, from the time lags of its partitions one by one. */
const plainly = (partitions: readonly OffsetHistory[]): GroupTimeLag[] => {
  const each = partitions.map((history) => ({ partition: history.partition, lags: bestTimeLag(history) }));
  return Array.from({ length: each[0]?.lags.length ?? 0 }, (_, reading): GroupTimeLag => {
    const lags = each.map(({ partition: index, lags: of }) => ({ ...of.at(reading), partition: index }));
    const lowMs = Math.max(...lags.map((lag) => lag.lowMs));
    const none = lags.find((lag) => !isTimeLag(lag));
    if (none !== undefined) return { ...none, lowMs };
    const known = lags.filter((lag) => isTimeLag(lag));
    const most = known.reduce((one, other) => (other.ms > one.ms ? other : one));
    return { ...most, lowMs, highMs: Math.max(...known.map(({ highMs }) => highMs)) };
  });
};

describe('the time lag of a group', () => {
  it('is that of its partitions, reading by reading', () => {
    fc.assert(
      fc.property(groups, (partitions) => {
        // All have a part in the run.
        fc.pre(
          partitions.every(({ samples }) =>
            [...samples].some(({ committedAfter }) => committedAfter !== null),
          ),
        );
        const expected = plainly(partitions);
        assert.deepEqual([...groupTimeLag({ partitions })], expected);
        const peakMs = Math.max(...expected.filter((lag) => isTimeLag(lag)).map(({ ms }) => ms));
        assert.equal(peakTimeLag({ partitions })?.ms ?? Number.NEGATIVE_INFINITY, peakMs);
        assert.deepEqual(
          peakTimeLag({ partitions }) ?? undefined,
          expected.find((lag) => isTimeLag(lag) && lag.ms === peakMs),
        );
      }),
    );
  });

  it('is at least that of the partition least behind', () => {
    fc.assert(
      fc.property(groups, (partitions) => {
        const furthest = new Map<number, number>();
        for (const lag of groupTimeLag({ partitions })) if (isTimeLag(lag)) furthest.set(lag.atMs, lag.ms);
        for (const { atMs, ms } of leastTimeLag({ partitions }))
          assert.ok(ms <= (furthest.get(atMs) ?? Number.POSITIVE_INFINITY));
      }),
    );
  });
});
