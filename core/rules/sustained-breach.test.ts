import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseThresholdExpression } from '../threshold-expression.ts';
import type { Moment } from './moments.ts';
import { BreachWatch, type SustainedBreach } from './sustained-breach.ts';

const below100 = parseThresholdExpression('max<100');

/** One reading a second: a number, a pair of bounds, or null where there was no number. */
const readings = (values: readonly (number | null | readonly [number, number])[], from = 0): Moment[] =>
  values.map((value, index) => {
    const [low, high] = value === null || typeof value === 'number' ? [value, value] : value;
    const atMs = (from + index) * 1000;
    return { fromMs: atMs, toMs: atMs, low, high };
  });

const breachOf = (moments: readonly Moment[]): SustainedBreach => {
  const watch = new BreachWatch(below100, 1000);
  for (const moment of moments) watch.take(moment);
  return watch.read();
};

describe('how long a limit was broken', () => {
  for (const [what, moments, longestMs, possibleMs, fromMs] of [
    ['never', readings([1, 2, 3]), 0, 0, undefined],
    ['from the first to the last moment in a row', readings([1, 200, 300, 200, 1]), 2000, 2000, 1000],
    ['the longest of several', readings([200, 200, 1, 200, 200, 200]), 2000, 2000, 3000],
    ['one moment is no time', readings([1, 200, 1]), 0, 0, 1000],
    ['what is no number may have been a breach', readings([200, null, 200]), 0, 2000, 0],
    ['so may what its bounds leave open', readings([200, [90, 110], 200, 200]), 1000, 3000, 2000],
    [
      'a gap parts two breaches, and may not',
      [...readings([200, 200]), ...readings([200, 200], 9)],
      1000,
      10_000,
      0,
    ],
    [
      'a gap between good moments may hide one',
      [...readings([1]), ...readings([1], 30)],
      0,
      30_000,
      undefined,
    ],
    ['a late reading is no gap', [...readings([200]), ...readings([200], 2)], 2000, 2000, 0],
    ['nothing was seen', [], 0, 0, undefined],
  ] as const) {
    it(what, () => {
      const breach = breachOf(moments);
      assert.deepEqual([breach.longestMs, breach.possibleMs, breach.fromMs], [longestMs, possibleMs, fromMs]);
    });
  }

  it('is never longer for certain than it may have been, nor than what was seen', () => {
    const value = fc.oneof(
      fc.integer({ min: 0, max: 200 }),
      fc.constant(null),
      fc.constant([90, 110] as const),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), fc.integer({ min: 0, max: 9 }), (values, gap) => {
        const middle = Math.floor(values.length / 2);
        const moments = [
          ...readings(values.slice(0, middle)),
          ...readings(values.slice(middle), middle + gap),
        ];
        const { longestMs, possibleMs, coveredMs } = breachOf(moments);
        assert.ok(longestMs <= possibleMs && possibleMs <= coveredMs);
      }),
    );
  });

  it('stays as it was where a reading more says what its neighbours said', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 20 }), (broken) => {
        const moments = readings(broken.map((isBroken) => (isBroken ? 200 : 1)));
        const doubled = moments.flatMap((moment) => [moment, moment]);
        assert.deepEqual(breachOf(doubled), breachOf(moments));
      }),
    );
  });
});
