import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  count,
  cpu,
  integrityCounts,
  k6Summary,
  lagReadings,
  loadOutcome,
  partition,
  rate,
  type Reading,
  type RecordParts,
} from '../../fixtures/build-record.ts';
import type { EvaluationRow } from '../report-document.ts';
import { buildRunReport } from './build-report.ts';

const rowsOf = (parts: RecordParts): readonly EvaluationRow[] =>
  buildRunReport(buildRecord(parts)).evaluation;
const rowOf = (id: EvaluationRow['id'], parts: RecordParts): EvaluationRow => {
  const row = rowsOf(parts).find((each) => each.id === id);
  assert.ok(row);
  return row;
};

const summary = (metrics: Parameters<typeof k6Summary>[0]): RecordParts => ({
  load: loadOutcome({ summary: k6Summary(metrics) }),
});
const rules = (metric: string, expression: string): RecordParts => ({
  plan: { thresholds: { [metric]: [expression] } },
});
const dropping = (dropped: number, ...percents: number[]): RecordParts => ({
  series: [cpu(...percents)],
  load: loadOutcome({
    scenarios: [arrivalScenario()],
    summary: k6Summary({ iterations: count(1000 - dropped), dropped_iterations: count(dropped) }),
  }),
});
const interrupted = { end: { atMs: 5000, status: 'interrupted', signal: 'SIGINT' } } as const;
const behind = (lags: readonly number[]): RecordParts => ({ offsets: [partition(lagReadings(lags, 8000))] });
/** 10/s produced for 10 s, consumed at the given rate. */
const consuming = (perSecond: number, seconds: number): RecordParts => ({
  durationMs: seconds * 1000,
  offsets: [
    partition(
      Array.from({ length: seconds }, (_, second): Reading => [
        second * 1000,
        Math.min(100, perSecond * second),
        Math.min(100, 10 * second),
      ]),
    ),
  ],
});

describe('the evaluation table', () => {
  it('has its nine rows in order, whatever is known', () => {
    const ids = [
      'success-rate',
      'response-time',
      'throughput',
      'stability',
      'error-rate',
      'concurrency',
      'kafka-produce',
      'kafka-consume',
      'completion-delay',
    ];
    for (const parts of [{}, { load: undefined, end: undefined }, interrupted])
      assert.deepEqual(
        rowsOf(parts).map(({ id }) => id),
        ids,
      );
  });

  it('claims nothing where nothing was seen', () => {
    for (const { id, grade, facts } of rowsOf({ load: undefined, end: undefined })) {
      assert.equal(grade, 'unknown', id);
      assert.equal(typeof facts['reason'], 'string', id);
    }
  });

  for (const [id, grade, parts] of [
    ['success-rate', 'met', {}],
    ['success-rate', 'caution', summary({ checks: rate(970, 30) })],
    ['success-rate', 'unmet', summary({ checks: rate(900, 100) })],
    ['success-rate', 'met', { ...summary({ checks: rate(900, 100) }), ...rules('checks', 'rate>0.85') }],
    ['success-rate', 'unknown', interrupted],
    ['response-time', 'unknown', {}],
    ['response-time', 'met', rules('http_req_duration', 'p(95)<500')],
    ['response-time', 'unmet', rules('http_req_duration{expected_response:true}', 'p(95)<10')],
    ['response-time', 'unknown', { ...rules('http_req_duration', 'p(95)<500'), ...interrupted }],
    ['throughput', 'unknown', {}],
    ['throughput', 'met', dropping(5, 50, 50, 50)],
    ['throughput', 'caution', dropping(60, 50, 50, 50)],
    ['throughput', 'unmet', dropping(300, 50, 50, 50)],
    ['throughput', 'unknown', dropping(300, 99, 99, 99)],
    ['throughput', 'unknown', { ...dropping(0, 50, 50, 50), ...interrupted }],
    ['throughput', 'unmet', { ...dropping(0, 50, 50, 50), ...rules('http_reqs', 'rate>200') }],
    ['throughput', 'unknown', { ...dropping(0, 50, 50, 50), ...rules('http_reqs{scenario:x}', 'rate>2') }],
    ['stability', 'met', {}],
    ['stability', 'caution', summary({ http_req_failed: rate(1, 999) })],
    ['stability', 'unmet', dropping(300, 50, 50, 50)],
    ['stability', 'unknown', dropping(300, 99, 99, 99)],
    ['stability', 'caution', dropping(5, 50, 50, 50)],
    ['stability', 'unknown', { load: loadOutcome({ exitCode: 107 }) }],
    ['error-rate', 'met', {}],
    ['error-rate', 'caution', summary({ http_req_failed: rate(5, 995) })],
    ['error-rate', 'unmet', summary({ http_req_failed: rate(50, 950) })],
    ['error-rate', 'unknown', { ...dropping(300, 99, 99, 99) }],
    ['concurrency', 'unknown', {}],
    ['concurrency', 'met', { integrity: integrityCounts() }],
    ['concurrency', 'met', { ...interrupted, integrity: integrityCounts() }],
    ['concurrency', 'caution', { integrity: integrityCounts({ persisted: 900 }) }],
    [
      'concurrency',
      'unknown',
      { integrity: integrityCounts(), integrityBefore: integrityCounts({ persisted: 2000 }) },
    ],
    ['concurrency', 'unmet', { integrity: integrityCounts({ oversold: 1 }) }],
    ['concurrency', 'unknown', { integrity: integrityCounts({ duplicates: null }) }],
    ['concurrency', 'unknown', { integrity: integrityCounts({ persisted: 0 }) }],
    ['concurrency', 'unknown', { integrity: integrityCounts({ persisted: null }) }],
    ['kafka-produce', 'unknown', consuming(10, 20)],
    ['kafka-produce', 'met', { ...consuming(10, 20), ...summary({ coupon_accepted: count(100) }) }],
    [
      'kafka-produce',
      'unknown',
      { ...consuming(10, 20), ...summary({ coupon_accepted: count(100) }), ...interrupted },
    ],
    ['kafka-produce', 'unmet', { ...consuming(10, 20), ...summary({ coupon_accepted: count(101) }) }],
    ['kafka-produce', 'caution', { ...consuming(10, 20), ...summary({ coupon_accepted: count(99) }) }],
    [
      'kafka-produce',
      'met',
      { ...consuming(10, 20), ...summary({ coupon_accepted: count(99), coupon_unknown: count(3) }) },
    ],
    [
      'kafka-produce',
      'met',
      {
        ...consuming(10, 20),
        load: loadOutcome({
          summary: k6Summary({ coupon_accepted: count(99) }),
          interruptedIterations: 1,
        }),
      },
    ],
    ['kafka-consume', 'met', consuming(10, 20)],
    ['kafka-consume', 'caution', consuming(5, 30)],
    ['kafka-consume', 'unmet', consuming(2, 60)],
    ['kafka-consume', 'unmet', consuming(2, 20)],
    [
      'kafka-consume',
      'unknown',
      { ...behind([9, 9, 9]), durationMs: 11_000, phases: [{ name: 'load', fromMs: 0, toMs: null }] },
    ],
    ['kafka-consume', 'unknown', { ...consuming(2, 20), ...interrupted }],
    ['completion-delay', 'met', consuming(10, 20)],
    ['completion-delay', 'caution', consuming(2, 60)],
    ['completion-delay', 'unknown', consuming(2, 20)],
  ] as const) {
    it(`has ${id} ${grade} (${JSON.stringify(Object.keys(parts))})`, () => {
      const row = rowOf(id, parts);
      assert.equal(row.grade, grade, JSON.stringify(row.facts));
    });
  }

  it('says crashed of a k6 that crashed, not of a run that the user ended', () => {
    assert.equal(
      rowOf('stability', { load: loadOutcome({ exitCode: null, signal: 'SIGKILL' }) }).facts['crashed'],
      true,
    );
    assert.equal(rowOf('stability', interrupted).facts['crashed'], false);
  });

  it('says of promises that nothing put to the test that they were not', () => {
    const exercised = (persisted: number, metrics: Parameters<typeof k6Summary>[0] = {}) =>
      rowOf('concurrency', {
        ...summary(metrics),
        integrity: integrityCounts({ persisted, accepted: persisted }),
      }).facts['exercised'];
    assert.equal(exercised(900), false);
    assert.equal(exercised(1000), undefined);
    assert.equal(exercised(900, { coupon_duplicate: count(1) }), undefined);
    assert.equal(exercised(900, { coupon_sold_out: count(1) }), undefined);
  });

  it('compares iterations with the target, not the requests that each of them sends', () => {
    const parts = summary({ http_reqs: count(1500), iterations: count(500), dropped_iterations: count(500) });
    const load = { ...parts.load!, scenarios: [arrivalScenario()] };
    const { grade, facts } = rowOf('throughput', { ...parts, load, series: [cpu(50, 50, 50)] });
    assert.equal(grade, 'unmet');
    assert.deepEqual(
      [
        facts['requestsPerSecond'],
        facts['reachedPerSecond'],
        facts['targetPerSecond'],
        facts['offeredPercent'],
      ],
      [150, 50, 100, 50],
    );
  });

  it('names no target where several scenarios or stages set the rate', () => {
    const ramping = arrivalScenario({ executor: 'ramping-arrival-rate' });
    for (const scenarios of [[arrivalScenario(), arrivalScenario({ name: 'two' })], [ramping]]) {
      const { facts } = rowOf('throughput', { load: loadOutcome({ scenarios }) });
      assert.ok(!('targetPerSecond' in facts) && !('reachedPerSecond' in facts));
      assert.equal(typeof facts['offeredPercent'], 'number');
    }
    const users = arrivalScenario({
      executor: 'constant-vus',
      plannedIterations: null,
      peakRatePerSecond: null,
    });
    const mixed = rowOf('throughput', { load: loadOutcome({ scenarios: [arrivalScenario(), users] }) });
    assert.equal(mixed.facts['offeredPercent'], null);
  });

  it('speaks of the group with the most left over, and of rules on that group alone', () => {
    const [left, drained] = [consuming(9, 11), consuming(2, 60)];
    const parts: RecordParts = {
      durationMs: 60_000,
      offsets: [...drained.offsets!, ...left.offsets!.map((history) => ({ ...history, group: 'mailer' }))],
    };
    const ofRule = (metric: string) => rowOf('kafka-consume', { ...parts, ...rules(metric, 'value<1s') });
    for (const metric of ['kafka_drain', 'kafka_drain{group:issuer}', 'kafka_drain{group:mailer}'])
      assert.equal(ofRule(metric).facts['group'], 'mailer', metric);
    assert.equal(ofRule('kafka_drain{group:issuer}').facts['ruleMetric'], undefined);
    assert.equal(ofRule('kafka_drain{group:mailer}').facts['ruleMetric'], 'kafka_drain{group:mailer}');
  });
});
