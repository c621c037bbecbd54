import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TopicMetadata } from '../kafka/requests/metadata.ts';
import { createAdditionWatch } from './surroundings.ts';

const topic = (name: string, partitions: number): TopicMetadata => ({
  name,
  id: undefined,
  isInternal: false,
  errorCode: 0,
  partitions: Array.from({ length: partitions }, (_, partition) => ({
    partition,
    leader: 1,
    leaderEpoch: 0,
  })),
});

describe('partitions made while they are watched', () => {
  it('are those that were not there at the look before, and stay so', () => {
    const look = createAdditionWatch(new Set(['orders']));
    assert.deepEqual([...look([topic('orders', 2)])], []);
    assert.deepEqual([...look([topic('orders', 4)])], ['orders/2', 'orders/3']);
    assert.deepEqual([...look([topic('orders', 4)])], ['orders/2', 'orders/3']);
  });

  it('are all of a topic that was not there at the start', () => {
    const look = createAdditionWatch(new Set(['orders', 'invoices']));
    assert.deepEqual([...look([topic('invoices', 1), topic('retries', 2)])], ['retries/0', 'retries/1']);
  });

  it('are not those of a topic that is made again as it was', () => {
    const look = createAdditionWatch(new Set(['orders']));
    look([topic('orders', 2)]);
    look([]);
    assert.deepEqual([...look([topic('orders', 2)])], []);
  });
});
