import assert from 'node:assert/strict';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createGunzip } from 'node:zlib';
import { readSummaryText } from '../read-summary-text.ts';
import { readSamples } from './read-samples.ts';

const folder = join(import.meta.dirname, '../../../fixtures/k6-output');

const chunksOf = (name: string): AsyncIterable<Uint8Array> => {
  const file = createReadStream(join(folder, name));
  return name.endsWith('.gz') ? file.pipe(createGunzip()) : file;
};

/** One run of k6 wrote its samples and its summary: the first have to add up to the second. */
describe('samples that k6 wrote', () => {
  const names = readdirSync(folder).filter((name) => /\.(?:ndjson|csv)(?:\.gz)?$/.test(name));
  it('are there of several versions, in both formats', () => assert.ok(names.length >= 12));

  for (const name of names)
    it(`${name}: add up to the summary of the same run`, async () => {
      const isCsv = name.includes('.csv');
      const found = await readSamples(() => chunksOf(name), isCsv ? 'csv' : 'ndjson');
      const text = readFileSync(
        join(folder, name.replace(/(?:ndjson|csv)(?:\.gz)?$/, 'export.json')),
        'utf8',
      );
      const [saved] = readSummaryText(text);
      assert.ok(found !== undefined && saved !== undefined);
      assert.equal(found.unreadableLines, 0);
      const { metrics, checks } = found.run.summary;
      const untyped = found.run.ambiguous.map(({ metric }) => metric);
      for (const [metric, expected] of Object.entries(saved.summary.metrics)) {
        const own = metrics[metric];
        const isLeftOut = /^http_req_(?:blocked|connecting|tls|sending|waiting|receiving)/.test(metric);
        const isEmpty = expected.type === 'rate' && expected.passes + expected.fails === 0;
        if (isLeftOut || isEmpty || untyped.includes(metric) || (isCsv && metric.includes('kind:'))) {
          assert.equal(own, undefined, metric);
          continue;
        }
        assert.equal(own?.type, expected.type, metric);
        if (own?.type === 'counter' && expected.type === 'counter')
          assert.equal(own.count, expected.count, metric);
        else if (own?.type === 'trend' && expected.type === 'trend') {
          for (const [statistic, value] of Object.entries(expected.values)) {
            // Not worked out unless a rule asks for them.
            if (own.values[statistic] === undefined && ['count', 'p(99.9)'].includes(statistic)) continue;
            assert.ok(
              Math.abs((own.values[statistic] ?? Number.NaN) - value) <=
                (isCsv ? 1e-6 : 1e-9 * Math.abs(value)),
              `${metric} ${statistic}: ${own.values[statistic]} for ${value}`,
            );
          }
        } else assert.deepEqual(own, expected, metric);
      }
      const sorted = (given: typeof checks) => given.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      assert.deepEqual(sorted(checks), sorted(saved.summary.checks));
      const { http_reqs: requests } = metrics;
      const { http_reqs: expected } = saved.summary.metrics;
      assert.ok(requests?.type === 'counter' && expected?.type === 'counter');
      assert.equal(found.run.span.isInSeconds, /-plain\.csv|v0\..*\.csv\.gz/.test(name));
      // k6 counts from before its first iteration to after its last sample, of which the run of 40 ms is full.
      if (found.run.span.isInSeconds) assert.equal(requests.rate, null);
      else if (name.includes('-plain'))
        assert.ok(Math.abs((requests.rate ?? 0) / (expected.rate ?? 1) - 1) < 0.02, String(requests.rate));
      const expressions = found.run.summary.thresholds.map(({ expression }) => expression);
      const ofScript = name.includes('-plain')
        ? ['p(95)<500', 'p(97.5)<1', 'rate>0.9', 'count>3']
        : ['max<10', 'p(99.9)<100', 'value<1000'];
      assert.deepEqual(expressions, isCsv ? [] : ofScript);
    });
});
