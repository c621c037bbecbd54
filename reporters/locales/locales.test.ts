import assert from 'node:assert/strict';
import test from 'node:test';
import { readFacts } from './fact-reader.ts';
import { locales } from './index.ts';
import { readSource } from './source-patterns.ts';

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

test('sources and checks that the core names are put into words, not shown as they are', () => {
  const sources = [
    'k6 summary checks',
    'k6 process',
    'host sampler cpu',
    'kafka offsets a/b',
    'GET http://x/y',
    'integrity probe audit',
    'k6 console',
    'k6 coupon_* against the rows of the store',
  ];
  for (const source of sources) assert.ok(readSource(source), source);
  const facts = readFacts({ iterations: 12_002, dropped: 0, planned: 12_000, tolerance: 21 }, plain);
  assert.equal(
    locales.ko.checkFigures['iterations-add-up'](facts),
    '반복 12,002건, 시작하지 못한 반복 0건, 계획 12,000건, 허용 차이 21건',
  );
});

test('the rule that judged a row stands in it with its metric, however consuming ended', () => {
  const rule = { ruleMetric: 'kafka_drain', ruleExpression: 'value<15s' };
  for (const state of ['drained', 'no-backlog', 'timed-out', 'unknown']) {
    for (const { rows } of Object.values(locales)) {
      assert.match(
        rows['kafka-consume'].evidence(readFacts({ state, ...rule }, plain), tags),
        /kafka_drain value<15s/,
      );
    }
  }
});
