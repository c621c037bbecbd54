import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  count,
  k6Summary,
  loadOutcome,
  rate,
} from '../../fixtures/build-record.ts';
import type { LoadOutcome } from '../record/load-outcome.ts';
import { buildRunReport } from './build-report.ts';

/** 100/s for 10 s, as k6 summed it up; nobody watched. */
const saved = (load: Partial<LoadOutcome> = {}, tookMs: number | null = 10_000) =>
  buildRunReport({
    ...buildRecord({
      phases: tookMs === null ? [] : [{ name: 'load', fromMs: 0, toMs: tookMs }],
      durationMs: tookMs ?? 0,
      load: loadOutcome({ exitCode: null, scenarios: [arrivalScenario()], ...load }),
      plan: { savedOutput: { format: 'console', file: 'k6.txt', part: 1, parts: 1 } },
    }),
    startedAt: null,
    end: undefined,
  });

const ruleOf = (run: ReturnType<typeof saved>, id: string) => run.rules.find(({ rule }) => rule === id);

describe('a run of which only what k6 said is known', () => {
  it('has run to its end where it took as long as it was planned to', () => {
    assert.equal(saved().load?.ranToEnd, true);
    assert.equal(saved().verdict.outcome, 'pass');
    const early = saved({}, 9000);
    assert.equal(early.load?.ranToEnd, false);
    assert.deepEqual(
      [early.verdict.outcome, ruleOf(early, 'load-completed')?.facts['reason']],
      ['invalid', 'shorter-than-planned'],
    );
  });

  it('is not said to have run to its end where that cannot be told', () => {
    for (const run of [saved({ scenarios: [] }), saved({}, null)]) {
      assert.equal(run.load?.ranToEnd, null);
      const { outcome, level, facts } = ruleOf(run, 'load-completed') ?? {};
      assert.deepEqual([outcome, level, facts?.['reason']], ['no-data', 'warn', 'end-not-in-output']);
      assert.equal(run.evaluation.find(({ id }) => id === 'stability')?.grade, 'unknown');
    }
    assert.equal(saved({}, null).durationMs, null);
  });

  it('has no number of dropped iterations where the text may have lost them', () => {
    const run = saved({ mayHideDrops: true });
    assert.equal(run.load?.droppedIterations, null);
    assert.equal(ruleOf(run, 'offered-load')?.outcome, 'no-data');
    const asked = saved({
      mayHideDrops: true,
      summary: k6Summary(
        {},
        { thresholds: [{ metric: 'dropped_iterations', expression: 'count<5', ok: true }] },
      ),
    });
    assert.equal(asked.rules.find(({ origin }) => origin === 'script')?.outcome, 'no-data');
  });

  it('blames neither the generator nor the system for iterations that were dropped', () => {
    const run = saved({
      summary: k6Summary({ iterations: count(700), dropped_iterations: count(300) }),
    });
    const { outcome, facts } = ruleOf(run, 'offered-load') ?? {};
    assert.deepEqual([outcome, facts?.['reason']], ['invalid', 'generator-unknown']);
    assert.ok(!run.diagnosis.some(({ cause }) => cause === 'generator-saturation'));
  });

  it('repeats what k6 0.x says of thresholds it does not print, without judging them', () => {
    const run = saved({ marks: [{ metric: 'checks', ok: true }] });
    const mark = run.rules.find(({ metric }) => metric === 'checks');
    assert.deepEqual([mark?.outcome, mark?.facts['k6Passed'], mark?.expression], ['no-data', true, '?']);
    assert.equal(run.verdict.outcome, 'no-data');
  });

  it('does not add up checks of which some have no count', () => {
    const summary = {
      ...k6Summary({ checks: rate(1000, 0) }),
      checks: [{ name: 'a', passes: 400, fails: 0 }],
    };
    const checkOf = (load: Partial<LoadOutcome>) =>
      saved({ summary, ...load }).consistency.find(({ check }) => check === 'checks-add-up')?.ok;
    assert.equal(checkOf({}), false);
    assert.equal(checkOf({ ambiguous: [{ id: 'check-counts', metric: 'checks', text: 'b' }] }), undefined);
  });
});
