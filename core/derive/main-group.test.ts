import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mainGroup } from './main-group.ts';

const group = (name: string, finalLagMessages: number | null, peakLagMessages: number | null) => ({
  name,
  finalLagMessages,
  peakLagMessages,
});

it('the main group is the one with the most left over, then with the highest peak, then the first', () => {
  const nameOf = (...groups: ReturnType<typeof group>[]) => mainGroup(groups)?.name;
  assert.equal(nameOf(group('high', 0, 900), group('left', 5, 10)), 'left');
  assert.equal(nameOf(group('low', 0, 10), group('high', 0, 900), group('unknown', null, null)), 'high');
  assert.equal(nameOf(group('first', 0, 0), group('second', 0, 0)), 'first');
  assert.equal(nameOf(), undefined);
});
