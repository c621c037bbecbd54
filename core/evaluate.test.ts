import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  count,
  cpu,
  integrityCounts,
  k6Summary,
  loadOutcome,
  type RecordParts,
} from '../fixtures/build-record.ts';
import { runFigures } from './derive/run-figures.ts';
import { evaluate, verdictOf, worstVerdict } from './evaluate.ts';
import { exitCodeOfOutcome, exitCodes } from './exit-codes.ts';
import { worstOutcome, type Outcome } from './outcome.ts';

const judge = (parts: RecordParts) => {
  const record = buildRecord(parts);
  const findings = evaluate(record, runFigures(record));
  const outcomeOf = (metric: string) => findings.find((finding) => finding.metric === metric)?.outcome;
  return { findings, outcomeOf, verdict: verdictOf(findings) };
};

/** 300 of 1,000 iterations dropped, with the generator's state as given by its CPU. */
const dropping = (...percents: number[]): RecordParts => ({
  series: [cpu(...percents)],
  load: loadOutcome({
    scenarios: [arrivalScenario()],
    summary: k6Summary({ iterations: count(700), dropped_iterations: count(300) }),
  }),
});
const interrupted = (signal: string): RecordParts => ({ end: { atMs: 5000, status: 'interrupted', signal } });
const rules = { plan: { thresholds: { http_req_duration: ['p(95)<500'], coupon_wait: ['p(95)<5'] } } };

describe('evaluate', () => {
  it('passes a run in which nothing went wrong', () => {
    assert.deepEqual(judge({}).verdict, { outcome: 'pass', exitCode: 0 });
  });

  it('lets no warning change the verdict', () => {
    const warned = judge({
      plan: {
        thresholds: { http_req_duration: ['p(95)<1 level:warn'], coupon_wait: ['p(95)<5 level:warn'] },
      },
    });
    assert.deepEqual(
      [warned.outcomeOf('http_req_duration'), warned.outcomeOf('coupon_wait'), warned.verdict.outcome],
      ['fail', 'no-data', 'pass'],
    );
  });

  it('makes findings invalid that rest on a load which was not offered, and keeps what they would be', () => {
    const { findings, outcomeOf, verdict } = judge({ ...dropping(99, 99, 99), ...rules });
    assert.equal(outcomeOf('dropped_iterations'), 'invalid');
    assert.equal(outcomeOf('iterations'), 'pass');
    assert.equal(outcomeOf('http_req_duration'), 'invalid');
    assert.equal(outcomeOf('coupon_wait'), 'no-data');
    assert.equal(findings.find(({ metric }) => metric === 'http_req_duration')?.facts['wouldBe'], 'pass');
    assert.deepEqual(verdict, { outcome: 'invalid', exitCode: 4 });
  });

  it('makes findings invalid that were made without a fault that was planned', () => {
    const { outcomeOf, verdict } = judge({
      plan: { ...rules.plan, faultInjection: { services: [], faults: ['redis.down@1s-2s'] } },
    });
    assert.equal(outcomeOf('faults_injected'), 'invalid');
    assert.equal(outcomeOf('http_req_duration'), 'invalid');
    assert.equal(outcomeOf('iterations'), 'pass');
    assert.deepEqual(verdict, { outcome: 'invalid', exitCode: 4 });
  });

  it('leaves findings as they are where the system was the limit', () => {
    const { outcomeOf, verdict } = judge({
      ...dropping(50, 50, 50),
      plan: { thresholds: { http_reqs: ['count>1'] } },
    });
    assert.equal(outcomeOf('http_reqs'), 'pass');
    assert.deepEqual(verdict, { outcome: 'fail', exitCode: 99 });
  });

  it('keeps a breach of integrity a failure under any load', () => {
    for (const load of [dropping(99, 99, 99), interrupted('SIGINT'), { end: undefined }]) {
      const { outcomeOf, verdict } = judge({
        ...load,
        integrity: integrityCounts({ oversold: 1 }),
        plan: { thresholds: { integrity_duplicates: ['count<1'] } },
      });
      assert.equal(outcomeOf('integrity_oversold'), 'fail');
      assert.equal(outcomeOf('integrity_duplicates'), 'pass');
      assert.equal(verdict.outcome, 'fail');
    }
  });

  it('blames no dropped iteration on the system where the load was cut short', () => {
    const { outcomeOf, verdict } = judge({ ...dropping(50, 50, 50), ...interrupted('SIGINT') });
    assert.equal(outcomeOf('dropped_iterations'), 'invalid');
    assert.equal(verdict.outcome, 'invalid');
  });
});

describe('verdictOf', () => {
  for (const [what, parts, exitCode] of [
    ['Ctrl+C', interrupted('SIGINT'), 4],
    ['SIGTERM', interrupted('SIGTERM'), 4],
    ['a cut journal', { end: undefined }, 4],
    ['a rule without data', { plan: { thresholds: { coupon_wait: ['p(95)<5'] } } }, 3],
    ['a rule that failed', { plan: { thresholds: { http_reqs: ['count<5'] } } }, 99],
  ] as const) {
    it(`is exit code ${exitCode} after ${what}`, () => assert.equal(judge(parts).verdict.exitCode, exitCode));
  }

  it('stores an interrupted run as invalid', () => {
    assert.equal(judge(interrupted('SIGTERM')).verdict.outcome, 'invalid');
  });
});

describe('worstVerdict', () => {
  const of = (outcome: Outcome) => ({ outcome, exitCode: exitCodeOfOutcome(outcome) });
  for (const [verdicts, expected] of [
    [[of('pass'), of('pass')], of('pass')],
    [[of('no-data'), of('pass')], of('no-data')],
    [[of('fail'), of('invalid')], of('fail')],
    [[of('pass'), of('invalid')], of('invalid')],
  ] as const) {
    it(`of ${verdicts.map(({ exitCode }) => exitCode).join(' and ')} is ${expected.exitCode}`, () => {
      assert.deepEqual(worstVerdict(verdicts), expected);
    });
  }
});

describe('worstOutcome', () => {
  it('is fail, else invalid, else no-data, else pass, in any order', () => {
    const order: readonly Outcome[] = ['pass', 'no-data', 'invalid', 'fail'];
    order.forEach((graver, index) => {
      for (const lighter of order.slice(0, index + 1)) {
        assert.equal(worstOutcome([lighter, graver]), graver);
        assert.equal(worstOutcome([graver, lighter]), graver);
      }
    });
  });

  it('is no-data where nothing was judged', () => assert.equal(worstOutcome([]), 'no-data'));
});

describe('the table of exit codes', () => {
  it('has every code with its meaning', () => {
    const expected: readonly (readonly [number, RegExp])[] = [
      [0, /passed/],
      [1, /internal error/],
      [2, /usage, configuration, missing tool, or broker not reachable/],
      [3, /no data/],
      [4, /invalid/],
      [99, /a rule failed/],
      [130, /Ctrl\+C \(once or twice\)/],
      [143, /SIGTERM/],
    ];
    assert.deepEqual(
      exitCodes.map(({ code }) => code),
      expected.map(([code]) => code),
    );
    expected.forEach(([, meaning], index) => assert.match(exitCodes[index]?.meaning ?? '', meaning));
  });

  it('has the code of every outcome under its name', () => {
    for (const outcome of ['pass', 'fail', 'no-data', 'invalid'] as const)
      assert.equal(exitCodes.find(({ name }) => name === outcome)?.code, exitCodeOfOutcome(outcome));
  });
});
