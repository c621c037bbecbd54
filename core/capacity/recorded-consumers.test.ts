import assert from 'node:assert/strict';
import { it } from 'node:test';
import { recordedConsumers } from './recorded-consumers.ts';

const names = { group: 'issuer', topic: 'coupons' };
const assignment = (atMs: number, partitions: readonly (readonly number[])[], of = names) => ({
  ...of,
  atMs,
  members: partitions.map((held, index) => ({ member: `m${index}`, partitions: [...held] })),
});

it('counts the members that hold partitions of the topic', () => {
  const assignments = [
    assignment(0, [[0, 1], [2], []]),
    assignment(5000, []),
    assignment(9000, [[0], [1, 2]]),
    assignment(9000, [[0], [1], [2]], { group: 'issuer', topic: 'other' }),
  ];
  assert.deepEqual(recordedConsumers({ assignments }, names), [2]);
});

it('has every number there was, and none where nothing was told', () => {
  const assignments = [assignment(0, [[0, 1, 2]]), assignment(5000, [[0], [1], [2]])];
  assert.deepEqual(recordedConsumers({ assignments }, names), [1, 3]);
  assert.deepEqual(recordedConsumers({ assignments: [] }, names), []);
});
