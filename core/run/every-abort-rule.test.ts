import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { buildRecord, group, partition, topic } from '../../fixtures/build-record.ts';
import { KnownError } from '../errors.ts';
import { checkScriptRules, parseGivenRules } from '../given-rules.ts';
import type { PushedSeries } from '../load/remote-write-decode.ts';
import { createTimeline } from '../load/timeline.ts';
import { k6MetricOf, laglineMetrics, type K6MetricType, type LaglineMetric } from '../metric-table.ts';
import type { Histogram } from '../record/histogram.ts';
import type { Observation } from '../record/observation.ts';
import { inBlocks } from '../record/offset-samples.ts';
import { hostSeries } from '../record/series-names.ts';
import { parseMetricSelector } from '../threshold-expression.ts';
import { watchAbortRules } from './abort-on-fail.ts';

/*
 * Every way to write a rule that is to stop the load, on every metric: it is refused before the load, or it stops a load
 * that breaks it. What k6 pushes goes through the timeline that a run has.
 */

const seconds = 30;
const clock = { startedAtEpochMs: 1_700_000_000_000, elapsedMs: () => 0 };
const { plan, runId } = buildRecord({});

type World = {
  /** What each second brings. */
  readonly seen: readonly (readonly Observation[])[];
  /** What each aggregation comes to, or a value near to it; a rank of a trend is known within a bucket. */
  readonly value: number;
  /** Whether that is known as one number. */
  readonly isExact: boolean;
};

/** What a load of 100 a second pushes of a metric: half of all is true, every time is half a second. */
const pushedIn = (name: string, type: K6MetricType, second: number, suffix: string): PushedSeries[] => {
  const series = (pushed: string, reading: PushedSeries['reading'], labels = {}): PushedSeries => ({
    name: pushed,
    labels: { scenario: 'a', ...labels },
    timestampMs: clock.startedAtEpochMs + second * 1000,
    reading,
  });
  const number = (pushed: string, value: number, labels = {}): PushedSeries =>
    series(pushed, { kind: 'number', value }, labels);
  const done = second * 100;
  if (name === 'http_req_failed' || name === 'http_reqs') {
    return ['true', 'false'].flatMap((expected) => [
      number('k6_http_reqs_total', done / 2, { expected_response: expected }),
      number('k6_http_req_failed_rate', expected === 'true' ? 0 : 1, { expected_response: expected }),
    ]);
  }
  if (type === 'counter') return [number(`k6_${name}_total`, done)];
  if (type === 'rate') return [number(`k6_${name}_rate`, 0.5)];
  if (type === 'gauge') return [number(`k6_${name}`, 8)];
  const histogram: Histogram = { schema: 3, count: done, sum: done / 2, zeroCount: 0, buckets: [[-8, done]] };
  return [series(`k6_${name}${suffix}`, { kind: 'histogram', histogram })];
};

const k6World = (metric: string, type: K6MetricType, method: string, suffix: string): World => {
  const selector = parseMetricSelector(metric);
  const timeline = createTimeline(clock, 0, [selector]);
  return {
    seen: Array.from({ length: seconds }, (_, index) =>
      timeline.take(pushedIn(selector.name, type, index + 1, suffix), (index + 1) * 1000),
    ),
    value: {
      counter: method === 'count' ? 1000 : 100,
      rate: 0.5,
      gauge: 8,
      trend: suffix === '_seconds' ? 500 : 0.5,
    }[type],
    isExact: type !== 'trend' || method === 'avg',
  };
};

const customTypes = [
  ['counter', ''],
  ['gauge', ''],
  ['rate', ''],
  ...['_seconds', '_bytes', ''].map((suffix) => ['trend', suffix] as const),
] as const;

const ofRequests = 'blocked connecting duration failed receiving sending tls_handshaking waiting';
const ofOthers =
  'checks data_received data_sent dropped_iterations group_duration grpc_req_duration http_reqs iteration_duration iterations ' +
  'vus vus_max ws_connecting ws_msgs_received ws_msgs_sent ws_ping ws_session_duration ws_sessions';
const builtIn = [...ofRequests.split(' ').map((part) => `http_req_${part}`), ...ofOthers.split(' ')];

/** 10 messages a second, of which the last 40 wait; the host is half used. */
const ownWorld = (metric: string): World => {
  const { name } = parseMetricSelector(metric);
  const gauge = (series: string, atMs: number, labels = {}): Observation => ({
    kind: 'gauge',
    series: { name: series, labels, unit: 'percent' },
    atMs,
    value: 50,
  });
  const seen = Array.from({ length: seconds }, (_, index): Observation[] => {
    const atMs = index * 1000;
    const { samples } = partition([[atMs, index * 10, index * 10 + 40]]);
    return [
      gauge(hostSeries.cpuPercent, atMs),
      gauge(hostSeries.memoryUsedPercent, atMs),
      gauge('prometheus', atMs, { query: 'heap' }),
      ...inBlocks([{ group, topic, partition: 0, sample: samples[0] as never }]),
    ];
  });
  if (name === 'kafka_time_lag') return { seen, value: 4000, isExact: false };
  return { seen, value: name === 'kafka_lag' ? 40 : 50, isExact: true };
};

type Case = {
  readonly metric: string;
  readonly method: string;
  readonly world: () => World;
  /** Which k6 told of a script's metric. */
  readonly type?: K6MetricType;
};

const methods = ['avg', 'min', 'max', 'med', 'p(95)', 'count', 'rate', 'value'];

const k6Cases: Case[] = builtIn.flatMap((name) => {
  const known = k6MetricOf(name);
  assert.ok(known, name);
  const suffix = known.type === 'trend' ? '_seconds' : '';
  return [name, `${name}{scenario:a}`].flatMap((metric) =>
    methods.map((method) => ({ metric, method, world: () => k6World(metric, known.type, method, suffix) })),
  );
});

const customCases: Case[] = customTypes.flatMap(([type, suffix]) =>
  ['wait', 'wait{scenario:a}'].flatMap((metric) =>
    methods.map((method) => ({
      metric,
      method,
      type,
      world: () => k6World(metric, type, method, suffix),
    })),
  ),
);

const ownCases: Case[] = (Object.keys(laglineMetrics) as LaglineMetric[]).flatMap((name) => {
  const tagged = name.startsWith('kafka_') ? [name, `${name}{group:${group},topic:${topic}}`] : [name];
  return (name === 'prometheus' ? ['prometheus{query:heap}'] : tagged).flatMap((metric) =>
    methods.map((method) => ({ metric, method, world: () => ownWorld(metric) })),
  );
});

/** Expressions that the value breaks. */
const broken = ({ value, isExact }: World): string[] => [
  `<${value / 4}`,
  `>${value * (value === 0.5 || value === 50 ? 1.5 : 4)}`,
  `==${value / 4}`,
  ...(isExact ? [`!=${value}`] : []),
];

const optionSets = ['', ' for:3s'].flatMap((held) =>
  ['', ' between:load', ' between:run', ' between:drain'].flatMap((between) =>
    ['', ' minSamples:3'].map((samples) => `${held}${between}${samples}`),
  ),
);

/** Whether a load that breaks the rule is stopped. */
const stops = (t: TestContext, metric: string, text: string, { seen }: World): boolean => {
  let elapsedMs = 0;
  const thresholds = { [metric]: [text] };
  const watch = watchAbortRules(
    { plan: { ...plan, thresholds }, runId, environment: {} as never },
    { ...clock, elapsedMs: () => elapsedMs },
    () => {},
  );
  const end = watch.start();
  for (const observations of seen) {
    elapsedMs += 1000;
    watch.take(observations);
    t.mock.timers.tick(1000);
    if (watch.signal.aborted) break;
  }
  end();
  return watch.signal.aborted;
};

const isRefused = (metric: string, text: string, type?: K6MetricType): boolean => {
  const thresholds = { [metric]: [text] };
  try {
    parseGivenRules(thresholds);
    if (type !== undefined) checkScriptRules(thresholds, new Map([[parseMetricSelector(metric).name, type]]));
    return false;
  } catch (error) {
    assert.ok(error instanceof KnownError && error.remedy !== undefined, String(error));
    return true;
  }
};

for (const [what, cases, fewest] of [
  ['k6 has', k6Cases, 3000],
  ['a script has', customCases, 500],
  ['lagline has', ownCases, 500],
] as const) {
  test(`a rule with abortOnFail on a metric that ${what} is refused, or stops a load that breaks it`, (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const deaf: string[] = [];
    let stopped = 0;
    for (const { metric, method, world, type } of cases) {
      const lived = world();
      for (const options of optionSets) {
        for (const comparison of broken(lived)) {
          const text = `${method}${comparison}${options} abortOnFail`;
          if (isRefused(metric, text, type)) continue;
          if (stops(t, metric, text, lived)) stopped += 1;
          else deaf.push(`${metric} ${text}`);
        }
      }
    }
    assert.deepEqual(deaf, []);
    assert.ok(stopped >= fewest, `${stopped} rules stopped the load`);
  });
}
