import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  count,
  counter,
  distribution,
  histogramOf,
  k6Summary,
  loadOutcome,
  rate,
  trend,
} from '../../fixtures/build-record.ts';
import { loadFigures, measuredAnything } from './load-figures.ts';

const withSummary = (...given: Parameters<typeof k6Summary>) =>
  loadFigures(buildRecord({ load: loadOutcome({ summary: k6Summary(...given) }) }));

describe('loadFigures', () => {
  it("takes k6's own figures as they are", () => {
    const { load, provenance } = withSummary();
    assert.equal(load?.requests, 1000);
    assert.equal(load.httpReqDurationMs.p95, 30);
    assert.equal(provenance['load.httpReqDurationMs.p95']?.kind, 'measured');
  });

  it('lets each figure rest on its own samples, and none on requests that are not its own', () => {
    const { provenance } = withSummary({ iterations: count(400), checks: rate(1990, 10) });
    const samples = ['requests', 'iterations', 'checks.passes', 'maxActiveVUs', 'droppedIterations'].map(
      (path) => provenance[`load.${path}`]?.samples,
    );
    assert.deepEqual(samples, [1000, 400, 2000, undefined, undefined]);
  });

  it('computes p99 from the timeline where the summary has none, and says so', () => {
    const samples = Array.from({ length: 200 }, (_, index) => index + 1);
    const series = [
      distribution('http_req_duration', histogramOf(samples.slice(0, 50)), histogramOf(samples.slice(50))),
    ];
    const { load, provenance } = loadFigures(buildRecord({ series }));
    const p99 = load?.httpReqDurationMs.p99;
    assert.ok(p99 != null && Math.abs(p99 / 198 - 1) < 0.0443);
    assert.deepEqual(
      [provenance['load.httpReqDurationMs.p99']?.kind, provenance['load.httpReqDurationMs.p99']?.samples],
      ['computed', 200],
    );
  });

  it('counts no dropped iteration as none, but only beside iterations that were counted', () => {
    assert.equal(withSummary().load?.droppedIterations, 0);
    const { load, provenance } = withSummary({ iterations: undefined });
    assert.equal(load?.droppedIterations, null);
    assert.equal(provenance['load.droppedIterations']?.reason, 'not-in-summary');
  });

  it('does not report the zeros of a trend without samples as times', () => {
    const zeros = { avg: 0, min: 0, med: 0, max: 0, 'p(90)': 0, 'p(95)': 0 };
    const { load, provenance } = withSummary({ 'http_req_duration{expected_response:true}': trend(zeros) });
    assert.equal(load?.expectedHttpReqDurationMs.p95, null);
    assert.equal(provenance['load.expectedHttpReqDurationMs.p95']?.reason, 'no-samples');
  });

  it('falls back on the timeline where k6 was killed', () => {
    const series = [
      counter('http_reqs', [
        [1000, 50],
        [10_000, 500],
      ]),
      counter('iterations', [[10_000, 490]]),
    ];
    const record = buildRecord({
      series,
      load: loadOutcome({ summary: null, exitCode: null, signal: 'SIGKILL' }),
    });
    const { load } = loadFigures(record);
    assert.deepEqual(
      [
        load?.requests,
        load?.requestsPerSecond,
        load?.failedRequests,
        load?.checks.passes,
        load?.httpReqDurationMs.p95,
      ],
      [500, 50, 0, null, null],
    );
  });

  it('is null, with a reason, where k6 left nothing', () => {
    const { load, provenance } = loadFigures(buildRecord({ load: undefined }));
    assert.equal(load, null);
    assert.equal(provenance['load']?.reason, 'k6-left-nothing');
  });

  it('adds up what the scenarios set out to do', () => {
    const { load } = loadFigures(
      buildRecord({
        load: loadOutcome({ scenarios: [arrivalScenario(), arrivalScenario({ peakRatePerSecond: 70 })] }),
      }),
    );
    assert.deepEqual([load?.plannedIterations, load?.peakTargetPerSecond, load?.maxVUs], [2000, 100, 10]);
  });
});

describe('measuredAnything', () => {
  it('is false for a script that only turned its loop', () => {
    const nothing = {
      http_reqs: undefined,
      http_req_duration: undefined,
      'http_req_duration{expected_response:true}': undefined,
      http_req_failed: undefined,
      checks: undefined,
    };
    assert.equal(measuredAnything(loadOutcome({ summary: k6Summary(nothing) })), false);
    assert.equal(measuredAnything(loadOutcome()), true);
  });
});
