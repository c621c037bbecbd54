import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { interruptedIterations } from './interrupted-iterations.ts';

const console = (story: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures', story, 'console.txt'), 'utf8');

test('the last line of progress says how many iterations the end of the run cut short', () => {
  assert.equal(interruptedIterations(console('runs/interrupted/k6')), 4);
  assert.equal(interruptedIterations(console('k6')), 0);
});

test('a console without progress, or with such words of the script, does not say it', () => {
  assert.equal(interruptedIterations(''), undefined);
  assert.equal(interruptedIterations('we had 7 interrupted iterations\n'), undefined);
});
