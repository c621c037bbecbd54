import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { LastContents } from './last-contents.ts';
import { isSameContent, type OffsetBlock } from './offset-block.ts';
import type { OffsetContent } from './run-record.ts';

const contentOf = (end: number): OffsetContent => ({
  committedBefore: 0n,
  committedAfter: 0n,
  end: BigInt(end),
  logStart: 0n,
});

const block = (partitions: readonly number[], ends: readonly number[]): OffsetBlock => ({
  group: 'billing',
  topic: 'orders',
  partitions,
  contents: ends.map(contentOf),
});

const told = (last: LastContents, now: OffsetBlock): [number, bigint, bigint | undefined][] => {
  const changes: [number, bigint, bigint | undefined][] = [];
  last.take(now, (partition, { end }, before) => changes.push([partition, end, before?.end]));
  return changes;
};

describe('what was last seen of partitions', () => {
  it('tells what is new, then what is something else, and of the same block nothing', () => {
    const [last, places] = [new LastContents(), [0, 1]];
    assert.deepEqual(told(last, block(places, [5, 7])), [
      [0, 5n, undefined],
      [1, 7n, undefined],
    ]);
    const moved = block(places, [5, 8]);
    assert.deepEqual(told(last, moved), [[1, 8n, 7n]]);
    assert.equal(
      last.take(moved, () => assert.fail('nothing changed')),
      false,
    );
  });

  it('remembers a partition that some blocks lack', () => {
    const last = new LastContents();
    told(last, block([0, 1], [5, 7]));
    assert.deepEqual(told(last, block([1], [7])), []);
    assert.deepEqual(told(last, block([1, 0], [7, 3])), [[0, 3n, 5n]]);
  });

  it('is what a map of everything that was seen tells', () => {
    const shapes = [[0, 1, 2], [0, 2], [2], []];
    const readings = fc.array(
      fc.tuple(fc.constantFrom(...shapes), fc.array(fc.nat(2), { minLength: 3, maxLength: 3 })),
    );
    fc.assert(
      fc.property(readings, (all) => {
        const [last, seen] = [new LastContents(), new Map<number, OffsetContent>()];
        for (const [partitions, ends] of all) {
          const now = block(partitions, ends.slice(0, partitions.length));
          const expected = partitions.flatMap((partition, index): [number, bigint, bigint | undefined][] => {
            const [content, before] = [now.contents.at(index) as OffsetContent, seen.get(partition)];
            seen.set(partition, content);
            const isSame = before !== undefined && isSameContent(before, content);
            return isSame ? [] : [[partition, content.end, before?.end]];
          });
          assert.deepEqual(told(last, now), expected);
        }
      }),
    );
  });
});
