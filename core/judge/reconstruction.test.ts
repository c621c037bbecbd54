import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, partition, type RecordParts } from '../../fixtures/build-record.ts';
import { buildRunReport } from './build-report.ts';

const reconstruction = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:00:10.000Z' };

/** A past period: 300 messages within the first 3 s, consumed until second 7. */
const past = (given: RecordParts = {}) =>
  buildRecord({
    durationMs: 10_000,
    phases: [],
    load: undefined,
    offsets: [
      partition(
        [0, 100, 200, 300, 300, 300, 300, 300, 300, 300, 300].map((end, index) => [
          index * 1000,
          Math.min(300, index <= 1 ? 0 : (index - 1) * 50),
          end,
        ]),
      ),
    ],
    end: { atMs: 10_000, status: 'completed' },
    ...given,
    plan: { scenario: { name: 'reconstruct', envNames: [], timeScale: 1 }, reconstruction, ...given.plan },
  });

describe('a past period that was rebuilt', () => {
  const run = buildRunReport(past());

  it('has no figures of a load, says why, and no rule on one', () => {
    assert.equal(run.load, null);
    assert.equal(run.provenance['load']?.reason, 'no-load');
    assert.equal(run.script, null);
    assert.deepEqual(run.reconstruction, reconstruction);
    assert.deepEqual(
      run.rules.map(({ rule, outcome }) => [rule, outcome]),
      [['measurement-gap', 'pass']],
    );
    assert.equal(run.verdict.outcome, 'pass');
  });

  it('counts the drain from the end of producing', () => {
    const [group] = run.kafka.groups;
    assert.equal(group?.drain.since, 'produce-end');
    assert.equal(group.drain.state, 'drained');
    // The last message came in second 3, the last commit in second 7.
    assert.ok(
      (group.drain.lowMs ?? 0) <= 4000 && (group.drain.highMs ?? 0) >= 4000,
      JSON.stringify(group.drain),
    );
    assert.equal(group.produceDurationMs, 2000);
    assert.ok(group.consumeDurationMs !== null && Math.abs(group.consumeDurationMs - 6000) <= 1);
  });

  it('judges what became of the messages, and not what was promised to nobody', () => {
    assert.deepEqual(
      run.evaluation.map(({ id }) => id),
      ['kafka-consume', 'completion-delay'],
    );
  });

  it('judges rules on lag, and says that a rule on k6 has nothing to go on', () => {
    const { rules, verdict } = buildRunReport(
      past({ plan: { thresholds: { kafka_lag: ['max<200'], http_req_duration: ['p(95)<500'] } } }),
    );
    const found = rules.filter(({ rule }) => rule === 'threshold');
    assert.deepEqual(
      found.map(({ metric, outcome, facts }) => [metric, outcome, facts['reason'] ?? null]),
      [
        ['kafka_lag', 'fail', null],
        ['http_req_duration', 'no-data', 'no-load'],
      ],
    );
    assert.equal(verdict.outcome, 'fail');
  });

  it('is invalid where its journal was cut', () => {
    const { rules, verdict } = buildRunReport(past({ end: undefined }));
    assert.equal(verdict.outcome, 'invalid');
    assert.equal(rules[0]?.facts['reason'], 'journal-cut');
  });

  it('is not said to be no data where only its beginning is missing, but where most of it is', () => {
    const missing = (toMs: number) => {
      const whole = past();
      return buildRunReport({
        ...whole,
        gaps: [{ source: 'kafka', fromMs: 0, toMs, reason: 'commits-compacted' }],
        offsets: whole.offsets.map((each) => ({
          ...each,
          samples: [...each.samples].filter(({ fromMs }) => fromMs >= toMs),
        })),
      });
    };
    assert.equal(missing(2000).verdict.outcome, 'pass');
    const most = missing(5000);
    assert.equal(most.verdict.outcome, 'no-data');
    assert.deepEqual(most.measurement.gaps, [
      { source: 'kafka', fromMs: 0, toMs: 5000, reason: 'commits-compacted' },
    ]);
  });
});
