import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  count,
  counter,
  distribution,
  histogramOf,
  integrityCounts,
  k6Summary,
  lagReadings,
  loadOutcome,
  partition,
  rate,
  trend,
  type RecordParts,
} from '../../fixtures/build-record.ts';
import { runFigures } from '../derive/run-figures.ts';
import { buildRunReport } from './build-report.ts';
import { consistencyChecks } from './consistency.ts';

const failing = (parts: RecordParts): string[] => {
  const record = buildRecord(parts);
  return consistencyChecks(record, runFigures(record)).flatMap(({ check, ok }) => (ok ? [] : [check]));
};
const summary = (...given: Parameters<typeof k6Summary>): RecordParts => ({
  load: loadOutcome({ summary: k6Summary(...given) }),
});
const times = { avg: 12, min: 2, med: 10, max: 90, 'p(90)': 20, 'p(95)': 30 };
const planned = (started: number, dropped: number): RecordParts => ({
  load: loadOutcome({
    scenarios: [arrivalScenario()],
    summary: k6Summary({ iterations: count(started), dropped_iterations: count(dropped) }),
  }),
});

describe('the numbers of a run', () => {
  for (const [what, parts] of [
    ['a plain run', {}],
    [
      'a mean that rounding puts an ulp beyond equal samples',
      summary({ http_req_duration: trend({ avg: 0.1 + 0.2, min: 0.3, med: 0.3, max: 0.3 }) }),
    ],
    [
      'a p99 from histograms just below the exact p95',
      { series: [distribution('http_req_duration', histogramOf(Array.from({ length: 50 }, () => 29.5)))] },
    ],
    ['one iteration more than planned', planned(1001, 0)],
    ['iterations that the end of the run cut off', planned(983, 0)],
    ['a timeline that lacks the last moment', { series: [counter('http_reqs', [[9900, 995]])] }],
    ['a drained group', { offsets: [partition(lagReadings([9, 9, 0, 0, 0], 9000))] }],
    ['an honest store', { integrity: integrityCounts({ persisted: 1002, oversold: 2 }) }],
  ] as const) {
    it(`agree in ${what}`, () => assert.deepEqual(failing(parts), []));
  }

  for (const [what, check, parts] of [
    [
      'percentiles are out of order',
      'percentiles-ordered',
      summary({ http_req_duration: trend({ ...times, 'p(90)': 31 }) }),
    ],
    [
      'the mean lies beyond the maximum',
      'percentiles-ordered',
      summary({ http_req_duration: trend({ ...times, avg: 91 }) }),
    ],
    [
      'the checks do not add up',
      'checks-add-up',
      summary({}, { checks: [{ name: 'answered', passes: 990, fails: 0 }] }),
    ],
    [
      'more requests failed than were sent',
      'failed-within-requests',
      summary({ http_req_failed: rate(1001, 0) }),
    ],
    ['more was started and dropped than planned', 'iterations-add-up', planned(900, 110)],
    ['less was started and dropped than planned', 'iterations-add-up', planned(950, 0)],
    ['the drops account for a part alone', 'iterations-add-up', planned(500, 400)],
    [
      'the timeline has more requests than the summary',
      'timeline-equals-summary',
      { series: [counter('http_reqs', [[9900, 1001]])] },
    ],
    [
      'the timeline lacks more than 1 %',
      'timeline-equals-summary',
      { series: [counter('http_reqs', [[9900, 980]])] },
    ],
    [
      'the store holds more than its stock and calls nothing oversold',
      'oversold-follows-from-rows',
      { integrity: integrityCounts({ persisted: 1002 }) },
    ],
  ] as const) {
    it(`contradict each other where ${what}`, () => assert.ok(failing(parts).includes(check)));
  }

  it('say what the timeline lacks beside the summary, and which seconds it does not tell by themselves', () => {
    const factsOf = (...points: [number, number][]) => {
      const record = buildRecord({ series: [counter('http_reqs', points)] });
      return consistencyChecks(record, runFigures(record)).find(
        ({ check }) => check === 'timeline-equals-summary',
      )?.facts;
    };
    const whole = { timeline: 1000, summary: 1000 };
    assert.deepEqual(factsOf([0, 0], [2900, 300], [3950, 400], [5300, 900], [6200, 1000]), whole);
    assert.deepEqual(factsOf([0, 0], [900, 100], [2900, 300], [3900, 400], [6900, 1000]), {
      ...whole,
      untoldSeconds: 3,
    });
    assert.deepEqual(factsOf([0, 0], [900, 100], [1900, 995]), { ...whole, timeline: 995, missing: 5 });
  });

  it('take the run its validity, also its failures, where they contradict each other', () => {
    const broken = summary({ http_req_duration: trend({ ...times, avg: 91 }) });
    assert.deepEqual(buildRunReport(buildRecord(broken)).verdict, { outcome: 'invalid', exitCode: 4 });
    const failed = buildRecord({ ...broken, plan: { thresholds: { http_reqs: ['count<5'] } } });
    assert.equal(buildRunReport(failed).verdict.outcome, 'invalid');
    const breached = buildRecord({ ...broken, integrity: integrityCounts({ duplicates: 1 }) });
    assert.equal(buildRunReport(breached).verdict.outcome, 'fail');
  });
});
