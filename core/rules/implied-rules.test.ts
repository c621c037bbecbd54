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

  it('has no data where the probe did not answer, and does not apply without one', () => {
    const unanswered = outcomes({ plan: { integrity: { url: 'http://127.0.0.1:1/' } } });
    assert.deepEqual(
      unanswered.map(([, outcome]) => outcome),
      ['no-data', 'no-data', 'no-data'],
    );
    assert.deepEqual(outcomes({}), []);
  });
});

describe('the rule on gaps of measurement', () => {
  const readings: Reading[] = [
    [0, 0, 0],
    [10_000, 1, 1],
  ];
  const judge = (parts: RecordParts) => {
    const record = buildRecord({ offsets: [partition(readings)], ...parts });
    const [finding] = measurementGap.evaluate(record, runFigures(record));
    return [finding?.outcome, finding?.measured];
  };
  const gap = (source: string, fromMs: number, toMs: number) => ({ source, fromMs, toMs, reason: 'refused' });

  for (const [what, parts, expected] of [
    ['passes without gaps', {}, ['pass', 1]],
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
