import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildRecord, histogramOf } from '../../../fixtures/build-record.ts';
import { inReadings, offsetHistories } from '../../../fixtures/offset-histories.ts';
import { parseThresholdRule } from '../../metric-table.ts';
import { collectObservations } from '../../record/collect-observations.ts';
import type { Observation } from '../../record/observation.ts';
import { inBlocks } from '../../record/offset-samples.ts';
import { sampleAgeSeries } from '../../record/series-names.ts';
import { followRule, type RecordSoFar } from './follow-rule.ts';
import { judgeWhole } from './judge-whole.ts';

const { plan } = buildRecord({});

const soFar: RecordSoFar = (seen, startedMs, nowMs) => ({
  ...buildRecord({}),
  ...seen,
  durationMs: nowMs,
  phases: [{ name: 'load', fromMs: startedMs, toMs: null }],
});

/** What one tick tells, and whether the rule is judged behind it. */
type Tick = { readonly atMs: number; readonly seen: readonly Observation[] };

const series = (name: string, labels: Readonly<Record<string, string>> = {}) =>
  ({ name, labels, unit: 'none' }) as const;

const push = fc.record({
  afterMs: fc.oneof({ weight: 6, arbitrary: fc.constant(1000) }, fc.integer({ min: 1, max: 6000 })),
  /** k6 stamps what it pushes a little before or after it arrives. */
  aheadMs: fc.integer({ min: -300, max: 100 }),
  requests: fc.nat(20),
  failed: fc.nat(4),
  vus: fc.option(fc.nat(9)),
  times: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 900, noNaN: true })), {
    maxLength: 12,
  }),
  schema: fc.constantFrom(3, 4),
});

const pushes: fc.Arbitrary<Tick[]> = fc.array(push, { minLength: 1, maxLength: 25 }).map((all) => {
  let [atMs, endMs, requests, failed] = [0, 0, 0, 0];
  return all.map((each, index): Tick => {
    atMs += each.afterMs;
    const fromMs = endMs;
    endMs = Math.max(endMs + 1, atMs + each.aheadMs);
    requests += each.requests;
    failed += Math.min(each.failed, each.requests);
    const counters: Observation[] = [
      ['http_reqs', {}, requests] as const,
      ['http_reqs', { expected_response: 'false' }, failed] as const,
      ['orders', {}, requests / 4] as const,
    ].flatMap(([name, labels, value]): Observation[] => {
      const begin: Observation = { kind: 'counter', series: series(name, labels), atMs: fromMs, value: 0 };
      const now: Observation = { kind: 'counter', series: series(name, labels), atMs: endMs, value };
      return index === 0 ? [begin, now] : [now];
    });
    const histogram = histogramOf(each.times, each.schema);
    const windows = ['http_req_duration', 'wait'].map((name): Observation => ({
      kind: 'window',
      series: series(name),
      fromMs,
      toMs: endMs,
      histogram: { ...histogram, scale: 1000 },
    }));
    const gauges: Observation[] =
      each.vus === null
        ? []
        : [
            { kind: 'gauge', series: series('vus'), atMs: endMs, value: each.vus },
            { kind: 'gauge', series: series('errors', { share: 'low' }), atMs: endMs, value: each.vus / 9 },
            { kind: 'gauge', series: series('errors', { share: 'high' }), atMs: endMs, value: 1 },
          ];
    return { atMs, seen: [...counters, ...gauges, ...(each.times.length === 0 ? [] : windows)] };
  });
});

const sampled: fc.Arbitrary<Tick[]> = fc
  .array(
    fc.record({
      afterMs: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 6000 })),
      values: fc.array(fc.nat(100), { maxLength: 3 }),
    }),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((all) => {
    let atMs = 0;
    return all.map(({ afterMs, values: [cpu, answer, ageMs] }): Tick => {
      atMs += afterMs;
      const gauge = (name: string, value: number | undefined, labels = {}): Observation[] =>
        value === undefined ? [] : [{ kind: 'gauge', series: series(name, labels), atMs, value }];
      return {
        atMs,
        seen: [
          ...gauge('host_cpu_percent', cpu),
          ...gauge('host_memory_used_percent', cpu),
          ...gauge('prometheus', answer, { query: 'q', instance: 'a' }),
          ...gauge(sampleAgeSeries, ageMs === undefined ? undefined : ageMs * 1000, { query: 'q' }),
        ],
      };
    });
  });

const offsets: fc.Arbitrary<Tick[]> = fc.tuple(offsetHistories, offsetHistories).map(([one, other]) => {
  const readings = [
    ...inReadings(one),
    ...inReadings(other.map((history) => ({ ...history, group: 'other' }))),
  ];
  return readings
    .map((reading): Tick => ({ atMs: reading[0]?.sample.toMs ?? 0, seen: inBlocks(reading) }))
    .toSorted((left, right) => left.atMs - right.atMs);
});

/** A run's clock never stands back. */
const isAscending = (ticks: readonly Tick[]): boolean => {
  const newest = new Map<string, number>();
  return ticks.every(({ seen }) =>
    seen.every((each) => {
      if (each.kind !== 'offsets') return true;
      const isLater = each.times.fromMs > (newest.get(each.block.group) ?? -Infinity);
      newest.set(each.block.group, each.times.fromMs);
      return isLater;
    }),
  );
};

const sampledMethods = ['avg', 'min', 'max', 'med', 'p(95)', 'p(20)', 'value'];
const trendMethods = ['avg', 'min', 'max', 'med', 'p(95)'];

const options = fc.record({
  between: fc.constantFrom('', ' between:load', ' between:run'),
  forMs: fc.constantFrom('', ' for:1s', ' for:4s'),
  minSamples: fc.constantFrom('', ' minSamples:3'),
});

const sameDecisions = (
  metrics: readonly (readonly [metric: string, methods: readonly string[], bearsFor?: false])[],
  limits: fc.Arbitrary<number>,
  ticks: fc.Arbitrary<Tick[]>,
  numRuns = 100,
): void => {
  for (const [metric, methods, bearsFor = true] of metrics) {
    for (const method of methods) {
      fc.assert(
        fc.property(
          ticks.filter(isAscending),
          fc.constantFrom('<', '<=', '>', '>=', '=='),
          limits,
          options,
          fc.integer({ min: 0, max: 5000 }),
          fc.infiniteStream(fc.boolean()),
          (all, operator, limit, { between, forMs, minSamples }, startedMs, isJudged) => {
            const text = `${method}${operator}${limit}${bearsFor && method !== 'count' ? forMs : ''}${between}${minSamples} abortOnFail`;
            const rule = parseThresholdRule(metric, text);
            const live = followRule(rule, plan, soFar);
            const whole = collectObservations(() => true);
            for (const { atMs, seen } of all) {
              live.take(seen);
              whole.take(seen);
              if (isJudged.next().value === false) continue;
              assert.deepEqual(
                live.judge(startedMs, atMs),
                judgeWhole(rule, soFar(whole.read(), startedMs, atMs)),
                text,
              );
            }
          },
        ),
        { numRuns },
      );
    }
  }
};

describe('a rule that is followed while the load runs decides as on everything seen so far', () => {
  it('on what k6 pushes', () => {
    sameDecisions(
      [
        ['http_req_failed', ['rate']],
        ['http_reqs', ['count', 'rate']],
        ['orders', ['count', 'rate', 'value']],
        ['errors', ['rate']],
        ['vus', ['value']],
        ['http_req_duration', trendMethods],
        ['wait', [...trendMethods, 'rate']],
        ['nothing', ['count', 'avg']],
      ],
      fc.constantFrom(0.1, 0.5, 1, 3, 10, 100, 400),
      pushes,
    );
  });

  it('on what is sampled once a tick', () => {
    sameDecisions(
      [
        ['host_cpu', sampledMethods],
        ['host_memory', ['max']],
        ['prometheus{query:q}', sampledMethods],
      ],
      fc.constantFrom(5, 20, 50, 90),
      sampled,
    );
  });

  it('on lag, of one group and of several', () => {
    sameDecisions(
      [
        ['kafka_lag', sampledMethods],
        ['kafka_lag{group:other}', ['max', 'avg']],
        ['kafka_lag{group:nobody}', ['max']],
        ['kafka_time_lag', ['max']],
      ],
      fc.constantFrom(1, 5, 20, 60, 100),
      offsets,
      20,
    );
  });
});
