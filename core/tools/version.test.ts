import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtLeast } from './version.ts';

for (const [version, minimum, expected] of [
  ['17.0.15', '17', true],
  ['1.8.0', '17', false],
  ['1.8.1', '1.8.1', true],
  ['1.10.0', '1.9', true],
  ['0.57.0', '1.0', false],
  ['2.0.0', '1.0', true],
  ['24', '24.12', false],
] as const) {
  test(`${version} is ${expected ? '' : 'not '}at least ${minimum}`, () => {
    assert.equal(isAtLeast(version, minimum), expected);
  });
}
