import assert from 'node:assert/strict';
import test from 'node:test';
import { verticalAxis } from './panel-axes.ts';

const written = (...values: number[]): string[] => {
  const { ticks } = verticalAxis('left', 'messages', 100);
  return values.map((value, index) =>
    ticks.callback(
      value,
      index,
      values.map((each) => ({ value: each })),
    ),
  );
};

test('the numbers of one axis are all written alike', () => {
  assert.deepEqual(written(0, 500_000, 1_000_000), ['0', '500,000', '1,000,000']);
  assert.deepEqual(written(0, 5_000_000, 10_000_000, 15_000_000), ['0', '5M', '10M', '15M']);
});
