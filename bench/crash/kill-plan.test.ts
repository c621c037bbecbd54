import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../random.ts';
import { drawKills, failpoints } from './kill-plan.ts';

describe('a plan of kills', () => {
  for (const seed of [1, 2, 3]) {
    it(`has all victims, all failpoints and a Redis without its data within 20 (seed ${seed})`, () => {
      const kills = drawKills(20, createRandom(seed));
      assert.deepEqual([...new Set(kills.map(({ victim }) => victim))].toSorted(), [
        'api',
        'broker',
        'consumer',
        'postgres',
        'redis',
        'relay',
      ]);
      const names = kills.flatMap(({ at }) => (at.kind === 'failpoint' ? [at.name] : []));
      assert.deepEqual(new Set(names), new Set(Object.keys(failpoints)));
      assert.ok(kills.some(({ losesData, victim }) => losesData && victim === 'redis'));
    });
  }

  it('is the same for the same seed', () => {
    assert.deepEqual(drawKills(50, createRandom(7)), drawKills(50, createRandom(7)));
    assert.notDeepEqual(drawKills(50, createRandom(7)), drawKills(50, createRandom(8)));
  });
});
