import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readBatches } from '../kafka/record-batch.ts';
import { committedAt, commitHistoryBuilder, type GroupHistory } from './commit-history.ts';
import { groupPartition } from '../kafka/group-partition.ts';

/** As in the test of record batches. */
const segment = readFileSync(new URL('../../fixtures/kafka/consumer-offsets-segment.bin', import.meta.url));

const historyOf = (group: string): GroupHistory => {
  const builder = commitHistoryBuilder(group);
  for (const batch of readBatches(segment)) builder.add(batch);
  return builder.finish();
};

describe('a captured segment of __consumer_offsets', () => {
  it('gives what the groups in it committed', () => {
    const billing = historyOf('billing');
    assert.deepEqual(
      billing.partitions.map(({ partition, commits }) => [partition, commits.map(({ offset }) => offset)]),
      [
        [0, [2n, 5n, 10n, 8n, null]],
        [1, [3n, 10n, null]],
      ],
    );
    // The transaction counts from its marker on, 68 ms after its commit.
    const [orders] = billing.partitions;
    assert.ok(orders !== undefined);
    assert.equal(committedAt(orders, 1_795_688_680_521), 10n);
    assert.equal(committedAt(orders, 1_795_688_680_522), 8n);
    assert.equal(billing.unreadableRecords, 0);
    assert.deepEqual(billing.otherGroups, ['modern']);
    const modern = historyOf('modern').partitions;
    assert.deepEqual(
      modern.map(({ commits }) => commits.at(-1)?.offset),
      [14n, 10n],
    );
    // The file is that of partition 1 of 4.
    assert.deepEqual([groupPartition('billing', 4), groupPartition('modern', 4)], [1, 1]);
  });
});
