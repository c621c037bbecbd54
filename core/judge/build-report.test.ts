import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  count,
  counter,
  cpu,
  integrityCounts,
  k6Summary,
  lagReadings,
  loadOutcome,
  partition,
  trend,
  type Reading,
} from '../../fixtures/build-record.ts';
import { reportDocumentSchema, type RunReport } from '../report-document.ts';
import type { RunRecord } from '../record/run-record.ts';
import { buildReport, buildRunReport } from './build-report.ts';

const lags = [0, 900, 900, 400, 0, 0, 0, 0];
const stories: Readonly<Record<string, RunRecord>> = {
  healthy: buildRecord(),
  'with everything': buildRecord({
    series: [cpu(50, 60, 70), counter('http_reqs', [[9000, 1000]])],
    offsets: [partition(lagReadings(lags, 8000)), partition(lagReadings(lags, 8000), { partition: 1 })],
    gaps: [{ source: 'kafka', fromMs: 1000, toMs: 2000, reason: 'refused' }],
    events: [{ atMs: 4000, name: 'rebalanced', facts: {} }],
    integrity: integrityCounts(),
    probes: [
      { id: 'audit', when: 'before', atMs: 5, source: 'GET ${AUDIT_URL}', value: 1 },
      { id: 'audit', when: 'after', atMs: 19_500, source: 'GET ${AUDIT_URL}', value: 1 },
    ],
    load: loadOutcome({
      scenarios: [arrivalScenario()],
      summary: k6Summary({ coupon_accepted: count(900) }),
    }),
    plan: {
      thresholds: { kafka_drain: ['value<60s'], kafka_lag: ['max<5'], http_reqs: ['rate>1'] },
      integrity: {
        url: 'http://127.0.0.1:8080/integrity',
        probes: ['audit', 'gone'].map((id) => ({
          kind: 'http' as const,
          id,
          address: '${AUDIT_URL}',
          path: '$.missing',
          expression: 'value==0',
          difference: id === 'audit',
        })),
      },
      kafka: { brokers: ['127.0.0.1:9092'], groups: [{ group: 'issuer' }] },
      scenario: {
        name: 'peak',
        script: 'scenarios/peak.ts',
        envNames: [],
        timeScale: 1,
        targetUrl: 'http://someone:secret@127.0.0.1:8080/',
      },
    },
  }),
  'timed out': buildRecord({
    offsets: [partition(lagReadings([9, 9, 8, 8, 8, 8], 9000))],
    durationMs: 15_000,
  }),
  'without commits': buildRecord({
    offsets: [
      partition([
        [0, null, 1],
        [1000, null, 2],
      ]),
    ],
  }),
  'without readings': buildRecord({ offsets: [partition([])] }),
  'k6 killed': buildRecord({ load: loadOutcome({ summary: null, exitCode: null, signal: 'SIGKILL' }) }),
  'k6 killed, with a timeline': buildRecord({
    series: [counter('http_reqs', [[9000, 1000]])],
    load: loadOutcome({ summary: null, exitCode: null, signal: 'SIGKILL' }),
  }),
  'no iterations counted': buildRecord({
    load: loadOutcome({ summary: k6Summary({ iterations: undefined }) }),
  }),
  interrupted: buildRecord({ end: { atMs: 5000, status: 'interrupted', signal: 'SIGINT' } }),
  'journal cut': buildRecord({
    load: undefined,
    end: undefined,
    phases: [{ name: 'load', fromMs: 0, toMs: null }],
  }),
};

/** The value at a dotted path; undefined where there is no such place. */
const valueAt = (run: RunReport, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (place, key) =>
        typeof place === 'object' && place !== null && Object.hasOwn(place, key)
          ? (place as Record<string, unknown>)[key]
          : undefined,
      run,
    );

/** Paths of every number and null below a place. */
const figurePaths = (value: unknown, path: string): string[] => {
  if (typeof value === 'number' || value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => figurePaths(inner, `${path}.${key}`));
};
const hasOrigin = ({ provenance }: RunReport, path: string): boolean =>
  path.split('.').some((_, index, keys) => Object.hasOwn(provenance, keys.slice(0, index + 1).join('.')));

for (const [story, record] of Object.entries(stories)) {
  describe(`the report of a run: ${story}`, () => {
    const run = buildRunReport(record);

    it('has the published shape', () => {
      const document = buildReport([record], '0.1.0');
      assert.deepEqual(reportDocumentSchema.parse(document), document);
    });

    it('is the same for the same record', () => {
      const again = JSON.stringify(buildReport([structuredClone(record)], '0.1.0'));
      assert.equal(again, JSON.stringify(buildReport([record], '0.1.0')));
    });

    it('names the origin of figures that exist, and the reason of those that are not known', () => {
      for (const [path, { reason }] of Object.entries(run.provenance)) {
        const value = valueAt(run, path);
        assert.notEqual(value, undefined, path);
        if (value === null) assert.equal(typeof reason, 'string', path);
        else if (typeof value === 'number') assert.equal(reason, undefined, path);
      }
    });

    it('has an origin for every figure of load, Kafka, machine and store', () => {
      const { load, kafka, resources, integrity, integrityProbes } = run;
      const paths = [
        ...figurePaths(load && { ...load, k6Version: '', k6Signal: '' }, 'load'),
        ...kafka.groups.flatMap((group, index) => figurePaths(group, `kafka.groups.${index}`)),
        ...figurePaths(resources, 'resources'),
        ...figurePaths(integrity, 'integrity'),
        ...integrityProbes.map((_, index) => `integrityProbes.${index}.value`),
      ];
      assert.deepEqual(
        paths.filter((path) => !hasOrigin(run, path)),
        [],
      );
    });

    it('tells what happened in the order of time', () => {
      const times = run.timeline.map(({ atMs }) => atMs);
      assert.deepEqual(
        times,
        times.toSorted((left, right) => left - right),
      );
    });
  });
}

describe('buildReport', () => {
  it('has the worst verdict of its runs, in the order given', () => {
    const report = buildReport([stories['healthy']!, stories['interrupted']!], '0.1.0');
    assert.deepEqual(report.verdict, { outcome: 'invalid', exitCode: 4 });
    assert.deepEqual(
      report.runs.map(({ status }) => status),
      ['completed', 'interrupted'],
    );
  });

  it('keeps passwords of addresses out', () => {
    assert.equal(buildRunReport(stories['with everything']!).targetUrl, 'http://127.0.0.1:8080/');
  });
});

describe('the timeline', () => {
  const eventsOf = (story: string) => buildRunReport(stories[story]!).timeline.map(({ event }) => event);

  it('follows the backlog from its rise to its end', () => {
    assert.deepEqual(eventsOf('with everything'), [
      'load-started',
      'broker-unreachable',
      'rebalanced',
      'lag-rising',
      'lag-peak',
      'load-ended',
      'drained',
    ]);
  });

  it('says that watching timed out only where it did', () => {
    assert.ok(eventsOf('timed out').includes('drain-timed-out'));
    const ended = { atMs: 15_000, status: 'interrupted', signal: 'SIGINT' } as const;
    const { timeline } = buildRunReport({ ...stories['timed out']!, end: ended });
    assert.deepEqual(timeline.map(({ event }) => event).slice(-1), ['interrupted']);
    assert.ok(!timeline.some(({ event }) => event === 'drain-timed-out'));
  });

  const risingAt = (readings: readonly Reading[]) =>
    buildRunReport(buildRecord({ offsets: [partition(readings)] })).timeline.find(
      ({ event }) => event === 'lag-rising',
    )?.atMs;

  it('has the backlog rise from where it left its base, not from a tenth of its peak', () => {
    const readings = Array.from({ length: 20 }, (_, second): Reading => {
      const arriving = Math.max(0, second - 3) * 100;
      return [second * 1000, arriving * 0.8, arriving];
    });
    assert.equal(risingAt(readings), 4001.5);
  });

  it('takes what arrives in one interval for the base of a backlog that is many times as high', () => {
    const lags = [0, 90, 30, 80, 20, 400, 1500, 1000, 0, 0, 0];
    const readings = lags.map((lag, second): Reading => [
      second * 1000,
      100 * second + 2000 - lag,
      100 * second + 2000,
    ]);
    assert.equal(risingAt(readings), 5001.5);
  });

  it('does not have a backlog begin to rise that stood there from the first reading on', () => {
    const withLags = (...lags: readonly number[]) =>
      risingAt(lags.map((lag, second): Reading => [second * 1000, 500, 500 + lag]));
    assert.equal(withLags(600, 600, 600, 640, 640, 640), 3001.5);
    assert.equal(withLags(600, 600, 600, 600, 600, 600), undefined);
  });

  it('does not call the broker unreachable where lagline itself was late', () => {
    const late = ['overrun', 'ticks-skipped'].map((reason, index) => ({
      source: 'kafka',
      fromMs: 2000 + index * 5000,
      toMs: 6000 + index * 5000,
      reason,
    }));
    const { timeline, diagnosis } = buildRunReport(buildRecord({ gaps: late }));
    assert.ok(!timeline.some(({ event }) => event === 'broker-unreachable'));
    assert.deepEqual(diagnosis, []);
  });
});

describe('the diagnosis of a run that the user ended', () => {
  it('is none, however busy the machine and slow the answers were', () => {
    const slow = trend({ avg: 800, min: 50, med: 800, max: 3000, 'p(90)': 1800, 'p(95)': 2000 });
    const record = buildRecord({
      ...stories['interrupted'],
      series: [cpu(99, 99, 99)],
      load: loadOutcome({
        exitCode: 105,
        scenarios: [arrivalScenario()],
        summary: k6Summary({ http_req_duration: slow, iterations: count(500) }),
      }),
      plan: { thresholds: { http_req_duration: ['p(95)<5000'] } },
    });
    const { diagnosis, evaluation, consistency } = buildRunReport(record);
    assert.deepEqual(diagnosis, []);
    assert.ok(consistency.every(({ ok }) => ok));
    const throughput = evaluation.find(({ id }) => id === 'throughput')?.facts ?? {};
    assert.deepEqual([throughput['offeredPercent'], throughput['reachedPerSecond']], [50, undefined]);
  });
});

describe('the rules of a report', () => {
  it('name where what they measured comes from, and no origin where nothing was measured', () => {
    const { rules } = buildRunReport(stories['with everything']!);
    const originOf = (metric: string) => rules.find((rule) => rule.metric === metric)?.provenance;
    assert.equal(originOf('http_reqs')?.source, 'k6 summary http_reqs');
    assert.equal(originOf('kafka_drain')?.kind, 'computed');
    for (const { measured, provenance } of rules) assert.equal(provenance === undefined, measured === null);
  });
});
