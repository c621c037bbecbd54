import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { changePoints, leastChangeP, leastRuns } from './change-points.ts';
import { randomNumbers } from './random-numbers.ts';

const options = { alpha: 0.05, permutations: 999, seed: 1 };
const places = (values: readonly number[]): number[] => changePoints(values, options).map(({ at }) => at);

/** Normal noise of deviation 1 (Box and Muller) around a level. */
const noise = (random: () => number, levels: readonly number[]): number[] =>
  levels.map((level) => level + Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
const flat = (count: number, level = 0): number[] => Array<number>(count).fill(level);

describe('the change points of a history', () => {
  it('are where its level changes, also more than once and back again', () => {
    const random = randomNumbers(5);
    assert.deepEqual(places(noise(random, [...flat(15), ...flat(15, 8)])), [15]);
    assert.deepEqual(places(noise(random, [...flat(15), ...flat(6, 8), ...flat(15)])), [15, 21]);
    assert.deepEqual(places(noise(random, [...flat(12), ...flat(12, 8), ...flat(12, 16)])), [12, 24]);
  });

  it('are found within one run of a step of five deviations, in nearly every history', () => {
    const random = randomNumbers(6);
    let near = 0;
    for (let time = 0; time < 200; time += 1) {
      const at = 6 + Math.floor(random() * 18);
      const found = places(noise(random, [...flat(at), ...flat(30 - at, 5)]));
      if (found.some((each) => Math.abs(each - at) <= 1)) near += 1;
    }
    assert.ok(near >= 196, String(near));
  });

  it('are not there where nothing changed, in all but a share alpha of histories', () => {
    const random = randomNumbers(7);
    let wrong = 0;
    for (let time = 0; time < 400; time += 1) if (places(noise(random, flat(24))).length > 0) wrong += 1;
    // 5 % and three standard errors of counting 400.
    assert.ok(wrong <= 33, String(wrong));
  });

  it('are not there for one or two values that stand out, or for values that never change', () => {
    const values = noise(randomNumbers(8), flat(30));
    assert.deepEqual(places(values.with(12, 40)), []);
    assert.deepEqual(places(values.with(12, 40).with(13, 41)), []);
    assert.deepEqual(places(flat(30, 7)), []);
    assert.deepEqual(places([]), []);
  });

  it('hold whatever the values: in order, each side long enough, p above 0 and at most alpha', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 24 }), (values) => {
        const found = changePoints(values, options);
        const bounds = [0, ...found.map(({ at }) => at), values.length];
        for (const [index, to] of bounds.slice(1).entries())
          if (found.length > 0) assert.ok(to - (bounds[index] ?? 0) >= leastRuns, bounds.join());
        for (const { p } of found) assert.ok(p >= 1 / 1000 && p <= 0.05);
      }),
    );
  });

  it('do not depend on the unit or on what zero is', () => {
    const values = noise(randomNumbers(9), [...flat(10), ...flat(10, 4)]).map((value) =>
      Math.round(value * 64),
    );
    assert.deepEqual(places(values.map((value) => 4 * value + 1024)), places(values));
    assert.deepEqual(places(values.map((value) => -value)), places(values));
  });

  it('cannot be there in few values, and the least p says so', () => {
    assert.equal(leastChangeP(5, 999), 1);
    assert.equal(leastChangeP(6, 999), 0.1);
    assert.equal(leastChangeP(30, 999), 0.001);
    assert.deepEqual(places([1, 1, 1, 9, 9, 9]), []);
  });
});
