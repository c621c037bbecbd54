import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseK6Summary } from './k6-summary.ts';

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures/k6', name), 'utf8');

test('reads an exported summary, in which true means a breached threshold', () => {
  const { metrics, checks, thresholds } = parseK6Summary(fixture('summary-export.json'));
  assert.deepEqual(metrics['http_reqs'], { type: 'counter', count: 3001, rate: 970.8622002488353 });
  assert.deepEqual(metrics['http_req_failed'], {
    type: 'rate',
    passes: 75,
    fails: 2926,
    rate: 75 / 3001,
  });
  assert.deepEqual(metrics['vus'], { type: 'gauge', value: 35, min: 31, max: 35 });
  const duration = metrics['http_req_duration{expected_response:true}'];
  assert.equal(duration?.type, 'trend');
  assert.equal(duration.contains, 'time');
  assert.deepEqual(Object.keys(duration.values).toSorted(), ['avg', 'max', 'med', 'min', 'p(90)', 'p(95)']);
  assert.deepEqual(checks, [{ name: '응답 성공', passes: 2926, fails: 75 }]);
  assert.equal(thresholds.length, 3);
  assert.ok(thresholds.every(({ ok }) => ok));
});

test("reads what a script's handleSummary saved, in which ok means passed", () => {
  const { metrics, checks, thresholds } = parseK6Summary(fixture('handle-summary.json'));
  assert.deepEqual(checks, [
    { name: 'is one', passes: 1, fails: 0 },
    { name: 'is two', passes: 0, fails: 1 },
  ]);
  assert.deepEqual(metrics['my_time'], {
    type: 'trend',
    values: { avg: 12.5, 'p(99)': 12.5, count: 1 },
    contains: 'time',
  });
  assert.deepEqual(metrics['my_gauge'], { type: 'gauge', value: 3, min: 3, max: 3 });
  assert.deepEqual(
    thresholds.map(({ metric, expression, ok }) => `${metric} ${expression} ${ok}`).toSorted(),
    ['checks rate>0.5 false', 'my_count{kind:a} count>=1 true', 'my_time p(95)<10 false'],
  );
});

test('a trend whose statistics look like a counter is still a trend', () => {
  const { metrics } = parseK6Summary(
    JSON.stringify({ root_group: {}, metrics: { wait: { avg: 1, count: 2 }, empty: {} } }),
    { contents: new Map([['wait', 'time']]) },
  );
  assert.deepEqual(metrics['wait'], { type: 'trend', values: { avg: 1, count: 2 }, contains: 'time' });
  assert.deepEqual(metrics['empty'], { type: 'trend', values: {}, contains: 'default' });
});

test('a number that JSON cannot hold is left out, not taken for 0', () => {
  const { metrics } = parseK6Summary(
    JSON.stringify({
      root_group: {},
      metrics: { reqs: { count: 1, rate: null }, wait: { avg: null, max: 3 } },
    }),
  );
  assert.deepEqual(metrics['reqs'], { type: 'counter', count: 1, rate: null });
  assert.deepEqual(metrics['wait'], { type: 'trend', values: { max: 3 }, contains: 'default' });
});

test('refuses what is no summary', () => {
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"metrics":{}}',
    '{"root_group":{},"metrics":{"a":{"b":"c"}}}',
  ]) {
    assert.throws(() => parseK6Summary(text), Error, text);
  }
});

test('any exported summary comes back with every check, threshold and value', () => {
  const whole = fc.nat(1_000_000);
  const value = fc.double({ min: 0, max: 1e9, noNaN: true });
  const thresholds = fc.dictionary(fc.stringMatching(/^(p\(9\d\)|count|rate)[<>]\d{1,3}$/), fc.boolean(), {
    maxKeys: 3,
  });
  const name = fc.stringMatching(/^[a-z][a-z_]{1,20}$/);
  const trend = fc.dictionary(fc.stringMatching(/^(avg|med|p\(\d{1,2}\))$/), value, { minKeys: 1 });
  const metric = fc.oneof(
    fc.record({ count: whole, rate: value }),
    fc.record({ value, min: value, max: value }),
    fc.record({ passes: whole, fails: whole, value }),
    trend,
  );
  const check = fc.record({ name: fc.string(), passes: whole, fails: whole });
  const group = fc.letrec<{ group: { checks: Record<string, unknown>; groups: Record<string, unknown> } }>(
    (tie) => ({
      group: fc.record({
        checks: fc.dictionary(fc.uuid(), check, { maxKeys: 3 }),
        groups: fc.oneof(
          { maxDepth: 3, depthIdentifier: 'group' },
          fc.constant({}),
          fc.dictionary(fc.uuid(), tie('group'), { maxKeys: 2, depthIdentifier: 'group' }),
        ),
      }),
    }),
  ).group;
  fc.assert(
    fc.property(group, fc.dictionary(name, fc.tuple(metric, thresholds)), (root, raw) => {
      const metrics = Object.fromEntries(
        Object.entries(raw).map(([each, [values, own]]) => [each, { ...values, thresholds: own }]),
      );
      const text = JSON.stringify({ root_group: root, metrics });
      const summary = parseK6Summary(text);
      assert.deepEqual(Object.keys(summary.metrics).toSorted(), Object.keys(raw).toSorted());
      assert.equal(summary.checks.length, text.split('"passes":').length - 1 - countRates(summary.metrics));
      const breached = Object.values(raw).flatMap(([, own]) => Object.values(own));
      assert.deepEqual(
        summary.thresholds.map(({ ok }) => !ok),
        breached,
      );
    }),
  );
});

const countRates = (metrics: Readonly<Record<string, { type: string }>>): number =>
  Object.values(metrics).filter(({ type }) => type === 'rate').length;

test('has no metric whose value is null, which is how JSON writes what is no number', () => {
  const metrics = {
    broken_gauge: { value: null, min: 0, max: 3 },
    broken_count: { count: null, rate: 1 },
    broken_rate: { passes: null, fails: 1, value: 0 },
    whole: { value: 2, min: null, max: null },
  };
  const { metrics: read } = parseK6Summary(JSON.stringify({ root_group: {}, metrics }));
  assert.deepEqual(read, { whole: { type: 'gauge', value: 2, min: null, max: null } });
});
