import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, count, k6Summary, loadOutcome, type RecordParts } from '../../fixtures/build-record.ts';
import { runFigures } from '../derive/run-figures.ts';
import { loadCompleted } from './load-completed.ts';

const judge = (parts: RecordParts) => {
  const record = buildRecord(parts);
  const [finding] = loadCompleted.evaluate(record, runFigures(record));
  return [finding?.outcome, finding?.facts['reason']];
};

const idle = k6Summary({
  http_reqs: undefined,
  http_req_duration: undefined,
  'http_req_duration{expected_response:true}': undefined,
  http_req_failed: undefined,
  checks: undefined,
});

describe('the rule on the completed load', () => {
  for (const [what, parts, outcome, reason] of [
    ['0, clean', { load: loadOutcome() }, 'pass', undefined],
    ['99, thresholds failed', { load: loadOutcome({ exitCode: 99 }) }, 'pass', undefined],
    ['110, marked as failed', { load: loadOutcome({ exitCode: 110 }) }, 'fail', 'marked-as-failed'],
    ['104, configuration', { load: loadOutcome({ exitCode: 104 }) }, 'invalid', 'k6-aborted'],
    ['105, stopped from outside', { load: loadOutcome({ exitCode: 105 }) }, 'invalid', 'k6-aborted'],
    ['107, script exception', { load: loadOutcome({ exitCode: 107 }) }, 'invalid', 'k6-aborted'],
    ['108, aborted by the script', { load: loadOutcome({ exitCode: 108 }) }, 'invalid', 'k6-aborted'],
    ['a signal', { load: loadOutcome({ exitCode: null, signal: 'SIGKILL' }) }, 'invalid', 'k6-killed'],
    ['neither code nor signal', { load: loadOutcome({ exitCode: null }) }, 'invalid', 'k6-aborted'],
    ['0 without a summary', { load: loadOutcome({ summary: null }) }, 'no-data', 'no-k6-summary'],
    [
      '0 and not one request or check',
      { load: loadOutcome({ summary: idle }) },
      'no-data',
      'nothing-measured',
    ],
    [
      '0 and no iteration, whatever setup() asked for',
      { load: loadOutcome({ summary: k6Summary({ iterations: count(0) }) }) },
      'no-data',
      'nothing-measured',
    ],
    ['nothing at all', { load: undefined }, 'invalid', 'k6-did-not-end'],
  ] as const) {
    it(`is ${outcome} where k6 ended with ${what}`, () => assert.deepEqual(judge(parts), [outcome, reason]));
  }

  for (const [what, parts, reason] of [
    ['the journal was cut', { end: undefined }, 'journal-cut'],
    ['the user interrupted', { end: { atMs: 9, status: 'interrupted', signal: 'SIGINT' } }, 'interrupted'],
    [
      'the run failed though k6 ended well',
      { end: { atMs: 9, status: 'failed', reason: 'k6-aborted' } },
      'k6-aborted',
    ],
  ] as const) {
    it(`is invalid where ${what}`, () => assert.deepEqual(judge(parts), ['invalid', reason]));
  }
});
