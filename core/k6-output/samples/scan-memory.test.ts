import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { shortestText, withoutWebAssembly, withWebAssembly } from './scan-memory.ts';

describe('the memory that lines are compared in', () => {
  const [fast, slow] = [withWebAssembly(), withoutWebAssembly()];
  const bytes = fc.uint8Array({ minLength: shortestText, maxLength: 200 });
  const change = fc.option(fc.record({ at: fc.nat(300), by: fc.integer({ min: 1, max: 255 }) }));

  for (const [name, memory] of Object.entries({ fast, slow }))
    it(`finds texts the same, and those of which any byte differs not (${name})`, () =>
      fc.assert(
        fc.property(bytes, fc.nat(70_000), change, (text, place, changed) => {
          const other = 100_000;
          memory.bytes.set(text, place);
          memory.bytes.set(text, other);
          if (changed !== null) memory.bytes[other + (changed.at % (text.length + 40))]! ^= changed.by;
          const isInside = changed !== null && changed.at % (text.length + 40) < text.length;
          assert.equal(memory.same(place, other, text.length) !== 0, !isInside);
        }),
      ));

  it('reaches to its last byte', () => {
    const { bytes: all, same } = fast;
    assert.equal(same(all.length - 16, all.length - 32, 16), 1);
    all[all.length - 1] = 7;
    assert.equal(same(all.length - 16, all.length - 32, 16), 0);
    all[all.length - 1] = 0;
  });
});
