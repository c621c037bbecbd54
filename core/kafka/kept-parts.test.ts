import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from './bytes.ts';
import { KeptParts, type ReadPart } from './kept-parts.ts';

type Group = readonly [name: string, offsets: readonly bigint[]];

const written = (groups: readonly Group[]): Buffer => {
  const writer = new ByteWriter();
  writer.array(groups, ([name, offsets]) => writer.string(name).array(offsets, (each) => writer.int64(each)));
  return writer.finish();
};

const read = (reader: ByteReader, part: ReadPart<bigint[]>): [string, bigint[]][] =>
  reader.array(() => {
    const name = reader.string() ?? '';
    return [name, part(name, () => reader.array(() => reader.int64()))];
  });

/** Few names, values and lengths, so that answers resemble each other; a name may come twice. */
const group = fc.tuple(fc.constantFrom('a', 'b', 'c', 'dd'), fc.array(fc.bigInt(0n, 2n), { maxLength: 3 }));
const answers = fc.array(
  fc.record({ groups: fc.array(group, { maxLength: 5 }), cutBy: fc.option(fc.nat(9), { freq: 5 }) }),
  { maxLength: 6 },
);

describe('what is kept of the parts of answers', () => {
  it('is what reading each answer anew gives, whatever came before it, also one that was cut', () => {
    fc.assert(
      fc.property(answers, (all) => {
        const kept = new KeptParts<bigint[]>();
        for (const { groups, cutBy } of all) {
          const whole = written(groups);
          const bytes = cutBy === null ? whole : whole.subarray(0, Math.max(0, whole.length - cutBy));
          const anew = (): unknown => read(new ByteReader(bytes), (_, decode) => decode());
          let expected: unknown;
          try {
            expected = anew();
          } catch {
            assert.throws(() => kept.take(bytes, read), RangeError);
            continue;
          }
          assert.deepEqual(kept.take(bytes, read), expected);
        }
      }),
    );
  });

  it('is the same object for as long as nothing of it changes, wherever it stands', () => {
    const kept = new KeptParts<bigint[]>();
    const take = (...groups: Group[]) => new Map(kept.take(written(groups), read));
    const first = take(['a', [1n, 2n]], ['b', [3n]]);
    const second = take(['b', [3n, 4n]], ['a', [1n, 2n]]);
    const third = take(['b', [3n, 4n]], ['c', []]);
    assert.equal(second.get('a'), first.get('a'));
    assert.deepEqual(second.get('b'), [3n, 4n]);
    assert.equal(third.get('b'), second.get('b'));
  });
});
