import assert from 'node:assert/strict';
import test from 'node:test';
import { joinTagged } from './tagged.ts';

test('numbers in a row of the same origin carry its mark once, behind the last', () => {
  const text = joinTagged([
    ['12 requests', '[m]'],
    ['3 failed', '[m]'],
    [undefined, '[c]'],
    ['25 %', '[c]'],
  ]);
  assert.equal(text, '12 requests, 3 failed [m], 25 % [c]');
});

test('a piece without a number parts what stands beside it, and carries no mark', () => {
  assert.equal(joinTagged([['1', '[m]'], ['not done'], ['2', '[m]']]), '1 [m], not done, 2 [m]');
});
