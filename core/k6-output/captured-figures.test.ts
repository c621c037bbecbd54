import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { capturedFigures } from '../../fixtures/k6-figures.ts';
import type { K6Metric } from '../record/load-outcome.ts';
import { readSummaryText } from './read-summary-text.ts';

const folder = join(import.meta.dirname, '../../fixtures/k6-output');

const counterOf = (metric: K6Metric | undefined): number | null => {
  if (metric === undefined) return null;
  assert.ok(metric.type === 'counter');
  return metric.count;
};
const rateOf = (metric: K6Metric | undefined): [passes: number, fails: number] => {
  assert.ok(metric?.type === 'rate');
  return [metric.passes, metric.fails];
};

describe('the figures that stand in captured output', () => {
  it('are written down of every summary there is', () => {
    const summaries = readdirSync(folder).filter((name) => /^v.*\.(?:txt|json)$/.test(name));
    assert.deepEqual(
      capturedFigures.map(([name]) => name),
      summaries.toSorted(),
    );
    assert.ok(summaries.length >= 30);
  });

  for (const [name, requests, failed, iterations, dropped, checks, durationMs] of capturedFigures)
    it(`are those that are read from ${name}`, () => {
      const found = readSummaryText(readFileSync(join(folder, name), 'utf8'));
      assert.equal(found.length, 1);
      const metrics = found[0]?.summary.metrics ?? {};
      assert.equal(counterOf(metrics['http_reqs']), requests);
      assert.equal(rateOf(metrics['http_req_failed'])[0], failed);
      assert.equal(counterOf(metrics['iterations']), iterations);
      assert.equal(counterOf(metrics['dropped_iterations']), dropped);
      assert.deepEqual(rateOf(metrics['checks']), checks);
      const duration = metrics['http_req_duration'];
      assert.ok(duration?.type === 'trend');
      const statistics = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'];
      for (const [index, statistic] of statistics.entries()) {
        const [value, written] = [duration.values[statistic] ?? Number.NaN, durationMs[index] ?? 0];
        assert.ok(Math.abs(value - written) <= 1e-9 * written, `${statistic}: ${value} for ${written}`);
      }
    });
});
