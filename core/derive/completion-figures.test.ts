import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildRecord, partition, type Reading } from '../../fixtures/build-record.ts';
import type { Series } from '../record/run-record.ts';
import { completionSeries } from '../record/series-names.ts';
import { kafkaFigures } from './kafka-group.ts';
import { completionFigures } from './completion-figures.ts';

const edges = [100, 1000, 5000, Number.POSITIVE_INFINITY] as const;

/** Readings once a second of a histogram that took in the given times before each of them; null: it began anew. */
const histogram = (...perReading: readonly (readonly number[] | null)[]): Series[] => {
  let seen: number[] = [];
  const readings = perReading.map((times) => {
    seen = times === null ? [] : [...seen, ...times];
    return seen;
  });
  const series = (name: string, labels: Record<string, string>, of: (times: number[]) => number): Series => ({
    kind: 'counter',
    name,
    labels,
    unit: 'count',
    points: readings.map((times, index) => [index * 1000, of(times)]),
  });
  return [
    ...edges.map((edge) =>
      series(
        completionSeries.bucket,
        { le: Number.isFinite(edge) ? String(edge) : '+Inf' },
        (times) => times.filter((ms) => ms <= edge).length,
      ),
    ),
    series(completionSeries.count, {}, (times) => times.length),
    series(completionSeries.sum, {}, (times) => times.reduce((sum, ms) => sum + ms, 0)),
  ];
};

/** 4 messages, committed 2 s after they came. */
const fourMessages: readonly Reading[] = [
  [0, 0, 0],
  [1000, 0, 4],
  [2000, 0, 4],
  [3000, 4, 4],
];

const figures = (series: readonly Series[], readings: readonly Reading[] = fourMessages) => {
  const record = buildRecord({
    series: [...series],
    offsets: [partition(readings)],
    plan: { completion: { url: 'http://localhost/metrics', histogram: 'done_seconds' } },
  });
  const found = completionFigures(record, kafkaFigures(record).groups);
  assert.ok(found);
  return found;
};

describe('completionFigures', () => {
  it('gives the edges between which each quantile of the application lies, and the exact mean', () => {
    const found = figures(histogram([50], [50, 2000], [900, 2000]));
    assert.equal(found.observations, 4);
    assert.equal(found.messages, 4);
    assert.deepEqual(found.p50.application, { lowMs: 100, highMs: 1000 });
    assert.deepEqual(found.max.application, { lowMs: 1000, highMs: 5000 });
    assert.deepEqual(found.mean.application, { lowMs: 1237.5, highMs: 1237.5 });
  });

  it('gives the difference that both bounds allow', () => {
    const { p50 } = figures(histogram([], [50, 50, 50, 50]));
    assert.ok(p50.lagline.lowMs !== null && p50.lagline.highMs !== null);
    assert.deepEqual(p50.difference, { lowMs: p50.lagline.lowMs - 100, highMs: p50.lagline.highMs });
  });

  it('has no upper edge in the last bucket', () => {
    assert.deepEqual(figures(histogram([], [9000, 9000, 9000, 9000])).p50.application, {
      lowMs: 5000,
      highMs: null,
    });
  });

  it('counts a restart, takes what came after it, and bounds what it lost', () => {
    const found = figures(histogram([], [50, 50], null, [50, 50]));
    assert.deepEqual([found.resets, found.observations], [1, 4]);
    const lost = figures(histogram([50], [50, 900], null, [2000]));
    // One of the four came between the last reading and the restart, or was not seen for another reason.
    assert.deepEqual([lost.resets, lost.observations], [1, 3]);
    assert.deepEqual(lost.p50.application, { lowMs: 0, highMs: 1000 });
    assert.deepEqual(lost.max.application, { lowMs: 1000, highMs: null });
    assert.equal(lost.mean.application.highMs, null);
  });

  it('allows for times that do not belong to the run', () => {
    const found = figures(histogram([], [50, 50, 50, 900, 2000, 2000]));
    assert.equal(found.observations, 6);
    assert.deepEqual(found.p50.application, { lowMs: 0, highMs: 1000 });
    assert.deepEqual(found.max.application, { lowMs: 100, highMs: 5000 });
  });

  it('is not known from a single reading, and says how many there were', () => {
    const found = figures(histogram([50]));
    assert.deepEqual([found.readings, found.observations], [1, null]);
    assert.deepEqual(found.p50.application, { lowMs: null, highMs: null });
    assert.deepEqual(found.p50.difference, { lowMs: null, highMs: null });
  });

  it('is there without a group', () => {
    const record = buildRecord({
      series: histogram([], [50, 900]),
      offsets: [],
      plan: { completion: { url: 'http://localhost/metrics', histogram: 'done_seconds' } },
    });
    const found = completionFigures(record, []);
    assert.deepEqual(found?.max.application, { lowMs: 100, highMs: 1000 });
    assert.deepEqual(found.max.lagline, { ms: null, lowMs: null, highMs: null });
  });

  it('holds the truth of the run’s own messages, whatever is missing and whatever does not belong', () => {
    const time = fc.integer({ min: 0, max: 9000 });
    fc.assert(
      fc.property(
        fc.array(time, { minLength: 1, maxLength: 30 }),
        fc.array(time, { maxLength: 5 }),
        fc.boolean(),
        (own, others, isMissing) => {
          const seen = isMissing ? own : [...own, ...others];
          const all = isMissing ? [...own, ...others] : own;
          const found = figures(histogram([], seen), [
            [0, 0, 0],
            [1000, 0, all.length],
            [2000, all.length, all.length],
          ]);
          const sorted = all.toSorted((left, right) => left - right);
          const holds = (
            { lowMs, highMs }: { lowMs: number | null; highMs: number | null },
            truth: number,
          ) => {
            assert.ok((lowMs ?? 0) <= truth + 1e-6, `${lowMs} ${truth}`);
            assert.ok(truth <= (highMs ?? Number.POSITIVE_INFINITY) + 1e-6, `${truth} ${highMs}`);
          };
          for (const [name, q] of [
            ['p50', 0.5],
            ['p95', 0.95],
            ['max', 1],
          ] as const)
            holds(found[name].application, sorted[Math.ceil(q * all.length) - 1] ?? Number.NaN);
          holds(found.mean.application, all.reduce((sum, ms) => sum + ms, 0) / all.length);
        },
      ),
    );
  });
});
