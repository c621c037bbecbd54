import assert from 'node:assert/strict';
import test from 'node:test';
import { buildRecord } from '../../fixtures/build-record.ts';
import { incidentStory } from '../../fixtures/report-stories.ts';
import { prometheusFigures, prometheusOrigins } from './prometheus-figures.ts';

test('what a query gave under load and after it is a figure of the run, with its origin', () => {
  const [stress] = incidentStory().runs;
  assert.ok(stress !== undefined);
  const figures = prometheusFigures(stress.record);
  assert.deepEqual(figures, incidentStory().document.runs[0]?.prometheus);
  assert.deepEqual(prometheusOrigins(figures)['prometheus.results.0.series.0.loadMax'], {
    kind: 'measured',
    source: 'prometheus query resident_memory',
  });
});

test('of a counter it is the increase; a query that gave nothing stays, one that nobody asked is absent', () => {
  const plan = { prometheus: { queries: { sent: 'sent_total', none: 'none' }, scrape: [] } };
  const figures = prometheusFigures(
    buildRecord({
      plan,
      series: [
        {
          kind: 'gauge',
          name: 'prometheus',
          labels: { query: 'sent' },
          unit: 'none',
          points: [
            [0, 10],
            [10_000, 30],
          ],
        },
      ],
    }),
  );
  const [sent, none] = figures?.results ?? [];
  assert.deepEqual(sent?.series[0]?.increase?.load?.by, 20);
  assert.deepEqual([none?.id, none?.seriesCount, none?.series], ['none', 0, []]);
  assert.equal(prometheusFigures(buildRecord({})), undefined);
});

test('of more series than can be shown the first have figures, and all are counted', () => {
  const figures = prometheusFigures(
    buildRecord({
      plan: { prometheus: { queries: { up: 'up' }, scrape: [] } },
      series: Array.from({ length: 50 }, (_, index) => ({
        kind: 'gauge' as const,
        name: 'prometheus',
        labels: { query: 'up', pod: String(index) },
        unit: 'none' as const,
        points: [[0, 1] as const],
      })),
    }),
  );
  assert.deepEqual([figures?.results[0]?.series.length, figures?.results[0]?.seriesCount], [20, 50]);
});
