import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { groupPartition } from './group-partition.ts';

describe('groupPartition', () => {
  it('is the one that Kafka chooses', () => {
    // As a broker with 4 partitions wrote them (fixtures/kafka/consumer-offsets-segment.bin).
    assert.equal(groupPartition('billing', 4), 1);
    assert.equal(groupPartition('modern', 4), 1);
    // Java: "".hashCode() is 0, and this name's is Integer.MIN_VALUE, whose absolute value is taken as 0.
    assert.equal(groupPartition('', 50), 0);
    assert.equal(groupPartition('polygenelubricants', 50), 0);
  });

  it('is always one there is', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 100 }), (group, partitions) => {
        const partition = groupPartition(group, partitions);
        assert.ok(Number.isInteger(partition) && partition >= 0 && partition < partitions);
      }),
    );
  });
});
