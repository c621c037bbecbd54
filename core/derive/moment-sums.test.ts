import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MomentSums } from './moment-sums.ts';

const value = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((each) => each * 2 ** 40),
  fc.maxSafeInteger(),
);

describe('sums over moments', () => {
  it('add up whole numbers of any size at each moment, and let go of great ones without a trace', () => {
    const changes = fc.array(fc.tuple(fc.nat(9), fc.nat(4), value), { maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(changes, (drawn) => {
        const sums = new MomentSums(10);
        const things = Array.from({ length: 5 }, () => 0);
        const ordered = drawn.toSorted(([left], [right]) => left - right);
        for (const [at, thing, to] of ordered) {
          sums.change(at, things[thing] ?? 0, to);
          things[thing] = to;
        }
        const found = sums.sums();
        const latest = Array.from({ length: 5 }, () => 0n);
        for (let at = 0; at < 10; at += 1) {
          for (const [, thing, to] of ordered.filter(([when]) => when === at)) latest[thing] = BigInt(to);
          assert.equal(found[at], Number(latest.reduce((sum, each) => sum + each, 0n)));
        }
      }),
    );
  });

  it('take a thing as a whole as they take its changes', () => {
    const thing = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.oneof(value, fc.constant(Number.NaN))),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(fc.array(thing, { maxLength: 5 }), (things) => {
        const [whole, changed] = [new MomentSums(60), new MomentSums(60)];
        for (const drawn of things) {
          let at = 0;
          const moments = Int32Array.from(drawn, ([step]) => (at += step));
          whole.add(
            Float64Array.from(drawn, ([, to]) => to),
            moments,
          );
          let before = 0;
          drawn.forEach(([, to], index) => {
            const now = Number.isNaN(to) ? 0 : to;
            changed.change(moments[index] ?? 0, before, now);
            before = now;
          });
        }
        assert.deepEqual(whole.sums(), changed.sums());
      }),
    );
  });
});
