import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brackets } from './brackets.ts';
import { drain } from './drain.ts';
import { forecast } from './forecast.ts';
import { latency } from './latency.ts';
import { timeLag } from './time-lag.ts';

describe('the short form of the lag bench', () => {
  for (const part of [brackets, latency, timeLag, drain, forecast]) {
    it(`meets every goal of ${part.name}`, async () => {
      const lines: string[] = [];
      const goals = await part.run({ seed: 1, short: true, say: (line) => lines.push(line) });
      assert.ok(goals.length > 0 && lines.length > 0);
      assert.deepEqual(
        goals.filter(({ isMet }) => !isMet),
        [],
      );
    });
  }
});
