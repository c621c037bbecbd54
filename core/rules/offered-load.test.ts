import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  count,
  cpu,
  k6Summary,
  loadOutcome,
  trend,
} from '../../fixtures/build-record.ts';
import { runFigures } from '../derive/run-figures.ts';
import type { PlannedScenario } from '../record/load-outcome.ts';
import type { RunRecord } from '../record/run-record.ts';
import { offeredLoad } from './offered-load.ts';

type Story = {
  readonly dropped: number;
  /** Neither started nor dropped. */
  readonly missing?: number;
  readonly exitCode?: number;
  readonly cpu?: readonly number[];
  readonly vus?: number;
  readonly fastestMs?: number;
  readonly scenario?: Partial<PlannedScenario>;
};

/** 100/s for 10 s with 5 VUs at most; a fastest answer of 20 ms would need only two. */
const record = ({
  dropped,
  missing = 0,
  exitCode = 0,
  cpu: percents = [50, 50, 50],
  vus = 5,
  fastestMs = 20,
  scenario = {},
}: Story): RunRecord =>
  buildRecord({
    series: [cpu(...percents)],
    load: loadOutcome({
      exitCode,
      scenarios: [arrivalScenario(scenario)],
      summary: k6Summary({
        iterations: count(1000 - dropped - missing),
        dropped_iterations: dropped === 0 ? undefined : count(dropped),
        vus: { type: 'gauge', value: vus, min: 0, max: vus },
        http_req_duration: trend({ avg: 30, min: fastestMs, med: 30, max: 90, 'p(90)': 40, 'p(95)': 50 }),
      }),
    }),
  });

const judge = (given: RunRecord) => offeredLoad.evaluate(given, runFigures(given))[0];

describe('the rule on the offered load', () => {
  for (const [what, story, outcome, generator] of [
    ['passes where nothing was dropped', { dropped: 0 }, 'pass', 'headroom'],
    ['passes within 1 % of the plan', { dropped: 10 }, 'pass', 'headroom'],
    [
      'fails where iterations were dropped while the generator had headroom',
      { dropped: 11 },
      'fail',
      'headroom',
    ],
    [
      'is invalid where the CPU was saturated',
      { dropped: 300, cpu: [99, 100, 98] },
      'invalid',
      'cpu-saturated',
    ],
    ['is invalid where not all VUs were ever at work', { dropped: 300, vus: 4 }, 'invalid', 'vus-not-ready'],
    [
      'is invalid where the VUs could not have held the rate at the fastest answer',
      { dropped: 300, fastestMs: 60 },
      'invalid',
      'vus-too-few',
    ],
    [
      'passes where the end of the run interrupted as many as there were VUs',
      { dropped: 10, missing: 5 },
      'pass',
      'headroom',
    ],
    ['fails where more were neither started nor dropped', { dropped: 10, missing: 6 }, 'fail', 'headroom'],
    [
      'is invalid where half was never started',
      { dropped: 0, missing: 500, vus: 3 },
      'invalid',
      'vus-not-ready',
    ],
    [
      'does not miss what a k6 that was stopped did not start',
      { dropped: 0, missing: 500, exitCode: 105 },
      'pass',
      'headroom',
    ],
    ['is invalid where the CPU was not seen', { dropped: 300, cpu: [] }, 'invalid', 'unknown'],
    ['is invalid with too few samples of the CPU', { dropped: 300, cpu: [50, 50] }, 'invalid', 'unknown'],
    [
      'is invalid where k6 did not say how many VUs it may use',
      { dropped: 300, scenario: { maxVUs: null } },
      'invalid',
      'unknown',
    ],
  ] as const) {
    it(what, () => {
      const finding = judge(record(story));
      assert.deepEqual([finding?.outcome, finding?.facts['generator']], [outcome, generator]);
    });
  }

  it('says how many were neither started nor dropped', () => {
    const { measured, facts } = judge(record({ dropped: 100, missing: 400 })) ?? {};
    assert.deepEqual([measured, facts?.['dropped'], facts?.['shortfall']], [500, 100, 400]);
    assert.deepEqual([facts?.['offeredPercent'], facts?.['reachedPerSecond']], [50, 50]);
  });

  it('allows one dropped iteration however few were planned', () => {
    const scenario = { plannedIterations: 20, peakRatePerSecond: 2 };
    assert.equal(judge(record({ dropped: 1, scenario }))?.outcome, 'pass');
  });

  it('does not apply to a run that fixes no arrival rate and dropped nothing', () => {
    assert.equal(judge(buildRecord()), undefined);
  });

  it('has no data where a planned rate meets a summary that does not count iterations', () => {
    const load = loadOutcome({
      scenarios: [arrivalScenario()],
      summary: k6Summary({ iterations: undefined }),
    });
    const finding = judge(buildRecord({ load }));
    assert.deepEqual([finding?.outcome, finding?.facts['reason']], ['no-data', 'not-counted']);
  });
});
