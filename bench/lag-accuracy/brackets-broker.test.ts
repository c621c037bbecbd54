import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useRealBroker } from '../../fixtures/real-broker.ts';
import { bracketGoals } from './brackets-broker.ts';

// Of our own, for its topics have plain names and are deleted.
const broker = await useRealBroker(async () => ({}));

test(
  'lag lies in its interval while everything changes at a real broker',
  { skip: broker.skip },
  async () => {
    const lines: string[] = [];
    const goals = await bracketGoals(broker.address, {
      seed: 1,
      forMs: 12_000,
      short: true,
      say: (line) => lines.push(line),
    });
    assert.deepEqual(
      goals.filter(({ isMet }) => !isMet),
      [],
      lines.join('\n'),
    );
  },
);
