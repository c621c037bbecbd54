import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { MomentSums } from './moment-sums.ts';

it('adds up whole numbers of any size at each moment, and lets go of great ones without a trace', () => {
  const value = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((each) => each * 2 ** 40),
    fc.maxSafeInteger(),
  );
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
