import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { partitionBytes, partitionNumbers, partitionOffsets } from './partition-column.ts';

it('a column has what was set last, and nothing of other partitions', () => {
  const places = fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 255 })));
  fc.assert(
    fc.property(places, (set) => {
      const [bytes, numbers, offsets] = [partitionBytes(), partitionNumbers(), partitionOffsets()];
      for (const [partition, value] of set) {
        bytes.set(partition, value);
        numbers.set(partition, value);
        offsets.set(partition, 2n ** 53n + BigInt(value));
      }
      const expected = new Map(set);
      for (let partition = 0; partition <= 301; partition += 1) {
        const value = expected.get(partition);
        assert.equal(bytes.get(partition), value);
        assert.equal(numbers.get(partition), value);
        assert.equal(offsets.get(partition), value === undefined ? undefined : 2n ** 53n + BigInt(value));
      }
    }),
  );
});

it('0 is a number and an offset, and of bytes it is nothing', () => {
  const [bytes, numbers, offsets] = [partitionBytes(), partitionNumbers(), partitionOffsets()];
  bytes.set(0, 0);
  numbers.set(0, 0);
  offsets.set(0, 0n);
  assert.deepEqual([bytes.get(0), numbers.get(0), offsets.get(0)], [undefined, 0, 0n]);
});
