import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireTools } from '../../fixtures/real-broker.ts';
import type { Goal } from '../goals.ts';
import { bracketGoals } from './brackets-broker.ts';

const skip = await requireTools('java', 'kafka');

test('lag lies in its interval while everything changes at a real broker', { skip }, async () => {
  // On a busy machine less happens in that time: what has not happened may take longer, and nothing may be wrong.
  let unmet: readonly Goal[] = [];
  for (const forMs of [12_000, 60_000, 120_000]) {
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const goals = await bracketGoals({ seed: 1, forMs, short: true, say });
    unmet = goals.filter(({ isMet }) => !isMet);
    const isUnseen = unmet.every(({ seen, what }) => seen === 'not seen' || what.endsWith('was not seen'));
    if (unmet.length === 0) break;
    assert.ok(isUnseen, `${JSON.stringify(unmet)}\n${lines.join('\n')}`);
  }
  assert.deepEqual(unmet, []);
});
