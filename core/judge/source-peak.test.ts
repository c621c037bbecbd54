import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  count,
  cpu,
  k6Summary,
  loadOutcome,
  rate,
  trend,
} from '../../fixtures/build-record.ts';
import type { K6Metric } from '../record/load-outcome.ts';
import type { RunRecord } from '../record/run-record.ts';
import { buildRunReport } from './build-report.ts';

/** The peak run of the document that lagline's reports descend from, which calls it "1000 RPS or more". */
const sourcePeak = (): RunRecord => {
  const duration = { avg: 674.2, min: 317.72, med: 660, max: 1260, 'p(90)': 900, 'p(95)': 960.93 };
  const metrics: Record<string, K6Metric> = {
    http_reqs: count(21_391, 691.13),
    http_req_failed: rate(0, 21_391),
    http_req_duration: trend(duration),
    'http_req_duration{expected_response:true}': trend(duration),
    iterations: count(21_391, 691.13),
    dropped_iterations: count(8_610, 278.18),
    checks: rate(21_391, 0),
    vus: { type: 'gauge', value: 500, min: 200, max: 500 },
  };
  const scenario = arrivalScenario({
    durationMs: 30_000,
    plannedIterations: 30_000,
    peakRatePerSecond: 1000,
    preAllocatedVUs: 200,
    maxVUs: 500,
  });
  return buildRecord({
    series: [cpu(55, 70, 62, 66)],
    load: loadOutcome({
      scenarios: [scenario],
      summary: k6Summary(metrics, { checks: [{ name: '응답 성공', passes: 21_391, fails: 0 }] }),
    }),
  });
};

describe('the peak run of the source document', () => {
  const report = buildRunReport(sourcePeak());

  it('fails the rule: 713/s were started of 1000/s, with the generator at ease', () => {
    const finding = report.rules.find(({ rule }) => rule === 'offered-load');
    assert.equal(finding?.outcome, 'fail');
    assert.equal(finding.measured, 8610);
    const { requestsPerSecond, targetPerSecond, maxActiveVUs, shortfall } = finding.facts;
    assert.deepEqual([requestsPerSecond, targetPerSecond, maxActiveVUs, shortfall], [691.13, 1000, 500, 0]);
    assert.equal(Math.round(Number(finding.facts['reachedPerSecond'])), 713);
    assert.equal(Math.round(Number(finding.facts['offeredPercent'])), 71);
    assert.deepEqual(report.verdict, { outcome: 'fail', exitCode: 99 });
  });

  it('leaves stability and throughput unmet, whatever the success rate', () => {
    const grades = Object.fromEntries(report.evaluation.map(({ id, grade }) => [id, grade]));
    assert.equal(grades['stability'], 'unmet');
    assert.equal(grades['throughput'], 'unmet');
    assert.equal(grades['success-rate'], 'met');
  });

  it('holds no contradiction', () =>
    assert.deepEqual(
      report.consistency.filter(({ ok }) => !ok),
      [],
    ));
});
