import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { seriesName } from '../record/find-series.ts';
import { emptyHistogram, quantileBounds, type Histogram } from '../record/histogram.ts';
import type { Observation } from '../record/observation.ts';
import { parseMetricSelector } from '../threshold-expression.ts';
import { usedHistograms } from './k6-series.ts';
import { decodeRemoteWrite, type PushedSeries } from './remote-write-decode.ts';
import { createTimeline } from './timeline.ts';

const epoch = 1_700_000_000_000;
const clock = { startedAtEpochMs: epoch, elapsedMs: () => 0 };

const number = (name: string, atMs: number, value: number, labels = {}): PushedSeries => ({
  name,
  labels,
  timestampMs: epoch + atMs,
  reading: { kind: 'number', value },
});

const histogramOf = (...buckets: [number, number][]): Histogram => {
  const count = buckets.reduce((sum, [, each]) => sum + each, 0);
  return { schema: 3, count, sum: count, zeroCount: 0, buckets };
};

const distribution = (name: string, atMs: number, histogram: Histogram, labels = {}): PushedSeries => ({
  name,
  labels,
  timestampMs: epoch + atMs,
  reading: { kind: 'histogram', histogram },
});

const counterPoints = (observations: readonly Observation[], name: string, tag?: string): number[][] =>
  observations.flatMap((seen) =>
    seen.kind === 'counter' && seen.series.name === name && seen.series.labels['expected_response'] === tag
      ? [[seen.atMs, seen.value]]
      : [],
  );

test('counts requests over all tags, and failed ones apart, from 0 on', () => {
  const timeline = createTimeline(clock, 100);
  const ok = { expected_response: 'true', status: '202' };
  const bad = { expected_response: 'false', status: '500' };
  const first = timeline.take([number('k6_http_reqs_total', 1000, 10, ok)], 1050);
  const second = timeline.take(
    [number('k6_http_reqs_total', 1990, 25, ok), number('k6_http_reqs_total', 2000, 5, bad)],
    2050,
  );
  assert.deepEqual(counterPoints([...first, ...second], 'http_reqs'), [
    [100, 0],
    [1000, 10],
    [2000, 30],
  ]);
  assert.deepEqual(counterPoints([...first, ...second], 'http_reqs', 'false'), [
    [100, 0],
    [1000, 0],
    [2000, 5],
  ]);
  assert.deepEqual(counterPoints([...first, ...second], 'dropped_iterations'), [
    [100, 0],
    [1000, 0],
    [2000, 0],
  ]);
});

test('a push that comes twice adds nothing, one that is lost is made up for', () => {
  const timeline = createTimeline(clock, 0);
  timeline.take([number('k6_iterations_total', 1000, 10)], 1000);
  assert.deepEqual(timeline.take([number('k6_iterations_total', 1000, 10)], 1500), []);
  assert.deepEqual(timeline.take([number('k6_iterations_total', 900, 9)], 1600), []);
  const healed = timeline.take([number('k6_iterations_total', 4000, 40)], 4000);
  assert.deepEqual(counterPoints(healed, 'iterations'), [[4000, 40]]);
});

test('a counter that stood still is written as such', () => {
  const timeline = createTimeline(clock, 0);
  timeline.take([number('k6_http_reqs_total', 1000, 10), number('k6_vus', 1000, 5)], 1000);
  const still = timeline.take([number('k6_vus', 2000, 5)], 2000);
  assert.deepEqual(counterPoints(still, 'http_reqs'), [[2000, 10]]);
});

test('windows hold what came on top, in ms, and never overlap', () => {
  const timeline = createTimeline(clock, 0);
  const name = 'k6_http_req_duration_seconds';
  const tags = { expected_response: 'true' };
  timeline.take([distribution(name, 1000, histogramOf([-24, 4]), tags)], 1000);
  const second = timeline.take(
    [
      distribution(name, 2000, histogramOf([-24, 4], [-16, 3]), tags),
      distribution(name, 2000, histogramOf([0, 2]), { expected_response: 'false' }),
    ],
    2000,
  );
  const windows = second.filter((seen) => seen.kind === 'window');
  assert.deepEqual(
    windows.map(({ series, fromMs, toMs, histogram }) => [
      series.labels,
      series.unit,
      fromMs,
      toMs,
      histogram.count,
    ]),
    [
      [{}, 'ms', 1000, 2000, 5],
      [{ expected_response: 'true' }, 'ms', 1000, 2000, 3],
    ],
  );
});

test('what a window tells of a quantile is as much in doubt as the buckets of k6, 9 %', () => {
  const timeline = createTimeline(clock, 0);
  // Between 2^(-25/8) and 2^(-24/8) s.
  const first = timeline
    .take([distribution('k6_http_req_duration_seconds', 1000, histogramOf([-24, 4]))], 1000)
    .find((seen) => seen.kind === 'window');
  const { low, high } = quantileBounds(first?.histogram ?? emptyHistogram(), 0.95) ?? {};
  assert.deepEqual([low?.toFixed(1), high?.toFixed(1)], ['114.6', '125.0']);
});

test('when the wall clock jumps, the arrival of the push counts', () => {
  const timeline = createTimeline(clock, 0);
  timeline.take([number('k6_iterations_total', 1000, 10)], 1010);
  const jumped = timeline.take([number('k6_iterations_total', 3_602_000, 20)], 2010);
  assert.deepEqual(counterPoints(jumped, 'iterations'), [[2010, 20]]);
  const setBack = timeline.take([number('k6_iterations_total', -5000, 30)], 3010);
  assert.deepEqual(counterPoints(setBack, 'iterations'), [[3010, 30]]);
});

test('of what is stamped before what is known only sums that have grown are news', () => {
  const timeline = createTimeline(clock, 0);
  const wait = 'k6_wait_seconds';
  timeline.take([distribution(wait, 2000, histogramOf([1, 4])), number('k6_vus', 2000, 5)], 2000);
  const grown = timeline.take([distribution(wait, 500, histogramOf([1, 6]))], 3000);
  assert.deepEqual(
    grown.flatMap((seen) => (seen.kind === 'window' ? [seen.histogram.count] : [])),
    [2],
  );
  assert.deepEqual(timeline.take([number('k6_vus', 500, 9)], 4000), []);
});

test('failed requests are counted where requests say whether they are, and nowhere else', () => {
  const seen = createTimeline(clock, 0).take(
    [
      number('k6_http_reqs_total', 1000, 10, { scenario: 'a' }),
      distribution('k6_http_req_duration_seconds', 1000, histogramOf([1, 4]), { expected_response: 'true' }),
    ],
    1000,
  );
  assert.deepEqual(counterPoints(seen, 'http_reqs').at(-1), [1000, 10]);
  assert.deepEqual(counterPoints(seen, 'http_reqs', 'false'), []);
});

test('a push that comes much later than it was stamped counts when it comes, and never before the last', () => {
  const timeline = createTimeline(clock, 0);
  const late = timeline.take([number('k6_iterations_total', 1000, 10)], 20_000);
  assert.deepEqual(counterPoints(late, 'iterations').at(-1), [20_000, 10]);
  timeline.take([number('k6_iterations_total', 21_090, 20)], 21_000);
  const jumped = timeline.take([number('k6_iterations_total', 3_602_000, 30)], 21_050);
  assert.deepEqual(counterPoints(jumped, 'iterations'), [[21_091, 30]]);
});

test('a histogram that has not grown makes no window, and one that nobody reads tells that time goes on', () => {
  const timeline = createTimeline(clock, 0);
  const wait = 'k6_wait_seconds';
  timeline.take([distribution(wait, 1000, histogramOf([1, 4]))], 1000);
  const still = timeline.take([distribution(wait, 2000, histogramOf([1, 4]))], 2000);
  assert.deepEqual(
    still.map(({ kind }) => kind),
    ['counter'],
  );
  const unread = (atMs: number, count: number): PushedSeries => ({
    ...number('k6_http_req_waiting_seconds', atMs, 0),
    reading: { kind: 'unread', count },
  });
  timeline.take([unread(3000, 4)], 3000);
  assert.deepEqual(timeline.take([unread(3000, 4)], 4000), []);
  // The wall clock was set back.
  assert.deepEqual(counterPoints(timeline.take([unread(500, 5)], 4000), 'dropped_iterations'), [[4000, 0]]);
});

test('what is not read changes nothing of the timeline', () => {
  const bodies = ['1', '2'].map((part) =>
    readFileSync(join(import.meta.dirname, `../../fixtures/k6/remote-write-${part}.bin`)),
  );
  const [all, used] = [() => true, usedHistograms()].map((isUsed) => {
    const timeline = createTimeline(clock, 0);
    return bodies.map((body, index) => timeline.take(decodeRemoteWrite(body, isUsed), index * 1000 + 1500));
  });
  assert.deepEqual(used, all);
});

test('keeps units apart and leaves out what has no count', () => {
  const timeline = createTimeline(clock, 0);
  const seen = timeline.take(
    [
      number('k6_data_sent_total', 1000, 512),
      number('k6_vus', 1000, 7),
      number('k6_checks_rate', 1000, 0.5),
      distribution('k6_own_size', 1000, histogramOf([10, 1])),
      distribution('k6_page_bytes', 1000, histogramOf([10, 1])),
      distribution('k6_http_req_waiting_seconds', 1000, histogramOf([10, 1])),
    ],
    1000,
  );
  const units = new Map(
    seen.flatMap((each) => ('series' in each ? [[each.series.name, each.series.unit] as const] : [])),
  );
  assert.deepEqual(Object.fromEntries(units), {
    data_sent: 'bytes',
    dropped_iterations: 'count',
    vus: 'count',
    own_size: 'none',
    page: 'bytes',
  });
  const pushed = histogramOf([10, 1]);
  assert.deepEqual(
    seen.flatMap((each) => (each.kind === 'window' ? [each.histogram] : [])),
    [pushed, pushed],
  );
});

test('a rule that names a metric has its histograms, its gauges by tag and its shares kept', () => {
  const asked = ['http_req_waiting', 'depth{scenario:a}', 'errors', 'errors{scenario:a}'].map(
    parseMetricSelector,
  );
  const timeline = createTimeline(clock, 0, asked);
  const [a, b] = [{ scenario: 'a' }, { scenario: 'b' }];
  const seen = timeline.take(
    [
      distribution('k6_http_req_waiting_seconds', 1000, histogramOf([-8, 4]), a),
      distribution('k6_http_req_blocked_seconds', 1000, histogramOf([-8, 4]), a),
      number('k6_depth', 1000, 3, a),
      number('k6_depth', 1000, 5, b),
      number('k6_errors_rate', 1000, 0.25, a),
      number('k6_errors_rate', 1000, 0.5, b),
      number('k6_checks_rate', 1000, 0.5, b),
    ],
    1000,
  );
  assert.deepEqual(
    seen.flatMap((each) => {
      if (each.kind === 'window') return [[seriesName(each.series), each.histogram.count]];
      return each.kind === 'gauge' ? [[seriesName(each.series), each.value]] : [];
    }),
    [
      ['depth', 5],
      ['depth{scenario:a}', 3],
      ['errors{share:low}', 0.25],
      ['errors{share:high}', 0.5],
      ['errors{scenario:a,share:low}', 0.25],
      ['errors{scenario:a,share:high}', 0.25],
      ['http_req_waiting', 4],
    ],
  );
});

test('a rule on the failed requests of a part has them counted from 0 on', () => {
  const selector = parseMetricSelector('http_req_failed{scenario:a}');
  const timeline = createTimeline(clock, 0, [selector]);
  const requests = (second: number, scenario: string, expected: string): PushedSeries =>
    number('k6_http_reqs_total', second * 1000, second * 10, { scenario, expected_response: expected });
  const seen = [
    ...timeline.take([requests(1, 'a', 'true'), requests(1, 'b', 'false')], 1000),
    ...timeline.take([requests(2, 'a', 'true'), requests(2, 'a', 'false')], 2000),
  ];
  const pointsOf = (name: string): number[][] =>
    seen.flatMap((each) =>
      each.kind === 'counter' && seriesName(each.series) === name ? [[each.atMs, each.value]] : [],
    );
  assert.deepEqual(pointsOf('http_reqs{scenario:a}'), [
    [0, 0],
    [1000, 10],
    [2000, 40],
  ]);
  assert.deepEqual(pointsOf('http_reqs{scenario:a,expected_response:false}'), [
    [0, 0],
    [1000, 0],
    [2000, 20],
  ]);
});

test('of failed requests shares are kept only where their counts are not', () => {
  const shares = [{ expected_response: 'true' }, {}].map((labels) =>
    createTimeline(clock, 0, [parseMetricSelector('http_req_failed')])
      .take([number('k6_http_req_failed_rate', 1000, 0.5, labels)], 1000)
      .filter(({ kind }) => kind === 'gauge'),
  );
  assert.deepEqual(
    shares.map(({ length }) => length),
    [0, 2],
  );
});

test('the pushes of a real run add up', () => {
  const [first = [], second = []] = ['1', '2'].map((part) =>
    decodeRemoteWrite(readFileSync(join(import.meta.dirname, `../../fixtures/k6/remote-write-${part}.bin`))),
  );
  const startedAtEpochMs = Math.min(...first.map(({ timestampMs }) => timestampMs)) - 500;
  const timeline = createTimeline({ ...clock, startedAtEpochMs }, 0);
  const observations = [...timeline.take(first, 1500), ...timeline.take(second, 2500)];
  const lastOf = (name: string): number => counterPoints(observations, name).at(-1)?.[1] ?? NaN;
  const outcomes = ['coupon_accepted', 'coupon_duplicate', 'coupon_sold_out', 'coupon_failed'].map(lastOf);
  assert.equal(
    outcomes.reduce((sum, each) => sum + each),
    lastOf('iterations'),
  );
  assert.equal(lastOf('coupon_failed'), counterPoints(observations, 'http_reqs', 'false').at(-1)?.[1]);
  const inWindows = observations.reduce(
    (sum, seen) =>
      seen.kind === 'window' && seen.series.name === 'iteration_duration' ? sum + seen.histogram.count : sum,
    0,
  );
  assert.equal(inWindows, lastOf('iterations'));
});
