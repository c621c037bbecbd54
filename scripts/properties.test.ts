import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import fc from 'fast-check';

const drawn = (): number[] => {
  const numbers: number[] = [];
  fc.assert(
    fc.property(fc.integer(), (number) => {
      numbers.push(number);
    }),
  );
  return numbers;
};

it('properties draw the same examples each time', () => assert.deepEqual(drawn(), drawn()));

it('properties draw as many others as the soak asks for', () => {
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(import.meta.dirname, 'soak-properties.ts'),
      '--seed=4',
      '--runs=7',
      'core/derive/completion-delay.test.ts',
    ],
    { encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  assert.match(stdout, /^seed 4, 7 runs of each property in 1 files$/m);
  assert.match(stdout, /^ℹ fail 0$/m);
});
