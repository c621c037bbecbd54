import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  clockOf,
  count,
  cpu,
  gauge,
  integrityCounts,
  k6Summary,
  loadOutcome,
  partition,
  sampleAges,
  type RecordParts,
} from '../../fixtures/build-record.ts';
import { runFigures } from '../derive/run-figures.ts';
import { evaluate, verdictOf } from '../evaluate.ts';
import type { ValidityPlan } from '../plan.ts';
import type { Finding } from '../rules/rule.ts';

const findingsOf = (parts: RecordParts): Finding[] => {
  const record = buildRecord(parts);
  return evaluate(record, runFigures(record));
};
const validityOf = (parts: RecordParts) =>
  findingsOf(parts)
    .filter(({ rule }) => rule === 'validity')
    .map(({ metric, expression, outcome, level }) => [metric, expression, outcome, level ?? 'counts']);
const verdict = (parts: RecordParts) => verdictOf(findingsOf(parts)).outcome;

const calm = cpu(20, 30, 40);
const ahead = clockOf('k6', [4000, 5000], [4000, 5000], [4000, 5000]);
const right = clockOf('k6', [-20, 900], [-20, 900], [-20, 900]);
const unsure = clockOf('k6', [-20, 6000], [-20, 6000], [-20, 6000]);

describe('limits of validity that nobody set', () => {
  it('say nothing while they hold, or cannot be told', () => {
    assert.deepEqual(validityOf({}), []);
    assert.deepEqual(validityOf({ series: [calm, ...right] }), []);
    assert.deepEqual(validityOf({ series: [calm, ...unsure] }), []);
  });

  it('are a caution where they are passed, and change no verdict', () => {
    const parts = { series: [cpu(99, 98, 97), ...ahead] };
    assert.deepEqual(validityOf(parts), [
      ['generator_cpu', 'med<=95', 'fail', 'warn'],
      ['clock_skew{source:k6}', 'value<=1000', 'fail', 'warn'],
    ]);
    assert.equal(verdict(parts), 'pass');
  });

  it('do not apply to a past period, or to saved output', () => {
    const reconstruction = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' };
    assert.deepEqual(validityOf({ plan: { reconstruction }, series: [...ahead] }), []);
  });
});

describe('limits of validity in the plan', () => {
  const given = (validity: ValidityPlan, parts: RecordParts = {}): RecordParts => ({
    ...parts,
    plan: { ...parts.plan, validity },
  });
  const invalid = (limit: number) => ({ limit, level: 'invalid' as const });

  for (const [what, limit, parts, finding, outcome] of [
    [
      'headroom that was left',
      { minVuHeadroom: invalid(0.2) },
      { load: withVUs(4, 5) },
      ['vu_headroom', 'value>=0.2', 'pass'],
      'pass',
    ],
    [
      'headroom that was not left',
      { minVuHeadroom: invalid(0.2) },
      { load: withVUs(5, 5) },
      ['vu_headroom', 'value>=0.2', 'invalid'],
      'invalid',
    ],
    [
      'VUs that nobody counted',
      { minVuHeadroom: invalid(0.2) },
      { load: loadOutcome({ summary: k6Summary({ vus: undefined }) }) },
      ['vu_headroom', 'value>=0.2', 'no-data'],
      'no-data',
    ],
    [
      'a busy generator',
      { maxGeneratorCpu: invalid(60) },
      { series: [cpu(70, 80, 90)] },
      ['generator_cpu', 'med<=60', 'invalid'],
      'invalid',
    ],
    [
      'a generator that was not watched',
      { maxGeneratorCpu: invalid(60) },
      {},
      ['generator_cpu', 'med<=60', 'no-data'],
      'no-data',
    ],
    [
      'a skewed clock',
      { maxClockSkewMs: invalid(2000) },
      { series: ahead },
      ['clock_skew{source:k6}', 'value<=2000', 'invalid'],
      'invalid',
    ],
    [
      'a clock that is behind',
      { maxClockSkewMs: invalid(2000) },
      { series: clockOf('k6', [-5000, -4000], [-5000, -4000], [-5000, -4000]) },
      ['clock_skew{source:k6}', 'value<=2000', 'invalid'],
      'invalid',
    ],
    [
      'a clock that is right',
      { maxClockSkewMs: invalid(2000) },
      { series: right },
      ['clock_skew{source:k6}', 'value<=2000', 'pass'],
      'pass',
    ],
    [
      'a clock that may be off',
      { maxClockSkewMs: invalid(2000) },
      { series: unsure },
      ['clock_skew{source:k6}', 'value<=2000', 'no-data'],
      'no-data',
    ],
    [
      'a clock that nobody read',
      { maxClockSkewMs: invalid(2000) },
      {},
      ['clock_skew{source:k6}', 'value<=2000', 'no-data'],
      'no-data',
    ],
  ] as const) {
    it(`judge ${what}: ${outcome}`, () => {
      const [found] = validityOf(given(limit, parts));
      assert.deepEqual(found, [...finding, 'counts']);
      assert.equal(verdict(given(limit, parts)), outcome);
    });
  }

  it('leave it at a caution unless they say otherwise', () => {
    const parts = given({ maxGeneratorCpu: { limit: 60 } }, { series: [cpu(70, 80, 90)] });
    assert.deepEqual(validityOf(parts), [['generator_cpu', 'med<=60', 'fail', 'warn']]);
    assert.equal(verdict(parts), 'pass');
  });

  it('take the verdict from the rules, but for a breach of integrity', () => {
    const parts = given(
      { maxClockSkewMs: invalid(2000) },
      { series: ahead, plan: { thresholds: { http_req_duration: ['p(95)<1'] } } },
    );
    assert.equal(verdict(parts), 'invalid');
    assert.equal(verdict({ ...parts, integrity: integrityCounts({ duplicates: 1 }) }), 'fail');
  });

  it('set what may be dropped, and what that means', () => {
    const dropped = (maxDroppedShare: NonNullable<ValidityPlan['maxDroppedShare']>) => {
      const found = findingsOf(
        given(
          { maxDroppedShare },
          {
            series: [calm],
            load: loadOutcome({
              scenarios: [arrivalScenario()],
              summary: k6Summary({ iterations: count(950), dropped_iterations: count(50) }),
            }),
          },
        ),
      ).find(({ rule }) => rule === 'offered-load');
      return [found?.expression, found?.outcome, found?.level];
    };
    assert.deepEqual(dropped({ limit: 0.05 }), ['count<=50', 'pass', undefined]);
    assert.deepEqual(dropped({ limit: 0.02 }), ['count<=20', 'fail', undefined]);
    assert.deepEqual(dropped({ limit: 0.02, level: 'invalid' }), ['count<=20', 'invalid', undefined]);
    assert.deepEqual(dropped({ limit: 0.02, level: 'caution' }), ['count<=20', 'fail', 'warn']);
  });

  it('set how much of the run has to be seen, and what less means', () => {
    const half = partition(Array.from({ length: 11 }, (_, second) => [second * 1000, second, second]));
    const coverage = (minCoverage: NonNullable<ValidityPlan['minCoverage']>) => {
      const found = findingsOf(given({ minCoverage }, { offsets: [half] })).find(
        ({ rule }) => rule === 'measurement-gap',
      );
      return [found?.outcome, found?.level];
    };
    assert.deepEqual(coverage({ limit: 0.5 }), ['pass', undefined]);
    assert.deepEqual(coverage({ limit: 0.8 }), ['no-data', undefined]);
    assert.deepEqual(coverage({ limit: 0.8, level: 'invalid' }), ['invalid', undefined]);
    assert.deepEqual(coverage({ limit: 0.8, level: 'caution' }), ['no-data', 'warn']);
  });
});

function withVUs(active: number, most: number) {
  return loadOutcome({
    scenarios: [arrivalScenario({ maxVUs: most })],
    summary: k6Summary({ vus: { type: 'gauge', value: active, min: 0, max: active } }),
  });
}

describe('rules on what Prometheus answered', () => {
  const heap = (ages: readonly number[], thresholds: Record<string, string[]>, validity?: ValidityPlan) => ({
    plan: {
      prometheus: { url: 'http://127.0.0.1:9090', queries: { heap: 'heap_bytes' }, scrape: [] },
      thresholds,
      ...(validity === undefined ? {} : { validity }),
    },
    series: [
      gauge(
        'prometheus',
        Array.from({ length: 20 }, (_, second) => [second * 1000, 50]),
        { query: 'heap' },
      ),
      sampleAges('heap', ...ages),
    ],
  });
  const outcomeOf = (parts: RecordParts) => {
    const found = findingsOf(parts).find(({ rule }) => rule === 'threshold');
    return [found?.outcome, found?.facts['reason']];
  };
  const seconds = (ageAt: (second: number) => number) =>
    Array.from({ length: 20 }, (_, second) => ageAt(second));
  const below = { 'prometheus{query:heap}': ['max<100'] };

  it('rest on samples that are fresh', () => {
    assert.deepEqual(
      outcomeOf(
        heap(
          seconds((second) => (second % 5) * 1000),
          below,
        ),
      ),
      ['pass', undefined],
    );
    assert.deepEqual(
      outcomeOf(
        heap(
          seconds(() => 0),
          { 'prometheus{query:heap}': ['max<10'] },
        ),
      ),
      ['fail', undefined],
    );
  });

  it('have no data where the samples are from before the load, though there is an answer each second', () => {
    const stale = heap(
      seconds((second) => 30_000 + second * 1000),
      below,
    );
    assert.deepEqual(outcomeOf(stale), ['no-data', 'stale-samples']);
    assert.equal(verdict(stale), 'no-data');
    assert.deepEqual(
      runFigures(buildRecord(stale)).measurement.queries.map(({ maxAgeMs, staleReadings }) => [
        maxAgeMs,
        staleReadings,
      ]),
      [[49_000, 20]],
    );
  });

  it('have no data where samples stopped coming in the middle, by the limit that is set', () => {
    const stopped = seconds((second) => Math.max(0, second - 8) * 1000);
    assert.deepEqual(outcomeOf(heap(stopped, below)), ['pass', undefined]);
    const strict = { maxSampleAgeMs: { limit: 4000, level: 'invalid' as const } };
    assert.deepEqual(outcomeOf(heap(stopped, below, { maxSampleAgeMs: { limit: 4000 } })), [
      'no-data',
      'stale-samples',
    ]);
    assert.equal(verdict(heap(stopped, below, strict)), 'invalid');
  });

  it('still fail on what was breached while the samples were fresh', () => {
    const parts = heap(
      seconds((second) => Math.max(0, second - 8) * 1000),
      { 'prometheus{query:heap}': ['max<10'] },
      { maxSampleAgeMs: { limit: 4000 } },
    );
    assert.equal(outcomeOf(parts)[0], 'fail');
  });
});
