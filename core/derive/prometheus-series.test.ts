import assert from 'node:assert/strict';
import test from 'node:test';
import { buildRecord } from '../../fixtures/build-record.ts';
import type { Series } from '../record/run-record.ts';
import {
  counterIncrease,
  lateStartMs,
  prometheusResults,
  seriesFigures,
  seriesLabel,
  valueKind,
} from './prometheus-series.ts';

type PointSeries = Extract<Series, { readonly points: unknown }>;

const series = (
  name: string,
  labels: Record<string, string>,
  points: PointSeries['points'] = [],
): PointSeries => ({
  kind: 'gauge',
  name,
  labels,
  unit: 'none',
  points,
});
const scrape = ['http://127.0.0.1:8080/metrics'];
const instance = '127.0.0.1:8080';

test('the series of a query are found by its id, and told apart by the labels in which they differ', () => {
  const found = prometheusResults(
    buildRecord({
      plan: { prometheus: { url: 'http://127.0.0.1:9090', queries: { up: 'up', other: 'x' }, scrape: [] } },
      series: [
        series('prometheus', { query: 'up', job: 'a', instance }),
        series('prometheus', { query: 'up', job: 'b', instance }),
      ],
    }),
  );
  const [up, other] = found.results;
  assert.ok(up !== undefined);
  assert.deepEqual(
    up.series.map((each) => seriesLabel(each, up)),
    ['job=a', 'job=b'],
  );
  assert.deepEqual(other?.series, []);
});

test('few scraped series are shown each, many are only counted', () => {
  const scraped = (count: number) =>
    prometheusResults(
      buildRecord({
        plan: { prometheus: { queries: {}, scrape } },
        series: Array.from({ length: count }, (_, index) => series(`m${index}`, { instance })),
      }),
    );
  assert.deepEqual([scraped(4).results.length, scraped(4).unshownSeries], [4, 0]);
  assert.deepEqual([scraped(5).results.length, scraped(5).unshownSeries], [0, 5]);
});

test('means are of the load phase and of what lies 5 s behind it', () => {
  const points = Array.from({ length: 21 }, (_, second): [number, number] => [
    second * 1000,
    second <= 10 ? 10 : 2,
  ]);
  const figures = seriesFigures({ points }, buildRecord());
  assert.deepEqual(figures, { loadAvg: 10, loadMax: 10, loadMaxAtMs: 0, idleAvg: 2 });
});

test('of a counter the growth is given, and none where it was reset', () => {
  const record = buildRecord();
  assert.deepEqual(
    counterIncrease(
      {
        points: [
          [0, 5],
          [10_000, 105],
          [11_000, 105],
          [20_000, 105],
        ],
      },
      record,
    ),
    {
      load: { by: 100, perSecond: 10, fromMs: 0, toMs: 10_000 },
      idle: { by: 0, perSecond: 0, fromMs: 11_000, toMs: 20_000 },
    },
  );
  assert.equal(
    counterIncrease(
      {
        points: [
          [0, 5],
          [10_000, 1],
        ],
      },
      record,
    ).load,
    null,
  );
});

test('only a bare metric says by its name what it counts', () => {
  const kindOf = (query: string) => valueKind({ id: 'q', query, series: [] }, series('prometheus', {}));
  assert.equal(kindOf('coupon_issued_total{job="a"}'), 'counter');
  assert.equal(kindOf('process_resident_memory_bytes'), 'bytes');
  assert.equal(kindOf('rate(coupon_issued_total[1m])'), 'plain');
});

test('a first sample is called late where a part of the load lies before it', () => {
  const startOf = (firstMs: number) => lateStartMs({ points: [[firstMs, 1]] }, buildRecord());
  assert.deepEqual([startOf(3000), startOf(5000)], [null, 5000]);
});
