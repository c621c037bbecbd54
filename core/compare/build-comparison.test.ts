import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aRunReport } from '../../fixtures/build-report.ts';
import type { RunReport } from '../report-document.ts';
import { buildComparison, compareMetrics, type MetricSides } from './build-comparison.ts';
import { compareDocumentSchema, type ComparedMetric } from './compare-document.ts';

const options = { alpha: 0.05, minEffect: 0.05, metrics: [], intervals: true };
const sides = (base: readonly number[], candidate: readonly number[], metric = 'm'): MetricSides => ({
  metric,
  unit: 'ms',
  better: 'lower',
  base: base.map((value) => ({ value, isBound: false })),
  candidate: candidate.map((value) => ({ value, isBound: false })),
});
const compared = (all: readonly MetricSides[], given = options): ComparedMetric[] =>
  compareMetrics(all, given).metrics;
const verdict = (each: MetricSides, given = options) => compared([each], given)[0]?.verdict;
const around = (middle: number, count = 8) =>
  Array.from({ length: count }, (_, index) => middle * (1 + (index - (count - 1) / 2) / 500));
const positive = fc.array(fc.integer({ min: 80, max: 120 }), { minLength: 1, maxLength: 8 });

describe('the verdict on a metric', () => {
  it('is a regression or an improvement by the direction of the metric', () => {
    const slower = sides(around(100), around(120));
    assert.equal(verdict(slower), 'regression');
    assert.equal(verdict({ ...slower, better: 'higher' }), 'improvement');
  });

  it('is no difference for a change that is certain, and too small to count', () => {
    assert.equal(verdict(sides(around(100), around(102))), 'no-difference');
    assert.equal(verdict(sides(around(100), around(102)), { ...options, minEffect: 0.01 }), 'regression');
  });

  it('is too little data with one run a side, whatever the change', () => {
    assert.equal(verdict(sides([100], [1000])), 'too-little-data');
    assert.equal(verdict(sides([100, 101, 102], [1000, 1001, 1002])), 'too-little-data');
  });

  it('is too little data where the runs scatter so much that twice the floor would not be seen', () => {
    const [found] = compared([sides([50, 80, 100, 120, 150], [55, 85, 95, 125, 140])], options);
    assert.equal(found?.verdict, 'too-little-data');
    assert.ok((found.smallestChange ?? 0) > 0.1);
  });

  it('is no regression where of the better base only a lower bound is known', () => {
    const each = sides(around(100), around(120));
    const bound = (readings: MetricSides['base']): MetricSides['base'] =>
      readings.map((reading) => reading && { ...reading, isBound: true });
    assert.notEqual(verdict({ ...each, base: bound(each.base) }), 'regression');
    assert.equal(verdict({ ...each, candidate: bound(each.candidate) }), 'regression');
  });

  it('counts any certain rise from zero', () => {
    assert.equal(verdict(sides(around(0), [1, 2, 3, 4, 5, 6, 7, 8])), 'regression');
  });

  it('is mirrored when base and candidate are exchanged', () => {
    const mirror = { regression: 'improvement', improvement: 'regression' } as Record<string, string>;
    fc.assert(
      fc.property(positive, positive, (base, candidate) => {
        const [there, back] = [sides(base, candidate), sides(candidate, base)].map((each) =>
          compared([each], options),
        );
        const [one, other] = [there?.[0], back?.[0]];
        assert.ok(one && other && one.p !== null && other.p !== null);
        assert.equal(mirror[one.verdict] ?? one.verdict, other.verdict);
        assert.ok(Math.abs(one.p - other.p) < 1e-12);
        assert.ok(Math.abs((1 + (one.change ?? 0)) * (1 + (other.change ?? 0)) - 1) < 1e-9);
      }),
    );
  });

  it('does not depend on the order of the runs', () => {
    fc.assert(
      fc.property(positive, positive, (base, candidate) => {
        assert.deepEqual(
          compared([sides(base, candidate)], options),
          compared([sides([...base].reverse(), [...candidate].reverse())], options),
        );
      }),
    );
  });

  it('is not changed by another metric that never changes', () => {
    fc.assert(
      fc.property(positive, positive, (base, candidate) => {
        const constant = sides(
          base.map(() => 0),
          candidate.map(() => 0),
          'constant',
        );
        assert.deepEqual(
          compared([sides(base, candidate), constant], options)[0],
          compared([sides(base, candidate)], options)[0],
        );
      }),
    );
  });
});

describe('a comparison', () => {
  const story = { scenario: 'peak', loadMs: 10_000, durationMs: 10_000, requestsPerSecond: 100 };
  const runOn = (day: number, told: Partial<RunReport> = {}): RunReport =>
    aRunReport(story, {
      runId: `day-${day}`,
      startedAt: new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
      ...told,
    });
  const build = (base: readonly RunReport[], candidate: readonly RunReport[]) =>
    compareDocumentSchema.parse(buildComparison(base, candidate, [], options));

  it('says which side was made first as a whole', () => {
    assert.equal(build([runOn(0), runOn(1)], [runOn(2), runOn(3)]).order, 'base-first');
    assert.equal(build([runOn(2), runOn(3)], [runOn(0), runOn(1)]).order, 'candidate-first');
    assert.equal(build([runOn(0), runOn(2)], [runOn(1), runOn(3)]).order, 'mixed');
    assert.equal(build([runOn(0)], [runOn(1, { startedAt: null })]).order, 'mixed');
  });

  it('is no pass where no run is a measurement', () => {
    const invalid = runOn(0, { verdict: { outcome: 'invalid', exitCode: 4 } });
    const { outcome, exitCode, leftOut, metrics } = build([invalid], [runOn(1, { status: 'interrupted' })]);
    assert.deepEqual([outcome, exitCode, metrics.length], ['no-data', 3, 0]);
    assert.deepEqual(
      leftOut.map(({ side, reason }) => `${side} ${reason}`),
      ['base invalid', 'candidate interrupted'],
    );
  });
});
