import assert from 'node:assert/strict';
import test from 'node:test';
import { readFacts } from './fact-reader.ts';
import { locales } from './index.ts';

const plain = { text: (value: string) => value, code: (value: string) => value };
const nothing = readFacts({}, plain);
const allNull = readFacts(
  { p95Ms: null, rho: null, passes: null, stock: null, state: null, waiting: null },
  plain,
);
const tags = { main: '[x]', measured: '[m]', computed: '[c]', estimated: '[e]', lag: '[l]' };

for (const catalog of Object.values(locales)) {
  test(`every sentence of ${catalog.id} can be said without any fact, and never says undefined, null or NaN`, () => {
    for (const facts of [nothing, allNull]) {
      const sentences = [
        ...Object.values(catalog.rows).map((row) => row.evidence(facts, tags)),
        ...Object.values(catalog.evidence).flatMap(({ holds, fails }) => [holds(facts), fails(facts)]),
        ...Object.values(catalog.events).map((event) => event(facts)),
        ...Object.values(catalog.causes).flatMap((cause) => {
          const figures = {
            produceRatePerSecond: undefined,
            peakProduceRatePerSecond: undefined,
            consumeRatePerSecond: undefined,
            partitions: undefined,
            maxVUs: undefined,
          };
          return [
            cause.name,
            cause.decision(figures),
            ...cause.improvements(figures).map(({ what }) => what),
          ];
        }),
      ];
      for (const sentence of sentences) {
        assert.doesNotMatch(sentence, /undefined|null|NaN|\(\)|, ,/);
        assert.notEqual(sentence.trim(), '');
      }
    }
  });

  test(`a row of ${catalog.id} without figures never shows a number`, () => {
    for (const row of Object.values(catalog.rows)) {
      assert.doesNotMatch(row.evidence(nothing, tags), /\d/);
    }
  });
}
