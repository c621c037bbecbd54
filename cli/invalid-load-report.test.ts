import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  clockOf,
  count,
  gauge,
  integrityCounts,
  k6Summary,
  loadOutcome,
  partition,
  rate,
  sampleAges,
  type Reading,
} from '../fixtures/build-record.ts';
import { buildReport } from '../core/judge/build-report.ts';
import { hostSeries } from '../core/record/series-names.ts';
import { incidentReport } from '../reporters/incident/incident-report.ts';
import { locales } from '../reporters/locales/index.ts';

const seconds = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

/**
 * 100 iterations a second were planned for 10 s. The machine that generates the load is busy to the last, so that 400 of 1,000 were
 * dropped; the clock of Prometheus is ahead, and its samples are from before the load.
 */
const record = buildRecord({
  runId: '20260314T052653Z-peak',
  startedAt: '2026-03-14T05:26:53.000Z',
  environment: {
    laglineVersion: '0.1.0',
    nodeVersion: '24.21.0',
    k6Version: 'v1.8.1',
    os: 'Linux 6.1 x64',
    cpuModel: 'Example CPU',
    cpuCores: 2,
    memoryBytes: 16e9,
    command: ['lagline', 'run', 'peak'],
  },
  load: loadOutcome({
    scenarios: [arrivalScenario({ maxVUs: 50, preAllocatedVUs: 50 })],
    summary: k6Summary(
      {
        iterations: count(600),
        dropped_iterations: count(400),
        http_reqs: count(600),
        http_req_failed: rate(0, 600),
        checks: rate(600, 0),
        vus: { type: 'gauge', value: 50, min: 0, max: 50 },
      },
      { checks: [{ name: '응답 성공', passes: 600, fails: 0 }] },
    ),
  }),
  integrity: integrityCounts({ accepted: 600, persisted: 600, distinctUsers: 600, drained: true }),
  offsets: [
    partition(
      seconds(0, 20).map((second): Reading => [
        second * 1000,
        Math.min(600, Math.max(0, second - 1) * 60),
        Math.min(600, second * 60),
      ]),
    ),
  ],
  series: [
    gauge(
      hostSeries.cpuPercent,
      seconds(0, 20).map((second) => [second * 1000, second <= 10 ? 99 : 20]),
    ),
    ...clockOf('k6', ...seconds(0, 9).map(() => [-12, 990] as const)),
    ...clockOf('prometheus', ...seconds(0, 20).map(() => [4200, 4206] as const)),
    {
      ...gauge(
        'prometheus',
        seconds(0, 20).map((second) => [second * 1000, 300_000_000]),
        { query: 'resident_memory' },
      ),
      unit: 'none',
    },
    sampleAges('resident_memory', ...seconds(0, 20).map((second) => 90_000 + second * 1000)),
  ],
  plan: {
    prometheus: {
      url: 'http://127.0.0.1:9090',
      queries: { resident_memory: 'process_resident_memory_bytes' },
      scrape: [],
    },
    thresholds: {
      http_req_duration: ['p(95)<500'],
      kafka_drain: ['value<60s'],
      'prometheus{query:resident_memory}': ['max<1000000000'],
    },
  },
});
const document = buildReport([record], '0.1.0');
const [run] = document.runs;

const render = async (language: 'ko' | 'en'): Promise<string> => {
  const runs = [{ record, k6Console: null, runFolder: '.' }];
  const files = await incidentReport.render({ document, runs }, locales[language]);
  return String(files.find(({ path }) => path.endsWith('.md'))?.content);
};

describe('the report of a load that was not offered', () => {
  it('is invalid, though every rule would have held', () => {
    assert.deepEqual(document.verdict, { outcome: 'invalid', exitCode: 4 });
    const outcomes = (run?.rules ?? []).map(({ metric, outcome, level, facts }) => [
      metric,
      outcome,
      level ?? facts['wouldBe'] ?? facts['reason'] ?? '',
    ]);
    for (const expected of [
      ['dropped_iterations', 'invalid', 'generator-was-the-limit'],
      ['generator_cpu', 'fail', 'warn'],
      ['clock_skew{source:prometheus}', 'fail', 'warn'],
      ['prometheus_sample_age{query:resident_memory}', 'fail', 'warn'],
      ['http_req_duration', 'invalid', 'pass'],
      ['kafka_drain', 'invalid', 'pass'],
      ['prometheus{query:resident_memory}', 'no-data', 'stale-samples'],
    ])
      assert.ok(
        outcomes.some((each) => JSON.stringify(each) === JSON.stringify(expected)),
        `${expected.join()} in ${JSON.stringify(outcomes)}`,
      );
  });

  it('reads as its golden file (LAGLINE_UPDATE_GOLDEN=1 rewrites it)', async () => {
    const golden = join(import.meta.dirname, '..', 'fixtures', 'reports', 'invalid-load.ko.md');
    const markdown = await render('ko');
    if (process.env['LAGLINE_UPDATE_GOLDEN'] === '1') writeFileSync(golden, markdown);
    assert.equal(markdown, readFileSync(golden, 'utf8'));
  });

  it('says in English what it says in Korean', async () => {
    const markdown = await render('en');
    assert.doesNotMatch(markdown, /undefined|NaN|\[object/);
    assert.doesNotMatch(markdown.replaceAll(/`[^`]*`/g, ''), /[가-힣]/);
  });
});
