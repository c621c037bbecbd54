import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  buildRecord,
  count,
  counter,
  cpu,
  distribution,
  gauge,
  histogramOf,
  k6Summary,
  lagReadings,
  loadOutcome,
  partition,
  rate,
  trend,
  type Reading,
  type RecordParts,
} from '../../fixtures/build-record.ts';
import { runFigures } from '../derive/run-figures.ts';
import { parseThresholdRule } from '../metric-table.ts';
import type { Point } from '../record/run-record.ts';
import { holds } from '../threshold-expression.ts';
import { exactly } from './reading.ts';
import type { Finding } from './rule.ts';
import { threshold } from './threshold.ts';
import { worst } from './worst-reading.ts';

const judge = (metric: string, expression: string, parts: RecordParts = {}): Finding => {
  const record = buildRecord({ ...parts, plan: { thresholds: { [metric]: [expression] } } });
  const [finding] = threshold.evaluate(record, runFigures(record));
  assert.ok(finding);
  return finding;
};

const withMetrics = (metrics: Parameters<typeof k6Summary>[0]): RecordParts => ({
  load: loadOutcome({ summary: k6Summary(metrics) }),
});
const zeros = { avg: 0, min: 0, med: 0, max: 0, 'p(90)': 0, 'p(95)': 0 };

describe('a threshold on a k6 metric', () => {
  for (const [metric, expression, outcome, parts] of [
    ['http_req_duration', 'p(95)<31', 'pass', {}],
    ['http_req_duration', 'p(95)<30', 'fail', {}],
    ['http_req_duration{expected_response:true}', 'p(95)<=30', 'pass', {}],
    ['http_reqs', 'rate>99', 'pass', {}],
    ['http_reqs', 'count>1000', 'fail', {}],
    ['http_req_failed', 'rate<0.01', 'pass', {}],
    ['checks', 'rate>0.95', 'fail', withMetrics({ checks: rate(900, 100) })],
    ['vus', 'value>1', 'pass', {}],
    ['dropped_iterations', 'count<1', 'pass', {}],
    ['dropped_iterations', 'rate<1', 'pass', {}],
    ['mishaps', 'count<10', 'pass', withMetrics({ mishaps: count(0) })],
    ['http_req_tls_handshaking', 'max<1', 'pass', withMetrics({ http_req_tls_handshaking: trend(zeros) })],
  ] as const) {
    it(`${outcome === 'pass' ? 'passes' : 'fails'}: ${metric} ${expression}`, () => {
      assert.equal(judge(metric, expression, parts).outcome, outcome);
    });
  }

  for (const [what, metric, expression, parts, reason] of [
    ['no summary', 'http_reqs', 'count<9', { load: loadOutcome({ summary: null }) }, 'no-k6-summary'],
    ['a metric that is absent', 'coupon_wait', 'p(95)<5', {}, 'no-such-metric-in-run'],
    [
      'a trend that k6 prints as zeros',
      'coupon_wait',
      'max<5',
      withMetrics({ coupon_wait: trend(zeros) }),
      'no-samples',
    ],
    ['a rate without samples', 'checks', 'rate<0.5', withMetrics({ checks: rate(0, 0) }), 'no-samples'],
    ['no requests at all', 'http_reqs', 'count<100', withMetrics({ http_reqs: count(0) }), 'no-samples'],
    [
      'a gauge that was never set',
      'queue',
      'value<5',
      withMetrics({ queue: { type: 'gauge', value: 0, min: 0, max: 0 } }),
      'no-samples',
    ],
    [
      'too few samples for a p(95)',
      'http_req_duration',
      'p(95)<500',
      withMetrics({ http_reqs: count(19) }),
      'too-few-samples',
    ],
    [
      'too few samples for a p(99.9)',
      'http_req_duration',
      'p(99.9)<500',
      withMetrics({ http_req_duration: trend({ 'p(99.9)': 5 }), http_reqs: count(999) }),
      'too-few-samples',
    ],
    [
      'a percentile of which nobody counted the samples',
      'coupon_wait',
      'p(95)<500',
      withMetrics({ coupon_wait: trend({ avg: 4, min: 1, max: 9, 'p(95)': 8 }) }),
      'sample-count-unknown',
    ],
    [
      'only failed requests, for a trend of the others',
      'http_req_duration{expected_response:true}',
      'p(95)<500',
      withMetrics({ http_req_failed: rate(1000, 0) }),
      'no-samples',
    ],
    [
      'an aggregation that the metric has not',
      'coupon_wait',
      'count<5',
      withMetrics({ coupon_wait: trend({ avg: 1 }) }),
      'not-in-summary',
    ],
  ] as const) {
    it(`has no data with ${what}`, () => {
      const finding = judge(metric, expression, parts);
      assert.deepEqual([finding.outcome, finding.facts['reason']], ['no-data', reason]);
    });
  }

  it('judges a percentile of a custom trend once the timeline has counted its samples', () => {
    const series = [distribution('coupon_wait', histogramOf(Array.from({ length: 20 }, () => 5)))];
    const parts = { ...withMetrics({ coupon_wait: trend({ avg: 4, min: 1, max: 9, 'p(95)': 8 }) }), series };
    assert.equal(judge('coupon_wait', 'p(95)<500', parts).outcome, 'pass');
  });

  it('takes a percentile that the summary lacks from the timeline, with its uncertainty', () => {
    const series = [distribution('http_req_duration', histogramOf(Array.from({ length: 1000 }, () => 100)))];
    assert.equal(judge('http_req_duration', 'p(99)<110', { series }).outcome, 'pass');
    assert.equal(judge('http_req_duration', 'p(99)<90', { series }).outcome, 'fail');
    const inside = judge('http_req_duration', 'p(99)<100', { series });
    assert.deepEqual([inside.outcome, inside.facts['reason']], ['no-data', 'limit-inside-uncertainty']);
    assert.equal(inside.provenance?.kind, 'computed');
  });
});

describe("a threshold of the script's own", () => {
  const script = (metric: string, expression: string, ok: boolean, metrics = {}): Finding => {
    const summary = k6Summary(metrics, { thresholds: [{ metric, expression, ok }] });
    const record = buildRecord({ load: loadOutcome({ summary }) });
    const [finding] = threshold.evaluate(record, runFigures(record));
    assert.ok(finding);
    assert.equal(finding.origin, 'script');
    assert.equal(finding.facts['k6Passed'], ok);
    return finding;
  };

  it('is judged again from the data', () => {
    assert.equal(script('http_req_duration', 'p(95)<20', true).outcome, 'fail');
    assert.equal(script('http_req_duration', 'p(95)<1000', true).outcome, 'pass');
  });

  it('has no data where k6 passed it on none', () => {
    assert.equal(script('coupon_wait', 'p(95)<5', true, { coupon_wait: trend(zeros) }).outcome, 'no-data');
  });

  it('has no data where lagline does not understand it', () => {
    const { outcome, facts } = script('http_req_duration', 'p(95)≪20', true);
    assert.deepEqual([outcome, facts['reason']], ['no-data', 'not-understood']);
  });
});

const behind = (lags: readonly number[]): RecordParts => ({
  offsets: [partition(lagReadings(lags, 8000))],
  durationMs: 8000 + lags.length * 1000,
});

describe('a threshold on the drain', () => {
  const timedOut = behind([0, 900, 900, 800, 700, 600]);
  const drained = behind([0, 900, 900, 400, 0, 0, 0, 0]);

  for (const [expression, parts, outcome, reason] of [
    ['value<60s', timedOut, 'no-data', 'only-lower-bound-known'],
    ['value<2s', timedOut, 'fail', undefined],
    ['value>2s', timedOut, 'pass', undefined],
    ['value<60s', drained, 'pass', undefined],
    ['value<500', drained, 'fail', undefined],
    ['value<1500', drained, 'no-data', 'limit-inside-uncertainty'],
    ['value<60s', behind([0, 0, 0, 0, 0]), 'pass', undefined],
    ['value<60s', {}, 'no-data', 'no-such-group-in-run'],
  ] as const) {
    it(`${expression} is ${outcome}${reason === undefined ? '' : ` (${reason})`}`, () => {
      const finding = judge('kafka_drain', expression, parts);
      assert.deepEqual([finding.outcome, finding.facts['reason']], [outcome, reason]);
    });
  }

  it('never shows a lower bound as what was measured', () => {
    const { measured, facts } = judge('kafka_drain', 'value<60s', timedOut);
    assert.deepEqual([measured, facts['low'], facts['high']], [null, 3001, undefined]);
  });
});

describe('a threshold on lag', () => {
  it('is open where the limit lies within what one reading leaves open', () => {
    const offsets = [partition([[0, 0, 100, 40]])];
    assert.equal(judge('kafka_lag', 'max<101', { offsets }).outcome, 'pass');
    assert.equal(judge('kafka_lag', 'max<80', { offsets }).outcome, 'no-data');
    assert.equal(judge('kafka_lag', 'max<60', { offsets }).outcome, 'fail');
  });

  it('knows only a lower bound of the maximum where most readings gave no number', () => {
    const offsets = [
      partition([
        [0, 0, 50],
        [1000, null, 50],
        [2000, null, 50],
      ]),
    ];
    assert.equal(judge('kafka_lag', 'max<60', { offsets }).facts['reason'], 'no-lag-reading');
    assert.equal(judge('kafka_lag', 'max<40', { offsets }).outcome, 'fail');
    assert.equal(judge('kafka_lag', 'avg<60', { offsets }).outcome, 'no-data');
  });

  it('judges the worst group, unless a tag picks one', () => {
    const offsets = [partition([[0, 0, 10]]), partition([[0, 0, 90]], { group: 'mailer' })];
    assert.equal(judge('kafka_lag', 'max<50', { offsets }).outcome, 'fail');
    assert.equal(judge('kafka_lag{group:issuer}', 'max<50', { offsets }).outcome, 'pass');
    assert.equal(judge('kafka_lag', 'max>50', { offsets }).outcome, 'fail');
    assert.equal(judge('kafka_lag{group:nobody}', 'max<50', { offsets }).outcome, 'no-data');
  });

  it('fails by one group though another is not known', () => {
    const offsets = [partition([[0, null, 10]]), partition([[0, 0, 90]], { group: 'mailer' })];
    assert.equal(judge('kafka_lag', 'max<50', { offsets }).outcome, 'fail');
    assert.equal(judge('kafka_lag', 'max<500', { offsets }).outcome, 'no-data');
  });
});

describe('a threshold on', () => {
  const slow = Array.from({ length: 40 }, (_, second): Reading => [
    second * 1000,
    Math.min(100, 5 * second),
    Math.min(100, 10 * second),
  ]);
  const offsets = [partition(slow)];

  for (const [metric, expression, outcome] of [
    ['kafka_produce_duration', 'value<12s', 'pass'],
    ['kafka_produce_duration', 'value<9s', 'no-data'],
    ['kafka_produce_duration', 'value<7s', 'fail'],
    ['kafka_consume_duration', 'value<21s', 'pass'],
    ['kafka_consume_duration', 'value<15s', 'fail'],
    ['kafka_completion_delay', 'p(95)<12s', 'pass'],
    ['kafka_completion_delay', 'p(95)<9500', 'no-data'],
    ['kafka_completion_delay', 'p(95)<5s', 'fail'],
    ['kafka_utilization', 'value<1', 'fail'],
    ['host_cpu', 'avg<50', 'pass'],
    ['host_memory', 'max<50', 'no-data'],
    ['prometheus{query:heap}', 'value<4', 'fail'],
    ['integrity_lost', 'count<1', 'no-data'],
  ] as const) {
    it(`${metric} ${expression} is ${outcome}`, () => {
      const series = [
        cpu(10, 20, 30),
        gauge(
          'prometheus',
          [
            [0, 1],
            [1000, 5],
          ],
          { query: 'heap' },
        ),
      ];
      assert.equal(judge(metric, expression, { offsets, series, durationMs: 40_000 }).outcome, outcome);
    });
  }
});

describe('worst', () => {
  it('is the outcome of judging each reading alone: fail, else open, else pass', () => {
    const value = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
        value,
        (intervals, operator, limit) => {
          const rule = parseThresholdRule('kafka_lag', `max${operator}${limit}`);
          const readings = intervals.map(([low, width]) => ({
            ...(exactly(low, 1, 'test') as Extract<ReturnType<typeof exactly>, { state: 'known' }>),
            high: low + width,
          }));
          const answers = readings.map((reading) => outcomeOfAll(rule.expression, reading));
          const chosen = worst(rule, readings);
          assert.equal(chosen.state, 'known');
          const expected = answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
          assert.equal(outcomeOfAll(rule.expression, chosen as (typeof readings)[number]), expected);
        },
      ),
    );
  });
});

/** Judges every whole and half value of the interval. */
const outcomeOfAll = (
  expression: ReturnType<typeof parseThresholdRule>['expression'],
  { low, high }: { low: number; high: number },
): boolean | undefined => {
  const answers = new Set<boolean>();
  for (let value = low; value <= high; value += 0.5) answers.add(holds(expression, value));
  return answers.size === 1 ? answers.has(true) : undefined;
};

describe('a rule with options', () => {
  const lag = (values: readonly (number | null)[]): RecordParts => ({
    offsets: [partition(lagReadings(values.map((value) => value ?? -1)))],
    durationMs: values.length * 1000,
    phases: [
      { name: 'load', fromMs: 0, toMs: 3500 },
      { name: 'drain', fromMs: 3500, toMs: values.length * 1000 },
    ],
  });
  const values = [10, 900, 900, 900, 20, 10, 0, 0, 0, 0];

  for (const [expression, outcome, reason] of [
    ['max<500', 'fail', undefined],
    ['max<500 for:2s', 'fail', undefined],
    ['max<500 for:3s', 'pass', undefined],
    ['max<500 for:1m', 'no-data', 'watched-too-briefly'],
    ['max<500 for:3s minSamples:99', 'no-data', 'too-few-samples'],
    ['max<500 between:drain', 'pass', undefined],
    ['max<500 between:drain for:1m', 'pass', undefined],
    ['max<500 between:load', 'fail', undefined],
    ['max<15 between:drain', 'fail', undefined],
    ['max<1000 minSamples:11', 'no-data', 'too-few-samples'],
    ['max<1000 minSamples:10', 'pass', undefined],
  ] as const) {
    it(`kafka_lag ${expression} is ${outcome}${reason === undefined ? '' : ` (${reason})`}`, () => {
      const finding = judge('kafka_lag', expression, lag(values));
      assert.deepEqual([finding.outcome, finding.facts['reason']], [outcome, reason]);
    });
  }

  it('says how long the longest breach lasted, and what was worst', () => {
    const { measured, facts, samples } = judge('kafka_lag', 'max<500 for:3s', lag(values));
    assert.deepEqual([measured, facts['longestBreachMs'], samples], [900, 2000, 10]);
  });

  it('is a warning where it is to be one', () => {
    const finding = judge('kafka_lag', 'max<500 level:warn', lag(values));
    assert.deepEqual([finding.outcome, finding.level], ['fail', 'warn']);
  });

  it('looks at k6 second by second', () => {
    const second = (ms: number) => histogramOf(Array.from({ length: 100 }, () => ms));
    const series = [distribution('http_req_duration', ...[10, 800, 800, 800, 10].map(second))];
    assert.equal(judge('http_req_duration', 'p(95)<500 for:3s', { series }).outcome, 'fail');
    assert.equal(judge('http_req_duration', 'p(95)<500 for:4s', { series }).outcome, 'pass');
    const perSecond = (...totals: number[]): Point[] => totals.map((total, second) => [second * 1000, total]);
    const failures = [
      counter('http_reqs', perSecond(0, 100, 200, 300, 400, 500)),
      { ...counter('http_reqs', perSecond(0, 0, 10, 20, 30, 30)), labels: { expected_response: 'false' } },
    ];
    assert.equal(judge('http_req_failed', 'rate<0.05 for:3s', { series: failures }).outcome, 'fail');
    assert.equal(judge('http_req_failed', 'rate<0.05 for:4s', { series: failures }).outcome, 'pass');
    assert.equal(judge('http_reqs', 'rate>50 for:2s', { series: failures }).outcome, 'pass');
    assert.equal(judge('iterations', 'rate>50 for:2s', { series: failures }).outcome, 'no-data');
  });

  it('of a submetric that the script does not ask for is read from the timeline', () => {
    const series = [
      {
        ...distribution('http_req_duration', histogramOf([10, 20, 30, 900])),
        labels: { scenario: 'peak' },
      },
    ];
    const { outcome, provenance, samples } = judge('http_req_duration{scenario:peak}', 'max<500', { series });
    assert.deepEqual([outcome, provenance?.kind, samples], ['fail', 'computed', 4]);
    assert.equal(judge('http_req_duration{scenario:other}', 'max<500', { series }).outcome, 'no-data');
  });
});

describe("a script's threshold that cannot fail", () => {
  it('is how a submetric is asked for: it is said, and weighs nothing', () => {
    const summary = k6Summary(
      {},
      { thresholds: [{ metric: 'http_req_duration', expression: 'max>=0', ok: true }] },
    );
    const record = buildRecord({ load: loadOutcome({ summary }) });
    const [finding] = threshold.evaluate(record, runFigures(record));
    assert.deepEqual(
      [finding?.outcome, finding?.level, finding?.facts['reason']],
      ['no-data', 'warn', 'cannot-fail'],
    );
  });
});
