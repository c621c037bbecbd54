import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  buildRecord,
  integrityCounts,
  partition,
  type Reading,
  type RecordParts,
} from '../../fixtures/build-record.ts';
import { runFigures } from '../derive/run-figures.ts';
import { integrity } from './integrity.ts';
import { measurementGap } from './measurement-gap.ts';

describe('the rule on integrity', () => {
  const outcomes = (parts: RecordParts) => {
    const record = buildRecord(parts);
    return integrity.evaluate(record, runFigures(record)).map(({ metric, outcome }) => [metric, outcome]);
  };

  it('passes where every promise was kept', () => {
    assert.deepEqual(outcomes({ integrity: integrityCounts() }), [
      ['integrity_duplicates', 'pass'],
      ['integrity_oversold', 'pass'],
      ['integrity_lost', 'pass'],
    ]);
  });

  for (const promise of ['duplicates', 'oversold', 'lost'] as const) {
    it(`fails with one ${promise}, and has no data where they were not counted`, () => {
      const outcomeOf = (value: number | null) =>
        Object.fromEntries(outcomes({ integrity: integrityCounts({ [promise]: value }) }))[
          `integrity_${promise}`
        ];
      assert.equal(outcomeOf(1), 'fail');
      assert.equal(outcomeOf(null), 'no-data');
    });
  }

  it('asks for phantoms of a store that can say them, also of one that could before the load', () => {
    const phantom = (parts: RecordParts) =>
      outcomes(parts).flatMap(([metric, outcome]) => (metric === 'integrity_phantom' ? [outcome] : []));
    const settled = { persisted: 0, accepted: 0, phantom: 0 };
    assert.deepEqual(phantom({ integrity: integrityCounts() }), []);
    assert.deepEqual(phantom({ integrity: integrityCounts({ phantom: 0 }) }), ['pass']);
    assert.deepEqual(phantom({ integrity: integrityCounts({ phantom: 1 }) }), ['fail']);
    assert.deepEqual(
      phantom({
        integrityBefore: integrityCounts(settled),
        integrity: integrityCounts({ phantom: null, drained: false }),
      }),
      ['no-data'],
    );
  });

  it('has no data where the service began counting anew, but for rows that prove a breach', () => {
    const after = (given: Parameters<typeof integrityCounts>[0]) => ({
      integrityBefore: integrityCounts({ accepted: 5000 }),
      integrity: integrityCounts(given),
    });
    const outcomesOf = (parts: RecordParts) => outcomes(parts).map(([, outcome]) => outcome);
    assert.deepEqual(outcomesOf(after({})), ['no-data', 'no-data', 'no-data']);
    assert.deepEqual(outcomesOf(after({ duplicates: 1, lost: 1 })), ['fail', 'no-data', 'no-data']);
  });

  it('has no data where the probe did not answer, and does not apply without one', () => {
    const unanswered = outcomes({ plan: { integrity: { url: 'http://127.0.0.1:1/', probes: [] } } });
    assert.deepEqual(
      unanswered.map(([, outcome]) => outcome),
      ['no-data', 'no-data', 'no-data'],
    );
    assert.deepEqual(outcomes({}), []);
  });
});

describe('the rule on gaps of measurement', () => {
  const readings = Array.from({ length: 21 }, (_, second): Reading => [second * 1000, second, second]);
  const judge = (parts: RecordParts) => {
    const record = buildRecord({ offsets: [partition(readings)], ...parts });
    const [finding] = measurementGap.evaluate(record, runFigures(record));
    const measured = finding?.measured;
    return [finding?.outcome, measured == null ? measured : Math.round(measured * 1000) / 1000];
  };
  const gap = (source: string, fromMs: number, toMs: number) => ({ source, fromMs, toMs, reason: 'refused' });

  for (const [what, parts, expected] of [
    ['passes without gaps', {}, ['pass', 1]],
    [
      'has no data where readings are missing that no gap accounts for',
      { offsets: [partition(readings.filter(([atMs]) => atMs <= 8000 || atMs >= 15_000))] },
      ['no-data', 0.7],
    ],
    [
      'looks at the group that was read least',
      {
        offsets: [
          partition(readings),
          partition(
            readings.filter(([atMs]) => atMs <= 10_000),
            { group: 'mailer' },
          ),
        ],
      },
      ['no-data', 0.55],
    ],
    ['does not look at what comes after watching', { durationMs: 90_000 }, ['pass', 1]],
    ['passes with a fifth missing', { gaps: [gap('kafka', 0, 4000)] }, ['pass', 0.8]],
    [
      'has no data with more missing',
      { gaps: [gap('kafka', 0, 4000), gap('kafka', 9000, 10_000)] },
      ['no-data', 0.75],
    ],
    [
      'does not count a stretch twice',
      { gaps: [gap('kafka', 0, 4000), gap('kafka', 1000, 4000)] },
      ['pass', 0.8],
    ],
    ['looks only at the offsets', { gaps: [gap('host', 0, 20_000)] }, ['pass', 1]],
    [
      'has no data where a group that was to be watched was never seen',
      {
        plan: { kafka: { brokers: ['127.0.0.1:9092'], groups: [{ group: 'issuer' }, { group: 'mailer' }] } },
      },
      ['no-data', 0],
    ],
  ] as const) {
    it(what, () => assert.deepEqual(judge(parts), expected));
  }

  it('does not apply to a run that watched no group', () => {
    assert.deepEqual(judge({ offsets: [] }), [undefined, undefined]);
  });
});
